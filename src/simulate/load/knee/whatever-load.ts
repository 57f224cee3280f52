import type {BrokenLevel, KneeReport} from '../../../report/load-report.js'
import type {CallReport} from '../../../report/report.js'
import {judgeThreshold} from '../../thresholds.js'
import {chanceOfAtLeast, chanceOfMore, type Count, growthWithLoad} from './chance.js'
import {metricOf} from './level-thresholds.js'
import {valuesOfLevel} from './level-values.js'

/**
 * A level of few calls keeps `failed < 1 %` by chance, whatever the bot: with 3 % of all calls failing,
 * every second level of 23 calls has none. So a knee counts only when all calls of the search together say
 * that it is their number that breaks the threshold: by far more beyond the knee than up to it, as where a
 * bot refuses what is too much, or by a share that grows from level to level, as where it tires.
 *
 * A search goes where its levels lead, so that what is rare happens more often than in one look: of 200
 * searches of a bot that fails in 2, 4 or 8 % of all calls not 4 % came to an exact knee by these, and of
 * 200 with a capacity and some noise, or with answers that grow, at least 190 did.
 */
const LEAST_CHANCE = 0.0001
/** In standard errors. */
const LEAST_GROWTH = 2.8
/** Of the levels that held together; looked at once, at the end. */
const LEAST_CHANCE_HELD = 0.01

/** A level that was not void. */
export type Shown = {readonly concurrency: number; readonly calls: readonly CallReport[]}

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
  const fewer = shown.filter(({concurrency}) => concurrency <= calls).flatMap((one) => one.calls)
  const more = shown.filter(({concurrency}) => concurrency > calls).flatMap((one) => one.calls)
  const isOfLoad = (threshold: string) =>
    growsWithLoad(threshold, shown) || hasMore(threshold, {fewer, more})
  const anyway = thresholds.find((one) => isBrokenBy(one, fewer) && !isOfLoad(one))
  if (anyway !== undefined) {
    const why = `With ${countWords(anyway, calls, {fewer, more})}`
    return {bound: 'none', broken: {...brokenAnyway(anyway, calls, fewer), why}}
  }
  // Of what failed to come there is no count.
  if (broken?.fault !== 'bot' || broken.value === undefined) return found
  if (isOfLoad(broken.threshold)) return found
  const counts = countWords(broken.threshold, calls, {fewer, more})
  const why = `${broken.why} But with ${counts} That is too little more to lay it to the number of calls.`
  return {...found, bound: 'at-least', broken: {...broken, why}}
}

type Sides = {readonly fewer: readonly CallReport[]; readonly more: readonly CallReport[]}

function brokenAnyway(
  threshold: string,
  concurrency: number,
  fewer: readonly CallReport[],
): Omit<BrokenLevel, 'why'> {
  const {value} = judgeThreshold(threshold, valuesOfLevel(fewer))
  return {
    ...{concurrency, threshold, fault: 'bot', atAnyLoad: true},
    ...(value === undefined ? {} : {value}),
  }
}

/** All that held together breaks it, and not by chance. */
function isBrokenBy(threshold: string, calls: readonly CallReport[]): boolean {
  const share = shareAllowed(threshold)
  const count = countBad(threshold, calls)
  if (share === undefined || !count || count.bad <= share * count.of) return false
  return chanceOfAtLeast(count, share) < LEAST_CHANCE_HELD
}

/** Where it cannot be counted, what the levels said stands. */
function growsWithLoad(threshold: string, shown: readonly Shown[]): boolean {
  const counts = shown.flatMap(({concurrency, calls}) => {
    const count = countBad(threshold, calls)
    return count ? [{concurrency, ...count}] : []
  })
  return counts.length === 0 || growthWithLoad(counts) > LEAST_GROWTH
}

/** Where it cannot be counted, what the levels said stands. */
function hasMore(threshold: string, {fewer, more}: Sides): boolean {
  const [few, many] = [countBad(threshold, fewer), countBad(threshold, more)]
  return !few || !many || chanceOfMore(many, few) < LEAST_CHANCE
}

function countWords(threshold: string, calls: number, {fewer, more}: Sides): string {
  const of = (side: readonly CallReport[]) => {
    const {bad, of: all} = countBad(threshold, side) ?? {bad: 0, of: 0}
    return `${String(bad)} of ${String(all)}`
  }
  const what =
    metricOf(threshold) === 'failed'
      ? 'calls failed'
      : `values broke ${singleOf(threshold) ?? threshold}`
  const beyond = more.length === 0 ? '' : `, and ${of(more)} with more`
  return `${String(calls)} calls at once or fewer ${of(fewer)} ${what}${beyond}.`
}

/** How many values break a threshold each by itself; undefined where it is on no single value, as a mean is. */
function countBad(threshold: string, calls: readonly CallReport[]): Count | undefined {
  const single = singleOf(threshold)
  if (single === undefined) return undefined
  const metric = metricOf(threshold)
  const judged = (valuesOfLevel(calls).get(metric) ?? []).map(
    (value) => judgeThreshold(single, new Map([[metric, [value]]])).status,
  )
  const bad = judged.filter((status) => status === 'fail').length
  return {bad, of: judged.filter((status) => status !== 'not-measured').length}
}

/** Of `p95(responseMs) < 2000` what each value is held to: `responseMs < 2000`. */
function singleOf(threshold: string): string | undefined {
  const [, aggregate, metric = '', rest = ''] =
    /^\s*(?:(\w+)\s*\(\s*)?(\w+)\s*\)?(.*)$/.exec(threshold) ?? []
  if (metric === 'dropped' || aggregate === 'mean' || aggregate === 'count') return undefined
  return `${metric}${rest}`
}

/** The part of the values that may break it; undefined where none may, or where most have to. */
function shareAllowed(threshold: string): number | undefined {
  const percent =
    /^\s*failed\s*<=?\s*(\d+(?:\.\d+)?)/.exec(threshold)?.[1] ??
    /^\s*p(50|95|99)\s*\(.*\)\s*</.exec(threshold)?.[1]
  if (percent === undefined) return undefined
  const share = Number(percent) / 100
  const allowed = metricOf(threshold) === 'failed' ? share : 1 - share
  return allowed > 0 && allowed < 1 ? allowed : undefined
}
