import {countsOf} from '../load-counts.js'
import type {BotLoad, Calibration, LoadReport, Shard} from '../load-report.js'
import type {CallReport, RunReport} from '../report.js'

/** Which calls are the worst: the room that keeps their recordings has it. */
export type WorstRule = {
  /** The worse of two first. */
  readonly order: (one: CallReport, other: CallReport) => number
  readonly most: number
}

/**
 * What the parts of one load plan come to together. Counts add up; the peak is the sum of the parts'
 * own, which is the most there can have been; the order of the parts does not matter.
 */
export function mergeLoad(
  parts: readonly RunReport[],
  calls: readonly CallReport[],
  worst: WorstRule,
): LoadReport | undefined {
  const loads = parts.flatMap(({load}) => (load ? [load] : []))
  const [first] = loads
  if (!first) return undefined
  const shards = loads
    .flatMap(({shards: own = []}) => own)
    .toSorted((one, other) => one.part - other.part)
  const missing = missingFrom(shards)
  const planned = loads.map((load) => load.planned)
  const calibration = best(
    loads.flatMap((load) => load.calibration ?? []),
    ofCalibration,
  )
  const bot = best(
    loads.flatMap((load) => load.bot ?? []),
    ofBot,
  )
  return {
    arrivals: first.arrivals,
    mix: first.mix,
    ...(planned.includes(undefined) ? {} : {planned: sum(planned.map((count = 0) => count))}),
    ...(first.callers === undefined ? {} : {callers: first.callers}),
    workers: sum(loads.map(({workers}) => workers)),
    ...(shards.length === 0 ? {} : {shards}),
    ...(missing.length === 0 ? {} : {missing}),
    peak: sum(loads.map(({peak}) => peak)),
    ...countsOf(calls),
    durationMs: spanOf(calls) ?? Math.max(...loads.map(({durationMs}) => durationMs)),
    ...(calibration ? {calibration} : {}),
    ...(bot ? {bot} : {}),
    worst: worstOf(loads, calls, worst),
  }
}

function missingFrom(shards: readonly Shard[]): readonly number[] {
  const there = new Set(shards.map(({part}) => part))
  const of = shards[0]?.of ?? 0
  return Array.from({length: of}, (_, at) => at + 1).filter((part) => !there.has(part))
}

/** From the first dial to the end of the last call, on the clocks of the machines; the calls made alone are none of them. */
function spanOf(calls: readonly CallReport[]): number | undefined {
  let [first, last] = [Infinity, -Infinity]
  for (const {startedAt = '', metrics, durationMs} of calls) {
    const dialledAt = Date.parse(startedAt)
    if (Number.isNaN(dialledAt)) continue
    first = Math.min(first, dialledAt)
    last = Math.max(last, dialledAt + (metrics['handshakeMs'] ?? 0) + durationMs)
  }
  return last >= first ? Math.round(last - first) : undefined
}

/** Of those that each part kept, which are the worst of all. */
function worstOf(
  loads: readonly LoadReport[],
  calls: readonly CallReport[],
  {order, most}: WorstRule,
): readonly string[] {
  const kept = new Set(loads.flatMap(({worst}) => worst))
  return calls
    .filter(({callSid}) => kept.has(callSid))
    .toSorted(order)
    .slice(0, most)
    .map(({callSid}) => callSid)
}

/** The quickest of the calls that were made alone is the nearest to one without any load. */
function ofCalibration({outcome, responseMs, greetingMs, handshakeMs}: Calibration) {
  const isFailed = outcome === 'completed' ? 0 : 1
  return [isFailed, responseMs ?? Infinity, greetingMs ?? Infinity, handshakeMs ?? Infinity]
}

/** The highest of the machines' looks at the bot. */
function ofBot({cpu = -1, rssPeakBytes = -1}: BotLoad) {
  return [-cpu, -rssPeakBytes]
}

/** The one with the least key; between equals their text decides, so that no order of parts does. */
function best<T>(all: readonly T[], keyOf: (one: T) => readonly number[]): T | undefined {
  const [first] = all.toSorted((one, other) => {
    const [a, b] = [keyOf(one), keyOf(other)]
    const at = a.findIndex((value, place) => value !== b[place])
    if (at >= 0) return (a[at] ?? 0) < (b[at] ?? 0) ? -1 : 1
    return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1
  })
  return first
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0)
}
