import type {TurnKind} from '../protocol/events.js'
import type {CallReport} from '../report/report.js'
import type {ThresholdResult} from '../report/threshold-result.js'
import {LEAST_FOR_P95, percentile} from '../report/summary.js'
import {callVerdict} from '../report/verdict.js'
import {listed} from '../yaml-document.js'
import {CALL_METRICS} from './numbers/call-metrics.js'
import type {TurnNumbers} from './numbers/turn/turn-numbers.js'

/**
 * The language of thresholds: `p50(responseMs) < 1500`, `max(bargeInStopMs) <= 300`,
 * `underruns == 0`. A metric without a function means each of its values. Of a load run also
 * `failed < 1 %` and `dropped == 0`: how many of the calls, in percent.
 */

/** A value as measured, with what the rig may have been off by. */
export type Measured = {readonly value: number; readonly uncertaintyMs: number}

type Operator = '<' | '<=' | '>' | '>=' | '=='
type Aggregate = 'p50' | 'p95' | 'p99' | 'min' | 'max' | 'mean' | 'count'
/** As read: of `p95(responseMs) < 2000` the function, the metric, the operator and the limit. */
export type Threshold = {
  readonly aggregate?: Aggregate
  readonly metric: string
  readonly operator: Operator
  readonly limit: number
}

/** The turns that a metric stands on; `talkOverMs` is held to its sum over the call. */
const TURNS_WITH: Readonly<Record<string, readonly TurnKind[]>> = {
  greetingMs: ['greeting'],
  responseMs: ['say', 'digits'],
  firstAudioMs: ['say', 'digits'],
  bargeInStopMs: ['interrupt'],
  clearMs: ['interrupt'],
  recoveryMs: ['interrupt'],
  unheardMs: ['interrupt'],
  falseYield: ['backchannel', 'noise'],
  spuriousResponse: ['noise'],
  answerMs: ['send'],
  promptMs: ['silence'],
} satisfies Record<Exclude<keyof TurnNumbers, 'talkOverMs'>, readonly TurnKind[]>

const METRICS: readonly string[] = [
  ...new Set<string>([...Object.keys(TURNS_WITH), ...CALL_METRICS]),
]

/** Of the calls of a load run, what is held in percent. */
const EXAMPLES =
  'failed < 1 % or dropped == 0 %: of the calls, failed and dropped are what a percentage is of'

const PATTERN =
  /^\s*(?:(p50|p95|p99|min|max|mean|count)\s*\(\s*([a-zA-Z]\w*)\s*\)|([a-zA-Z]\w*))\s*(<=|>=|==|<|>)\s*(-?\d+(?:\.\d+)?)\s*$/
