import {TOO_FEW_ENDED} from '../../../../report/knee-outcome.js'
import type {LevelReport} from '../../../../report/load-report.js'
import type {CallReport} from '../../../../report/report.js'
import type {ThresholdResult} from '../../../../report/threshold-result.js'
import {MOST_CPU, VOID_MS} from '../../../rig-limits.js'
import {judgeThreshold} from '../../../thresholds.js'
import type {LevelResult} from '../../traffic/level.js'
import {type Alone, aloneLike} from '../alone.js'
import {type HeldTo, judgeOnLevel, judgeRefusals} from './level-thresholds.js'
import {isDropped, isRefused, valuesOfLevel} from './level-values.js'

/** Of the calls that the rig should have made, in percent. */
const VOID_DROPPED = 1
/** So many judged calls a slot show that hardly one was left out. */
const ENOUGH_CALLS = 0.9
/** Fewer calls a slot than these that ended in time are no chance. */
const HARDLY_ANY = 0.25

export type JudgedLevel = {
  readonly verdict: LevelReport['verdict']
  readonly thresholds: readonly ThresholdResult[]
  /** Why it is void, or what could not be measured. */
  readonly reason?: string
  /** Why the rig would have been the limit, where refusals broke the level: its times say nothing then. */
  readonly rig?: string
  /** The first that broke; also one whose values failed to come, or `calls` where these did. */
  readonly broken?: ThresholdResult
  /** One bad level by chance must not decide: it is tried once more before it counts. */
  readonly isDoubtful: boolean
}

export type LevelStandard = {
  readonly thresholds: readonly string[]
  /** What they did not measure, no level can. */
  readonly alone: Alone
  readonly concurrency: number
  /** The second try of a level whose first was doubtful; what it says counts. */
  readonly isAgain?: boolean
}

/** How a threshold is judged by some of the calls of a level. */
type Judge = (expression: string, calls: readonly CallReport[]) => ThresholdResult

/**
 * What a level has shown: of the rig first, because a late rig makes any bot look bad. Only a refusal
 * is the bot's own word, whatever the rig did.
 */
export function judgeLevel(result: LevelResult, standard: LevelStandard): JudgedLevel {
  const {calls} = result
  const lateMs = result.lateness.percentile(99)
  const held = standard.thresholds.map((expression) => judgeOnLevel(expression, calls, lateMs))
  const thresholds = held.map((one) => one.result)
  const ofRig = rigReason(result) ?? rigBlur(thresholds)
  if (ofRig !== undefined) {
    const refused = refusedLevel(result, standard)
    return refused
      ? {verdict: 'broken', thresholds, rig: ofRig, ...refused}
      : {verdict: 'void', thresholds, reason: ofRig, isDoubtful: true}
  }
  const silent = silence(held, result, standard)
  // Where hardly a call came to its end, what those few say is no matter.
  if (silent && !silent.isDoubtful) return {verdict: 'broken', thresholds, ...silent}
  const broken = thresholds.filter(({status}) => status === 'fail')
  const judge: Judge = (expression, part) => judgeOnLevel(expression, part, lateMs).result
  const sure = surelyBroken(broken, calls, {judge, ...standard})
  if (sure) return {verdict: 'broken', thresholds, ...sure}
  if (silent) return {verdict: 'broken', thresholds, ...silent}
  return {verdict: 'held', thresholds, ...remarks(held, calls)}
}

/** More calls were refused than may fail: no lateness of ours makes a bot do that. */
function refusedLevel(
  {calls}: LevelResult,
  standard: LevelStandard,
): Pick<JudgedLevel, 'broken' | 'reason' | 'isDoubtful'> | undefined {
  const broken = standard.thresholds
    .map((expression) => judgeRefusals(expression, calls))
    .filter(({status}) => status === 'fail')
  const sure = surelyBroken(broken, calls, {judge: judgeRefusals, ...standard})
  if (!sure) return undefined
  const refused = calls.filter(isRefused).length
  const reason = `${String(refused)} of ${String(calls.length)} calls were refused, which no lateness of this machine explains`
  return {...sure, reason}
}

/**
 * A level breaks clearly when each third of its calls, every third one, breaks for itself: a single
 * bad call is in one of them, and two or three are hardly in all. What is not clear is tried once
 * more, for longer; what then breaks counts, unless again a part of the calls holds for itself.
 */
