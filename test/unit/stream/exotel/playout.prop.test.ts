import {expect, test} from 'vitest'

import {seededRandom} from '../../../../src/random.js'
import {Playout} from '../../../../src/stream/exotel/playout.js'

/**
 * 1,000 seeded schedules against arithmetic that knows nothing of the playout: for each message its
 * first and last tick follow from arrival and length alone, for each mark the tick it is due, for a
 * clear what had started by then. Times are chosen off the ticks, so that order is never in doubt.
 */
const SAMPLES = 160
const SCHEDULES = 1000

type Entry =
  | {readonly atMs: number; readonly kind: 'media'; readonly samples: number}
  | {readonly atMs: number; readonly kind: 'mark'; readonly name: string}
  | {readonly atMs: number; readonly kind: 'clear'}

type Expected = {
  /** By tick: which media entry plays, and how much silence fills the packet up. */
  readonly plays: Map<number, {readonly entry: number; readonly padding: number}>
  readonly marks: Map<string, number>
}

function schedule(seed: number): readonly Entry[] {
  const random = seededRandom(seed)
  let atMs = 0.5
  return Array.from({length: 5 + random.below(40)}, (_, index): Entry => {
    atMs += random.below(4) === 0 ? 20 * random.below(40) : random.below(120)
    const pick = random.below(10)
    if (pick === 0) return {atMs, kind: 'clear'}
    if (pick <= 3) return {atMs, kind: 'mark', name: `m${String(index)}`}
    return {atMs, kind: 'media', samples: 1 + random.below(random.below(3) === 0 ? 9000 : 400)}
  })
}

/** The closed form: intervals of ticks, cut where a clear falls. */
function arithmetic(
  entries: readonly Entry[],
  clear: 'packet' | 'message',
  marks: 'drop' | 'echo',
): Expected {
  type Interval = {entry: number; first: number; last: number; padding: number}
  const intervals: Interval[] = []
  const due: {name: string; tick: number; isDropped: boolean}[] = []
  let free = 0
  for (const [entry, one] of entries.entries()) {
    const next = Math.ceil(one.atMs / 20)
    if (one.kind === 'media') {
      const packets = Math.ceil(one.samples / SAMPLES)
      const first = Math.max(free, next)
      intervals.push({
        entry,
        first,
        last: first + packets - 1,
        padding: packets * SAMPLES - one.samples,
      })
      free = first + packets
    } else if (one.kind === 'mark') {
      due.push({name: one.name, tick: Math.max(free, next), isDropped: false})
    } else {
      const kept = intervals.filter(({first}) => first < next)
      const running = kept.find(({last}) => last >= next)
      const cut = running && clear === 'message' ? running.last + 1 : next
      const hadMore = intervals.some(({last}) => last >= cut)
      for (const mark of due) {
        const hasDroppedAudioBefore = hadMore && mark.tick > cut
        if (mark.tick < next || !hasDroppedAudioBefore || mark.isDropped) continue
        mark.isDropped = marks === 'drop'
        mark.tick = next
      }
      for (const interval of kept) {
        if (interval.last >= cut) Object.assign(interval, {last: cut - 1, padding: 0})
      }
      intervals.splice(0, intervals.length, ...kept)
      free = Math.max(cut, Math.min(free, cut))
    }
  }
  const plays = new Map<number, {entry: number; padding: number}>()
  for (const {entry, first, last, padding} of intervals) {
    for (let tick = first; tick <= last; tick += 1)
      plays.set(tick, {entry, padding: tick === last ? padding : 0})
  }
  return {
    plays,
    marks: new Map(due.filter(({isDropped}) => !isDropped).map(({name, tick}) => [name, tick])),
  }
}

function played(
  entries: readonly Entry[],
  clear: 'packet' | 'message',
  marksOnClear: 'drop' | 'echo',
): Expected {
  const playout = new Playout({samplesPerPacket: SAMPLES, clear, marksOnClear})
  const plays = new Map<number, {entry: number; padding: number}>()
  const marks = new Map<string, number>()
  const left = entries.map((one, entry) => ({...one, entry}))
  for (let tick = 0; tick < 3000; tick += 1) {
    while (left[0] && left[0].atMs < tick * 20) {
      const one = left.shift()
      if (one?.kind === 'media') playout.push(new Int16Array(one.samples).fill(one.entry + 1))
      if (one?.kind === 'mark') playout.mark(one.name, one.atMs)
      if (one?.kind === 'clear') playout.clear()
    }
    const {pcm, marks: due, paddingSamples} = playout.tick()
    for (const {name} of due) marks.set(name, tick)
    if (pcm) plays.set(tick, {entry: (pcm[0] ?? 0) - 1, padding: paddingSamples})
  }
  return {plays, marks}
}

test.each([
  ['packet', 'drop'],
  ['packet', 'echo'],
  ['message', 'drop'],
  ['message', 'echo'],
] as const)(
  'every packet, gap, stop and mark of 1,000 schedules falls on its tick (clear %s, marks %s)',
  (clear, marks) => {
    for (let seed = 1; seed <= SCHEDULES; seed += 1) {
      const entries = schedule(seed)

      const actual = played(entries, clear, marks)

      const expected = arithmetic(entries, clear, marks)
      expect(actual.plays, `seed ${String(seed)}`).toEqual(expected.plays)
      expect(actual.marks, `seed ${String(seed)}`).toEqual(expected.marks)
    }
  },
)
