import {countsOf} from '../../report/load-counts.js'
import type {Calibration, KneeReport, LoadReport} from '../../report/load-report.js'
import type {CallReport, RunReport} from '../../report/report.js'
import type {RunFacts} from '../run-report.js'
import {makeRunReport} from '../run-report.js'
import type {KeptWorst} from './worst/keep-worst.js'
import type {LoadPlan} from './plan/load-plan.js'
import type {LoadState} from './state.js'

export type LoadFacts = {
  readonly run: RunFacts['run']
  readonly state: LoadState
  readonly calibration: Calibration
  readonly kept: KeptWorst
  /** Of a run that came to its calls. */
  readonly durationMs?: number
  readonly peak?: number
  readonly knee?: KneeReport
}

export function makeLoadReport(plan: LoadPlan, facts: LoadFacts): RunReport {
  const {run, state, kept} = facts
  const {ledger, planned, failure} = state
  const recorded = new Map(kept.worst.map((call) => [call.callSid, call]))
  const calls = ledger.calls().map((call) => recorded.get(call.callSid) ?? call)
  return makeRunReport(calls, {
    run,
    // Of a search that could not go on nothing is left to rely on.
    interrupted: state.isInterrupted || (failure !== undefined && facts.knee !== undefined),
    planned: planned ?? calls.length,
    thresholds: plan.run.scenarios.map(({name, thresholds}) => ({
      scenario: name,
      // A search breaks them on purpose.
      expressions: plan.knee ? [] : thresholds,
    })),
    overAll: plan.thresholds,
    lateness: ledger.lateness,
    watched: {
      ...state.watched(),
      ...(failure === undefined ? {} : {failure: withoutStop(failure)}),
    },
    load: loadOf(plan, calls, facts),
  })
}

function loadOf(plan: LoadPlan, calls: readonly CallReport[], facts: LoadFacts): LoadReport {
  const {mix, callers, workers, shard} = plan
  const {state, calibration, kept, durationMs = 0, peak = 0, knee} = facts
  return {
    arrivals: arrivalsOf(plan),
    mix,
    ...(state.planned === undefined || knee ? {} : {planned: state.planned}),
    ...(callers.length === 0 ? {} : {callers: callers.length}),
    workers,
    ...(shard ? {shards: [shard]} : {}),
    peak,
    ...countsOf(calls),
    durationMs: Math.round(durationMs),
    calibration,
    ...(state.bot ? {bot: state.bot.report()} : {}),
    worst: kept.worst.map(({callSid}) => callSid),
    ...(knee ? {knee} : {}),
  }
}

/** How many calls were asked for stands beside it. */
function arrivalsOf({arrivals}: LoadPlan): LoadReport['arrivals'] {
  const {calls, ...summary} = arrivals
  return summary
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '')
}