function surelyBroken(
  broken: readonly ThresholdResult[],
  calls: readonly CallReport[],
  {isAgain = false, judge}: Pick<LevelStandard, 'isAgain'> & {readonly judge: Judge},
): Pick<JudgedLevel, 'broken' | 'isDoubtful'> | undefined {
  const parts = [0, 1, 2].map((part) => calls.filter((_, at) => at % 3 === part))
  const inParts = ({expression}: ThresholdResult) =>
    parts.map((part) => judge(expression, part).status)
  const clear = broken.find((one) => inParts(one).every((status) => status === 'fail'))
  if (clear) return {broken: clear, isDoubtful: false}
  const likely = broken.find((one) => !inParts(one).includes('pass'))
  if (likely) return {broken: likely, isDoubtful: true}
  const [first] = broken
  return isAgain || !first ? undefined : {broken: first, isDoubtful: true}
}

/** Calls or values that failed to come: judged by the few, a bot would look better the worse it is. */
function silence(
  held: readonly HeldTo[],
  result: LevelResult,
  standard: LevelStandard,
): Pick<JudgedLevel, 'broken' | 'reason' | 'isDoubtful'> | undefined {
  const {calls, durationMs} = result
  const {concurrency} = standard
  if (calls.length < ENOUGH_CALLS * concurrency) {
    const seconds = (durationMs / 1000).toFixed(0)
    const reason = `only ${String(calls.length)} calls began and ended in ${seconds} s`
    const isDoubtful = calls.length >= HARDLY_ANY * concurrency
    // No threshold broke by it: those few that ended may hold them all.
    const broken: ThresholdResult = {expression: TOO_FEW_ENDED, status: 'not-measured'}
    return {broken, reason, isDoubtful}
  }
  const absent = held.find(
    ({few, result: one}) => few === undefined && isSilenced(one, result, standard),
  )?.result
  const reason = `too few values came for ${absent?.expression ?? ''}, although each call alone gives one`
  return absent && {broken: absent, reason, isDoubtful: true}
}

/** What a level that held leaves open. */
function remarks(
  held: readonly HeldTo[],
  calls: readonly CallReport[],
): Pick<JudgedLevel, 'reason' | 'isDoubtful'> {
  const of = (status: ThresholdResult['status']) =>
    held
      .filter(({few, result}) => few === undefined && result.status === status)
      .map(({result}) => result.expression)
      .join(' and ')
  const unmeasured = of('not-measured')
  const chance = of('fail')
  const reasons = [
    chance === ''
      ? []
      : [`a part of the calls held ${chance} twice: that the others broke it may be chance`],
    unmeasured === ''
      ? []
      : [`too few values came in ${String(calls.length)} calls for ${unmeasured}`],
    held.flatMap(({few}) => few ?? []),
  ].flat()
  const isDoubtful = unmeasured !== ''
  return reasons.length === 0 ? {isDoubtful} : {reason: reasons.join('; '), isDoubtful}
}

/** Why the rig was the limit in this level, one sentence without its full stop. */
function rigReason({calls, lateness, rigCpu, cores}: LevelResult): string | undefined {
  const lateMs = lateness.percentile(99)
  if (lateMs > VOID_MS) {
    return `this machine sent its frames up to ${String(Math.round(lateMs))} ms late at p99, over the ${String(VOID_MS)} ms at which times still say something of the bot`
  }
  if (rigCpu > MOST_CPU * cores) {
    const share = Math.round((100 * rigCpu) / cores)
    return `this process took ${String(share)} % of its ${String(cores)} cores, over the ${String(100 * MOST_CPU)} % at which it can still be on time`
  }
  const dropped = calls.filter(isDropped).length
  if (100 * dropped > VOID_DROPPED * calls.length) {
    return `this machine could not start ${String(dropped)} of ${String(calls.length)} calls in time`
  }
  return undefined
}

/** A threshold with a value and without a verdict hangs on a lateness of ours. */
function rigBlur(thresholds: readonly ThresholdResult[]): string | undefined {
  const blurred = thresholds.find(
    ({status, value}) => status === 'not-measured' && value !== undefined,
  )
  return (
    blurred &&
    `whether ${blurred.expression} holds hangs on how late this machine's own frames were`
  )
}

/** Had each call been as the one alone, it would have been measured: here the values stayed away. */
function isSilenced(
  {expression, status}: ThresholdResult,
  {calls}: LevelResult,
  {alone}: LevelStandard,
): boolean {
  if (status !== 'not-measured') return false
  const values = valuesOfLevel(calls.flatMap((call) => aloneLike(alone, call) ?? []))
  return judgeThreshold(expression, values).status !== 'not-measured'
}
