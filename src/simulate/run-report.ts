import type {FlowWalk} from '../report/flow-walk.js'
import type {ThresholdResult} from '../report/threshold-result.js'
import type {LoadReport} from '../report/load-report.js'
import type {CallReport, Diagnosis, RigReport, RunReport} from '../report/report.js'
import type {SendLateness} from '../report/send-lateness.js'
import {summarise, valuesByName} from '../report/summary.js'
import {callVerdict} from '../report/verdict.js'
import {diagnoseCalls} from './conformance/diagnose-run.js'
import type {ConformanceResult} from './conformance/run-conformance.js'
import {withoutTimes} from './conformance/too-late.js'
import type {JournalHeader} from './journal.js'
import {hasLoadPassed} from './load-verdict.js'
import {judgeLoadRig} from './load-rig.js'
import {judgeRig, type Watched} from './rig.js'
import {judgeThreshold, sharesOf} from './thresholds.js'

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
  /** Thresholds over the calls of all scenarios. */
  readonly overAll?: readonly string[]
  /** Of every frame of every call. */
  readonly lateness: SendLateness
  /** Absent in virtual time. */
  readonly watched?: Watched | undefined
  /** Of a conformance run: what is judged there are the rules, not the single calls. */
  readonly conformance?: ConformanceResult | undefined
  /** Of a run of `--flow`. */
  readonly flows?: readonly FlowWalk[]
  /** Of a load run. */
  readonly load?: LoadReport
}

/** The report of a run, live or from its journals. */
export function makeRunReport(calls: readonly CallReport[], facts: RunFacts): RunReport {
  const {run, interrupted, lateness, watched, flows, load} = facts
  const thresholds = judgeThresholds(facts, calls)
  const rig = load
    ? judgeLoadRig(calls, lateness, {watched, knee: load.knee})
    : judgeRig(calls, lateness, watched)
  const conformance = facts.conformance && judgedOn(rig, facts.conformance)
  const diagnosis = conformance ? conformance.diagnosis : diagnosisOf(calls, facts)
  const isPass = conformance
    ? !interrupted && keepsTheRules(conformance)
    : load
      ? hasLoadPassed(calls, {load, thresholds, rig, interrupted})
      : hasPassed(calls, thresholds, facts)
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
    ...(load ? {load} : {}),
  }
}

/** Of a load run every call has its own: what came before and what after means nothing among many at once. */
function diagnosisOf(calls: readonly CallReport[], {load}: RunFacts): Diagnosis | undefined {
  return load ? undefined : diagnoseCalls(calls)
}

function hasPassed(
  calls: readonly CallReport[],
  thresholds: readonly ThresholdResult[],
  {planned, interrupted, flows = []}: RunFacts,
): boolean {
  return (
    !interrupted &&
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

/** A scenario's thresholds judge the calls of that scenario; those over all calls come last. */
function judgeThresholds(
  {thresholds, overAll = []}: RunFacts,
  calls: readonly CallReport[],
): readonly ThresholdResult[] {
  const ofScenarios = thresholds
    .filter(({expressions}) => expressions.length > 0)
    .flatMap(({scenario, expressions}) => {
      const values = valuesByName(calls.filter((call) => call.scenario === scenario))
      return expressions.map((expression) => ({...judgeThreshold(expression, values), scenario}))
    })
  if (overAll.length === 0) return ofScenarios
  const values = new Map([...valuesByName(calls), ...sharesOf(calls)])
  return [...ofScenarios, ...overAll.map((expression) => judgeThreshold(expression, values))]
}
