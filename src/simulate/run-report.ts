import type {FlowWalk} from '../report/flow-walk.js'
import type {ThresholdResult} from '../report/threshold-result.js'
import type {CallReport, RigReport, RunReport} from '../report/report.js'
import type {SendLateness} from '../report/send-lateness.js'
import {metricsOf, summarise} from '../report/summary.js'
import {callVerdict} from '../report/verdict.js'
import {diagnoseCalls} from './conformance/diagnose-run.js'
import type {ConformanceResult} from './conformance/run-conformance.js'
import {withoutTimes} from './conformance/too-late.js'
import type {JournalHeader} from './journal.js'
import {judgeRig, type Watched} from './rig.js'
import {judgeThreshold, type Measured} from './thresholds.js'

/** What is known of a run beside its calls. */
export type RunFacts = {
  readonly run: JournalHeader['run']
  readonly interrupted: boolean
  /** How many calls were to be made. */
  readonly planned: number
  /** Of each scenario once. */
  readonly thresholds: readonly {
    readonly scenario: string
    readonly expressions: readonly string[]
  }[]
  /** Of every frame of every call. */
  readonly lateness: SendLateness
  /** Absent in virtual time. */
  readonly watched?: Watched | undefined
  /** Of a conformance run: what is judged there are the rules, not the single calls. */
  readonly conformance?: ConformanceResult | undefined
  /** Of a run of `--flow`. */
  readonly flows?: readonly FlowWalk[]
}

/** The report of a run, live or from its journals. */
export function makeRunReport(calls: readonly CallReport[], facts: RunFacts): RunReport {
  const {run, interrupted, lateness, watched, flows} = facts
  const thresholds = judgeThresholds(facts.thresholds, calls)
  const rig = judgeRig(calls, lateness, watched)
  const conformance = facts.conformance && judgedOn(rig, facts.conformance)
  const isPass = conformance
    ? !interrupted && keepsTheRules(conformance)
    : hasPassed(calls, thresholds, facts)
  const diagnosis = conformance ? conformance.diagnosis : diagnoseCalls(calls)
  return {
    schemaVersion: 1,
    ...run,
    interrupted,
    verdict: isPass ? 'pass' : 'fail',
    rig,
    calls,
    summary: summarise(calls),
    thresholds,
    ...(diagnosis ? {diagnosis} : {}),
    ...(conformance ? {conformance: conformance.rules} : {}),
    ...(flows ? {flows} : {}),
  }
}

function hasPassed(
  calls: readonly CallReport[],
  thresholds: readonly ThresholdResult[],
  {planned, flows = []}: RunFacts,
): boolean {
  return (
    // A run that was cut short has not shown what it was to show.
    calls.length === planned &&
    calls.every((call) => callVerdict(call) === 'pass') &&
    thresholds.every(({status}) => status === 'pass') &&
    flows.every(({outcome}) => outcome === 'completed')
  )
}

function judgedOn({verdict}: RigReport, result: ConformanceResult): ConformanceResult {
  return verdict === 'void' ? {...result, rules: withoutTimes(result.rules, result.calls)} : result
}

/** Rules that could not be tried show nothing; a bot that never answered keeps none of them. */
function keepsTheRules({rules, isAnswered}: ConformanceResult): boolean {
  return isAnswered && rules.every(({status}) => status !== 'fail')
}

/** A scenario's thresholds judge the calls of that scenario. */
function judgeThresholds(
  thresholds: RunFacts['thresholds'],
  calls: readonly CallReport[],
): readonly ThresholdResult[] {
  return thresholds.flatMap(({scenario, expressions}) => {
    const values = valuesOf(calls.filter((call) => call.scenario === scenario))
    return expressions.map((expression) => judgeThreshold(expression, values))
  })
}

function valuesOf(calls: readonly CallReport[]): ReadonlyMap<string, readonly Measured[]> {
  const values = new Map<string, Measured[]>()
  for (const {name, ...measured} of calls.flatMap(metricsOf)) {
    const known = values.get(name)
    if (known) known.push(measured)
    else values.set(name, [measured])
  }
  return values
}
