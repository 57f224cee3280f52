import type {BotLoad, Calibration, LoadReport} from '../load-report.js'
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
    peak: sum(loads.map(({peak}) => peak)),
    atPace: sum(loads.map(({atPace}) => atPace)),
    opened: sum(loads.map(({opened}) => opened)),
    durationMs: spanOf(parts),
    ...(calibration ? {calibration} : {}),
    ...(bot ? {bot} : {}),
    worst: worstOf(loads, calls, worst),
  }
}

/** From the first start to the last end, on the clocks of the machines. */
function spanOf(parts: readonly RunReport[]): number {
  const starts = parts.map(({startedAt}) => Date.parse(startedAt))
  const ends = parts.map(({load}, at) => (starts[at] ?? 0) + (load?.durationMs ?? 0))
  const span = Math.max(...ends) - Math.min(...starts)
  return Number.isFinite(span) ? span : Math.max(...parts.map(({load}) => load?.durationMs ?? 0))
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
