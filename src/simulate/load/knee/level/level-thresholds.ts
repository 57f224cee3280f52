import type {CallReport} from '../../../../report/report.js'
import type {ThresholdResult} from '../../../../report/threshold-result.js'
import {UPPER_BOUND_MS} from '../../../rig-limits.js'
import {judgeThreshold, type Measured, parseThreshold} from '../../../thresholds.js'
import {isRefused, valuesOfLevel} from './level-values.js'

/** Of the calls that were heard: so many on time speak for the others. */
const ENOUGH_ON_TIME = 0.5
/** Fewer are chance: a single hole of 20 ms in 1.5 s of speech is forty a minute. */
const LEAST_HOLES = 3

const HOLES: readonly string[] = ['underruns', 'underrunRate', 'gapMs', 'gapLateMs']

/** What a level was held to, and what it showed. */
export type HeldTo = {
  /** Not measured, with a value: its verdict hangs on a lateness of ours. */
  readonly result: ThresholdResult
  /** Not measured, because what came is too little to mean anything; no fault of anybody. */
  readonly few?: string
}

/**
 * A bot that sends back what it hears sends our own lateness back, too: holes are judged by calls at real
 * pace. In three searches of an echo on a busy machine not one of 125 calls whose worst frame was within
 * 10 ms had a hole; the others had 90.
 * @param lateMs of our own frames in the level, at p99
 */
export function judgeOnLevel(
  expression: string,
  calls: readonly CallReport[],
  lateMs: number,
): HeldTo {
  const all = judgeCalls(expression, calls)
  if (all.result.status !== 'fail') return all
  const deciding = thatDecide(expression, calls, lateMs)
  return deciding
    ? judgeCalls(expression, deciding)
    : {result: {...all.result, status: 'not-measured'}}
}

/**
 * The calls of a level by which a threshold on holes may break, or all where it is on anything else;
 * undefined where too few of them were at real pace.
 * @param lateMs of our own frames in the level, at p99
 */
export function thatDecide(
  expression: string,
  calls: readonly CallReport[],
  lateMs: number,
): readonly CallReport[] | undefined {
  if (!HOLES.includes(parseThreshold(expression).metric)) return calls
  const heard = calls.filter(({metrics}) => metrics['underrunRate'] !== undefined)
  const onTime = heard.filter(({uncertaintyMs = 0}) => uncertaintyMs <= UPPER_BOUND_MS)
  const areEnough = lateMs <= UPPER_BOUND_MS && onTime.length >= ENOUGH_ON_TIME * heard.length
  return areEnough ? onTime : undefined
}

/** The same threshold if no call had failed but those that the bot refused. */
export function judgeRefusals(expression: string, calls: readonly CallReport[]): ThresholdResult {
  const started = calls.filter(({outcome}) => outcome !== 'dropped')
  if (!isBrokenByMoreFailures(expression)) return {expression, status: 'not-measured'}
  const values = started.map((call) => ({value: isRefused(call) ? 100 : 0, uncertaintyMs: 0}))
  return judgeThreshold(expression, new Map([['failed', values]]))
}

/** Whatever the other calls show. */
function isBrokenByMoreFailures(expression: string): boolean {
  const {metric, operator, limit} = parseThreshold(expression)
  const isAtMost = operator === '<' || operator === '<=' || (operator === '==' && limit === 0)
  return metric === 'failed' && isAtMost
}

/**
 * Of all speech of the level together: its holes through its minutes. Whoever holds each call to a rate
 * says `underrunRate < 1`.
 */
function isOnMeanRate(expression: string): boolean {
  const {aggregate, metric} = parseThreshold(expression)
  return aggregate === 'mean' && metric === 'underrunRate'
}

function judgeCalls(expression: string, calls: readonly CallReport[]): HeldTo {
  if (!isOnMeanRate(expression)) {
    return {result: judgeThreshold(expression, valuesOfLevel(calls))}
  }
  const {holes, speechMs, rates} = holesOf(calls)
  const result = judgeThreshold(expression, new Map([['underrunRate', rates]]))
  if (result.status !== 'fail' || holes >= LEAST_HOLES) return {result}
  const heard = `${String(holes)} ${holes === 1 ? 'hole' : 'holes'} in ${(speechMs / 1000).toFixed(0)} s`
  const few = `${heard} of the bot's speech are too few to say how many come a minute`
  return {result: {expression, status: 'not-measured'}, few}
}

/** Over all speech of all calls: the mean of their rates would count a hole in a short answer more. */
function holesOf(calls: readonly CallReport[]): {
  readonly holes: number
  readonly speechMs: number
  readonly rates: readonly Measured[]
} {
  const heard = calls.filter(({metrics}) => metrics['underrunRate'] !== undefined)
  const holes = heard.reduce((sum, {metrics}) => sum + (metrics['underruns'] ?? 0), 0)
  const speechMs = heard
    .flatMap(({speech}) => speech.bot)
    .reduce((sum, {startMs, endMs}) => sum + endMs - startMs, 0)
  const rates = speechMs > 0 ? [{value: holes / (speechMs / 60_000), uncertaintyMs: 0}] : []
  return {holes, speechMs, rates}
}