const SHARE_PATTERN = /^\s*(failed|dropped)\s*(?:<=|>=|==|<|>)\s*\d+(?:\.\d+)?\s*%?\s*$/
const IN_PERCENT = /%\s*$/
const ON_SHARE = /^\s*(?:\w+\s*\(\s*)?(failed|dropped)\b/

/**
 * What was expected of a threshold that is none, or that is on a metric that does not exist.
 * @param over `load`: the calls of a load run, of which a share may fail
 */
export function mistakeInThreshold(
  expression: string,
  over: 'scenario' | 'load' = 'scenario',
): string | undefined {
  const [, share] = ON_SHARE.exec(expression) ?? []
  if (share !== undefined) return mistakeInShare(expression, share, over)
  const mayBeShare = over === 'load' && !names(expression)
  if (mayBeShare && IN_PERCENT.test(expression)) {
    return `a threshold such as ${EXAMPLES}`
  }
  if (!PATTERN.test(expression)) {
    const ofShares = mayBeShare ? `; or ${EXAMPLES}` : ''
    return `a threshold such as p50(responseMs) < 1500: p50, p95, p99, min, max, mean or count of a metric, then <, <=, >, >= or ==, then a number without a unit${ofShares}`
  }
  const {metric} = parseThreshold(expression)
  if (METRICS.includes(metric)) return undefined
  const known =
    over === 'load'
      ? `${METRICS.join(', ')}, failed and dropped (these in percent of the calls)`
      : listed(METRICS, 'and')
  return `a threshold on a metric that exists, not ${metric}: there are ${known}`
}

function names(expression: string): boolean {
  return METRICS.some((metric) => expression.includes(metric))
}

function mistakeInShare(
  expression: string,
  share: string,
  over: 'scenario' | 'load',
): string | undefined {
  if (over === 'scenario') {
    return `a threshold on the numbers of a call: ${share} is a share of many calls, for --threshold of exostream load`
  }
  return SHARE_PATTERN.test(expression)
    ? undefined
    : `a threshold such as ${share} < 1 %: ${share} without a function, then <, <=, >, >= or ==, then a percentage`
}

/**
 * What thresholds on `failed` and `dropped` are judged by: one value a call, all or nothing of it. A
 * call whose verdict hangs on what the rig could not measure is between the two. Of `failed` those
 * that were never started are left out.
 */
export function sharesOf(calls: readonly CallReport[]): ReadonlyMap<string, readonly Measured[]> {
  const started = calls.filter(({outcome}) => outcome !== 'dropped')
  return new Map([
    ['failed', started.map((call) => FAILED[callVerdict(call)])],
    ['dropped', calls.map(({outcome}) => FAILED[outcome === 'dropped' ? 'fail' : 'pass'])],
  ])
}

const FAILED: Readonly<Record<ReturnType<typeof callVerdict>, Measured>> = {
  fail: {value: 100, uncertaintyMs: 0},
  pass: {value: 0, uncertaintyMs: 0},
  'not-measured': {value: 50, uncertaintyMs: 50},
}

/**
 * Why a threshold could never be measured in calls with so many turns; undefined when it can be.
 * @param turns how many turns of a kind the scenario makes
 * @param calls how often the scenario is called
 */
export function samplesMissing(
  expression: string,
  turns: (kind: TurnKind) => number,
  calls = 1,
): string | undefined {
  const {why, enough} = samplesShort(expression, turns, calls) ?? {}
  return enough === undefined ? why : `${why ?? ''}; --repeat ${String(enough)} gives enough`
}

/** The same, with how many calls would give enough where any would; of a load run, too. */
export function samplesShort(
  expression: string,
  turns: (kind: TurnKind) => number,
  calls: number,
): {readonly why: string; readonly enough?: number} | undefined {
  if (mistakeInThreshold(expression, 'load') !== undefined || ON_SHARE.test(expression)) {
    return undefined
  }
  const threshold = parseThreshold(expression)
  const ofOne = mostValues(threshold.metric, turns)
  const most = calls * ofOne
  const least = leastFor(threshold)
  if (most >= least) return undefined
  const {aggregate = 'each', metric} = threshold
  if (most === 0) return {why: `a threshold that can be measured: no step gives a ${metric}`}
  const made = calls === 1 ? 'this call gives' : `${String(calls)} calls give`
  const why = `a threshold that can be measured: ${aggregate} of ${metric} takes ${String(least)} values, and ${made} at most ${String(most)}`
  return {why, enough: Math.ceil(least / ofOne)}
}

/** A metric that stands on turns has a value for each, any other has one a call. */
function mostValues(metric: string, turns: (kind: TurnKind) => number): number {
  const kinds = TURNS_WITH[metric]
  const onTurns = (kinds ?? []).reduce((sum, kind) => sum + turns(kind), 0)
  return CALL_METRICS.some((name) => name === metric) ? Math.max(1, onTurns) : onTurns
}

/** A value that is absent is `not-measured`; so is one whose verdict hangs on the rig's own error. */
export function judgeThreshold(
  expression: string,
  values: ReadonlyMap<string, readonly Measured[]>,
): ThresholdResult {
  const threshold = parseThreshold(expression)
  const measured = values.get(threshold.metric) ?? []
  if (measured.length < leastFor(threshold)) return {expression, status: 'not-measured'}
  const value = valueOf(threshold, measured, 0)
  const low = valueOf(threshold, measured, -1)
  const high = valueOf(threshold, measured, 1)
  return {expression, value, status: statusOf(threshold, low, high)}
}

/** Whether one value by itself is within the limit, whatever the function. */
export function judgeValue(
  threshold: Threshold,
  {value, uncertaintyMs}: Measured,
): ThresholdResult['status'] {
  return statusOf(threshold, value - uncertaintyMs, value + uncertaintyMs)
}

function statusOf(
  {operator, limit}: Threshold,
  low: number,
  high: number,
): ThresholdResult['status'] {
  if (operator === '==') {
    if (low === limit && high === limit) return 'pass'
    return limit < low || limit > high ? 'fail' : 'not-measured'
  }
  const holds = comparisons[operator](low, limit)
  if (holds !== comparisons[operator](high, limit)) return 'not-measured'
  return holds ? 'pass' : 'fail'
}

const comparisons: Readonly<
  Record<Exclude<Operator, '=='>, (value: number, limit: number) => boolean>
> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
}

/** @throws RangeError for what is no threshold: see `mistakeInThreshold` */
export function parseThreshold(expression: string): Threshold {
  const share = SHARE_PATTERN.test(expression)
  const match = PATTERN.exec(share ? expression.replace('%', '') : expression)
  if (!match) throw new RangeError(`${JSON.stringify(expression)} is not a threshold`)
  const [, aggregate, inside, bare, operator, limit] = match
  return {
    ...(aggregate === undefined ? {} : {aggregate: aggregate as Aggregate}),
    ...(share ? {aggregate: 'mean'} : {}),
    metric: inside ?? bare ?? '',
    operator: operator as Operator,
    limit: Number(limit),
  }
}

/** With fewer values a high percentile would only be another word for the maximum. */
function leastFor({aggregate}: Threshold): number {
  if (aggregate === 'count') return 0
  return aggregate === 'p95' || aggregate === 'p99' ? LEAST_FOR_P95 : 1
}

/** @param side -1 for the lowest the values may have been, 1 for the highest, 0 as measured */
function valueOf(threshold: Threshold, measured: readonly Measured[], side: -1 | 0 | 1): number {
  const values = measured
    .map(({value, uncertaintyMs}) => value + side * uncertaintyMs)
    .sort((one, other) => one - other)
  switch (threshold.aggregate ?? worstFor(threshold, measured)) {
    case 'p50':
      return percentile(values, 50)
    case 'p95':
      return percentile(values, 95)
    case 'p99':
      return percentile(values, 99)
    case 'min':
      return values[0] ?? 0
    case 'max':
      return values.at(-1) ?? 0
    case 'mean':
      return values.reduce((sum, value) => sum + value, 0) / values.length
    case 'count':
      return values.length
  }
}

/** Every value holds when the worst does. */
function worstFor({operator, limit}: Threshold, measured: readonly Measured[]): 'min' | 'max' {
  if (operator === '<' || operator === '<=') return 'max'
  if (operator === '>' || operator === '>=') return 'min'
  // One by one: a run has more values than a function may have arguments.
  const [least, most] = measured.reduce<readonly [number, number]>(
    ([low, high], {value}) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  )
  return limit - least > most - limit ? 'min' : 'max'
}
