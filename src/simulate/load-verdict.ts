import {hasLeak, kneeOutcome} from '../report/knee-outcome.js'
import type {LoadReport} from '../report/load-report.js'
import type {CallReport, RigReport} from '../report/report.js'
import type {ThresholdResult} from '../report/threshold-result.js'
import {toleratesIn} from '../report/tolerates.js'
import {callVerdict} from '../report/verdict.js'

/** What a load run came to, beside its calls. */
export type LoadOutcome = {
  readonly load: LoadReport
  readonly thresholds: readonly ThresholdResult[]
  readonly rig: RigReport
  readonly interrupted: boolean
}

/**
 * A load run has passed when calls were opened, every threshold held, and this machine was not the
 * limit, nor a shard of a merged run missing. A call that failed fails the run as in `simulate`, unless a threshold on `failed` over all
 * calls says how many may; one that was dropped, unless one on `dropped` does. A search for the knee
 * has passed when it found one that is the bot's, and nothing was left behind: its thresholds were broken
 * on purpose.
 */
export function hasLoadPassed(calls: readonly CallReport[], outcome: LoadOutcome): boolean {
  const {load, thresholds, rig, interrupted} = outcome
  if (interrupted) return false
  if (load.knee) return kneeOutcome(load.knee) === 'found' && !hasLeak(load.knee)
  if (load.missing || load.opened === 0 || rig.verdict === 'void') return false
  if (thresholds.some(({status}) => status !== 'pass')) return false
  const may = toleratesIn(thresholds)
  return calls.every((call) =>
    call.outcome === 'dropped' ? may.dropped : may.failed || callVerdict(call) === 'pass',
  )
}
