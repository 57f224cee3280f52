import {wordsOf} from '../metric-words.js'
import type {CallReport, RunReport} from '../report.js'
import {LEAST_FOR_P95, type MetricValue, percentile, valuesByName} from '../summary.js'

/** A number is worse, or better, only by more than both. */
export type Tolerances = {
  /** A part of the old value: 0.1 is 10 %. Also of calls and expectations, how many may be lost. */
  readonly relative: number
  /** Of times only; a count or a ratio is held to the relative one. */
  readonly absoluteMs: number
}

export type Judgement = 'regression' | 'improvement' | 'same' | 'not-judged'

export type MetricChange = {
  readonly scenario: string
  readonly metric: string
  readonly statistic: 'p50' | 'p95' | 'max' | 'mean'
  readonly old: number
  readonly new: number
  readonly n: {readonly old: number; readonly new: number}
  readonly judgement: Judgement
}

type Values = readonly MetricValue[]
type Pair = {readonly old: Values; readonly new: Values}

/** What of every scenario was measured in both runs; and, by name, what in only one of them. */
export function compareMetrics(
  old: RunReport,
  next: RunReport,
  tolerances: Tolerances,
): {readonly metrics: readonly MetricChange[]; readonly onlyInOne: readonly string[]} {
  const scenarios = [...new Set([...old.calls, ...next.calls].map(({scenario}) => scenario))]
  const metrics: MetricChange[] = []
  const onlyInOne: string[] = []
  for (const scenario of scenarios) {
    const pairs = pairsOf(callsOf(old, scenario), callsOf(next, scenario))
    for (const [metric, pair] of pairs) {
      if (pair.old.length === 0 || pair.new.length === 0) {
        const side = pair.old.length === 0 ? 'new' : 'old'
        onlyInOne.push(`${metric} of ${scenario} was measured in the ${side} run only`)
      } else {
        metrics.push(...changesOf({scenario, metric}, pair, tolerances))
      }
    }
  }
  return {metrics, onlyInOne}
}

function callsOf({calls}: RunReport, name: string): readonly CallReport[] {
  return calls.filter(({scenario}) => scenario === name)
}

function pairsOf(
  old: readonly CallReport[],
  next: readonly CallReport[],
): ReadonlyMap<string, Pair> {
  const before = valuesByName(old)
  const after = valuesByName(next)
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  return new Map(
    names.map((metric) => [metric, {old: before.get(metric) ?? [], new: after.get(metric) ?? []}]),
  )
}

type Where = Pick<MetricChange, 'scenario' | 'metric'>

function changesOf(where: Where, pair: Pair, tolerances: Tolerances): readonly MetricChange[] {
  const n = {old: pair.old.length, new: pair.new.length}
  // No spread: a load run has more values than a function takes arguments.
  const uncertaintyMs = [...pair.old, ...pair.new].reduce(
    (most, one) => Math.max(most, one.uncertaintyMs),
    0,
  )
  const limits = {...tolerances, absoluteMs: Math.max(tolerances.absoluteMs, uncertaintyMs)}
  return statisticsFor(where.metric, n).map((statistic) => {
    const before = statisticOf(statistic, pair.old)
    const after = statisticOf(statistic, pair.new)
    const judgement = judge(where.metric, {old: before, new: after}, limits)
    return {...where, statistic, old: before, new: after, n, judgement}
  })
}

/** With few values a 95th percentile would be another word for the maximum. */
function statisticsFor(metric: string, n: MetricChange['n']): readonly MetricChange['statistic'][] {
  if (wordsOf(metric).isFlag) return ['mean']
  const least = Math.min(n.old, n.new)
  if (Math.max(n.old, n.new) === 1) return ['p50']
  return ['p50', least >= LEAST_FOR_P95 ? 'p95' : 'max']
}

function statisticOf(statistic: MetricChange['statistic'], values: Values): number {
  const sorted = values.map(({value}) => value).toSorted((one, other) => one - other)
  if (statistic === 'mean') return sorted.reduce((sum, value) => sum + value, 0) / sorted.length
  return percentile(sorted, {p50: 50, p95: 95, max: 100}[statistic])
}

/** Which way is worse, and from where on it matters at all, is data of the metric. */
function judge(
  metric: string,
  values: {readonly old: number; readonly new: number},
  {relative, absoluteMs}: Tolerances,
): Judgement {
  const {worse, unit, fineAt} = wordsOf(metric)
  if (worse === undefined) return 'not-judged'
  const isHigher = worse === 'higher'
  const floor = fineAt ?? (isHigher ? -Infinity : Infinity)
  const felt = (value: number) => (isHigher ? Math.max(value, floor) : Math.min(value, floor))
  const lostBy = (felt(values.new) - felt(values.old)) * (isHigher ? 1 : -1)
  const size = Math.abs(lostBy)
  const isWithin =
    size <= (unit === 'ms' ? absoluteMs : 0) || size <= Math.abs(felt(values.old)) * relative
  if (isWithin) return 'same'
  return lostBy > 0 ? 'regression' : 'improvement'
}
