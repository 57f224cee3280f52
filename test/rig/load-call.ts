import type {CallReport, TurnReport} from '../../src/report/report.js'
import {SendLateness} from '../../src/report/send-lateness.js'
import type {CallEnded, CallOrder} from '../../src/simulate/load/crew/crew.js'
import type {LoadPlan} from '../../src/simulate/load/plan/load-plan.js'
import {planOf} from './virtual-call.js'

/** A call of a load run as a report has it: completed, without turns, unless told otherwise. */
export function callReport(index: number, told: Partial<CallReport> = {}): CallReport {
  return {
    callSid: `call-${String(index)}`,
    streamSid: `stream-${String(index)}`,
    scenario: 'test',
    outcome: 'completed',
    closing: {by: 'caller', code: 1000},
    durationMs: 1000,
    turns: [],
    metrics: {},
    findings: [],
    speech: {caller: [], bot: []},
    artifacts: {},
    index,
    sendLatenessP99Ms: 0,
    ...told,
  }
}

export function turnOf(told: Partial<TurnReport> = {}): TurnReport {
  const turn = {index: 0, step: 0, kind: 'say' as const, label: 'hello', startMs: 0, endMs: 1000}
  return {...turn, uncertaintyMs: 0, ...told}
}

/** A call that ended so long after it was to start. */
export function endedCall(
  order: CallOrder,
  {tookMs = 1000, ...told}: Partial<CallReport> & {readonly tookMs?: number} = {},
): CallEnded {
  const lateness = new SendLateness()
  lateness.add(0)
  return {
    order,
    report: callReport(order.index, {scenario: order.scenario, ...told}),
    lateness,
    opened: told.outcome !== 'dropped',
    endedAt: order.startAt + tookMs,
    problems: [],
  }
}

type PlanChanges = Partial<Omit<LoadPlan, 'run'>> & Partial<Parameters<typeof planOf>[0]>

/** So many calls at once of a scenario of one step, in this thread, unless told otherwise. */
export function loadPlan({
  steps = [{wait: {ms: 100}}],
  seed = 1,
  ...changes
}: PlanChanges = {}): LoadPlan {
  const {plan} = planOf({steps, seed})
  return {
    run: plan,
    mix: [{scenario: 'test', weight: 1}],
    arrivals: {model: 'concurrency', concurrency: 2, rampMs: 0, calls: 2},
    callers: [],
    workers: 0,
    thresholds: [],
    ...changes,
  }
}
