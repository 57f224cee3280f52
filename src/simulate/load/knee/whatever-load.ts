import type {BrokenLevel, KneeReport} from '../../../report/load-report.js'
import type {CallReport} from '../../../report/report.js'
import {judgeThreshold, judgeValue, parseThreshold, type Threshold} from '../../thresholds.js'
import type {LevelResult} from '../traffic/level.js'
import {chanceOfAtLeast, chanceOfMore, type Count, growthWithLoad} from './chance.js'
import {thatDecide} from './level/level-thresholds.js'
import {valuesOfLevel} from './level/level-values.js'

/**
 * A level of few calls keeps `failed < 1 %` by chance, whatever the bot: with 3 % of all calls failing,
 * every second level of 23 calls has none. So a knee counts only when all calls of the search together say
 * that it is their number that breaks the threshold: by far more beyond the knee than up to it, as where a
 * bot refuses what is too much, or by a share that grows from level to level, as where it tires.
 *
 * A search goes where its levels lead, so that what is rare happens more often than in one look. What these
 * limits make of it `find-knee.test.ts` asserts: of 100 searches each of a bot that fails in 2, 4 or 8 % of
 * all calls at most 5 are exact, of 200 with a capacity and some noise at least 190, and at least 45 of 50
 * where answers grow.
 */
const LEAST_CHANCE = 0.0001
/** In standard errors. */
const LEAST_GROWTH = 2.8
/** Of the levels that held together; looked at once, at the end. */
const LEAST_CHANCE_HELD = 0.01

/** A level that was not void. */
export type Shown = {
  readonly concurrency: number
  readonly result: Pick<LevelResult, 'calls' | 'lateness'>
}

export type Bounds = {
  readonly bound: KneeReport['bound']
  readonly calls?: number
  readonly broken?: BrokenLevel | undefined
}

/** The same, or what can be said where the number of calls is not what breaks the threshold. */
export function judgeLoad(
  found: Bounds,
  thresholds: readonly string[],
  shown: readonly Shown[],
): Bounds {
  const {bound, calls, broken} = found
  if (bound === 'none' || calls === undefined) return found
  const fewer = shown.filter(({concurrency}) => concurrency <= calls)
  const more = shown.filter(({concurrency}) => concurrency > calls)
  const isOfLoad = (threshold: string) =>
    growsWithLoad(threshold, shown) || hasMore(threshold, {fewer, more})
  const anyway = thresholds.find((one) => isBrokenBy(one, fewer) && !isOfLoad(one))
  if (anyway !== undefined) {
    const why = `With ${countWords(anyway, calls, {fewer, more})}`
    return {bound: 'none', broken: {...brokenAnyway(anyway, calls, fewer), why}}
  }
  // Of what failed to come there is no count.
  if (broken?.fault !== 'bot' || broken.value === undefined) return found
  // Nor of levels that had hardly a call at real pace.
  if (countBad(broken.threshold, fewer)?.of === 0 || isOfLoad(broken.threshold)) return found
  const counts = countWords(broken.threshold, calls, {fewer, more})
  const why = `${broken.why} But with ${counts} That is too little more to lay it to the number of calls.`
  return {...found, bound: 'at-least', broken: {...broken, why}}
}

type Sides = {readonly fewer: readonly Shown[]; readonly more: readonly Shown[]}

function brokenAnyway(
  threshold: string,
  concurrency: number,
  fewer: readonly Shown[],
): Omit<BrokenLevel, 'why'> {
  const {value} = judgeThreshold(threshold, valuesOfLevel(deciding(threshold, fewer)))
  return {
    concurrency,
    threshold,
    fault: 'bot',
    atAnyLoad: true,
    ...(value === undefined ? {} : {value}),
  }
}

/** All that held together breaks it, and not by chance. */
function isBrokenBy(threshold: string, levels: readonly Shown[]): boolean {
  const share = shareAllowed(threshold)
  const count = countBad(threshold, levels)
  if (share === undefined || !count || count.bad <= share * count.of) return false
  return chanceOfAtLeast(count, share) < LEAST_CHANCE_HELD
}

/** Where it cannot be counted, what the levels said stands. */
function growsWithLoad(threshold: string, shown: readonly Shown[]): boolean {
  const counts = shown.flatMap((level) => {
    const count = countBad(threshold, [level])
    return count ? [{concurrency: level.concurrency, ...count}] : []
  })
  return counts.length === 0 || growthWithLoad(counts) > LEAST_GROWTH
}

/** Where it cannot be counted, what the levels said stands. */
function hasMore(threshold: string, {fewer, more}: Sides): boolean {
  const [few, many] = [countBad(threshold, fewer), countBad(threshold, more)]
  return !few || !many || chanceOfMore(many, few) < LEAST_CHANCE
}

function countWords(threshold: string, calls: number, {fewer, more}: Sides): string {
  const of = (side: readonly Shown[]) => {
    const {bad, of: all} = countBad(threshold, side) ?? {bad: 0, of: 0}
    return `${String(bad)} of ${String(all)}`
  }
  const {metric, operator, limit} = parseThreshold(threshold)
  const what =
    metric === 'failed' ? 'calls failed' : `values broke ${metric} ${operator} ${String(limit)}`
  const beyond = more.length === 0 ? '' : `, and ${of(more)} with more`
  return `${String(calls)} calls at once or fewer ${of(fewer)} ${what}${beyond}.`
}

/** How many values break a threshold each by itself; undefined where it is on no single value, as a mean is. */
function countBad(threshold: string, levels: readonly Shown[]): Count | undefined {
  const parsed = parseThreshold(threshold)
  if (!isOnSingleValues(parsed)) return undefined
  const values = valuesOfLevel(deciding(threshold, levels)).get(parsed.metric) ?? []
  const judged = values.map((value) => judgeValue(parsed, value))
  const bad = judged.filter((status) => status === 'fail').length
  return {bad, of: judged.filter((status) => status !== 'not-measured').length}
}

/** By the same calls as each level: what our own lateness made of the others is none of the bot's. */
function deciding(threshold: string, levels: readonly Shown[]): readonly CallReport[] {
  return levels.flatMap(
    ({result: {calls, lateness}}) => thatDecide(threshold, calls, lateness.percentile(99)) ?? [],
  )
}

/** A share of the calls that failed is a mean of what each of them did. */
function isOnSingleValues({metric, aggregate}: Threshold): boolean {
  if (metric === 'failed') return true
  return metric !== 'dropped' && aggregate !== 'mean' && aggregate !== 'count'
}

/** The part of the values that may break it; undefined where none may, or where most have to. */
function shareAllowed(threshold: string): number | undefined {
  const {metric, aggregate, operator, limit} = parseThreshold(threshold)
  if (operator !== '<' && operator !== '<=') return undefined
  const allowed = metric === 'failed' ? limit / 100 : ABOVE[aggregate ?? 'max']
  return allowed !== undefined && allowed > 0 && allowed < 1 ? allowed : undefined
}

/** The part of the values that lies beyond a percentile. */
const ABOVE: Readonly<Partial<Record<NonNullable<Threshold['aggregate']>, number>>> = {
  p50: 0.5,
  p95: 0.05,
  p99: 0.01,
}
