import type {KneeReport, LoadReport} from '../report/load-report.js'
import type {CallReport, RigReport} from '../report/report.js'
import type {ThresholdResult} from '../report/threshold-result.js'
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
 * limit. A call that failed fails the run as in `simulate`, unless a threshold on `failed` over all
 * calls says how many may; one that was dropped, unless one on `dropped` does. A search for the knee
 * has passed when it found one, and nothing was left behind: its thresholds were broken on purpose.
 */
export function hasLoadPassed(calls: readonly CallReport[], outcome: LoadOutcome): boolean {
  const {load, thresholds, rig, interrupted} = outcome
  if (interrupted) return false
  if (load.knee) return isFound(load.knee)
  if (load.opened === 0 || rig.verdict === 'void') return false
  if (thresholds.some(({status}) => status !== 'pass')) return false
  const [mayFail, mayDrop] = [isOn('failed', thresholds), isOn('dropped', thresholds)]
  return calls.every((call) =>
    call.outcome === 'dropped' ? mayDrop : mayFail || callVerdict(call) === 'pass',
  )
}

function isFound({bound, calls, leak}: KneeReport): boolean {
  return bound !== 'none' && calls !== undefined && leak?.verdict !== 'leaks'
}

function isOn(share: 'failed' | 'dropped', thresholds: readonly ThresholdResult[]): boolean {
  return thresholds.some(
    ({expression, scenario}) =>
      scenario === undefined && new RegExp(`^\\s*${share}\\b`).test(expression),
  )
}
