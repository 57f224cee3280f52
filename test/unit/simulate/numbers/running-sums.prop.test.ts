import fc from 'fast-check'
import {describe, expect, test} from 'vitest'

import type {StreamEvent} from '../../../../src/protocol/events.js'
import {SendLateness} from '../../../../src/report/send-lateness.js'
import {Column} from '../../../../src/simulate/numbers/column.js'
import {bot, caller, closed, numbersOf, turn, turnEnd} from './hand-made-events.js'
import {plainNumbers} from './plain-numbers.js'

/** Microseconds, as a call's times are; now and then a time that is none of the clock's. */
const passedMs = fc.oneof(
  {weight: 20, arbitrary: fc.nat({max: 300_000}).map((micros) => micros / 1000)},
  {weight: 1, arbitrary: fc.double({min: 0, max: 900, noNaN: true})},
)
const lateMs = fc.nat({max: 60_000}).map((micros) => micros / 1000)
const queuedMs = fc.nat({max: 20}).map((packets) => packets * 20)
const audioMs = fc.oneof(fc.constantFrom(20, 100, 200), fc.double({min: 1, max: 300, noNaN: true}))

const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      ...{type: fc.constant('bot-audio' as const), audioMs, queuedMs},
      audible: fc.boolean(),
    }),
  },
  {weight: 6, arbitrary: fc.record({type: fc.constant('frame' as const), lateMs})},
  {weight: 1, arbitrary: fc.record({type: fc.constant('late-tick' as const), lateMs})},
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('gap' as const),
      gapMs: fc.double({min: 0.1, max: 500, noNaN: true}),
      cause: fc.constantFrom('late-chunk', 'short-last-packet', 'odd-length', 'rig'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{type: fc.constant('mark-echoed' as const), name: fc.constant('m')},
      roundTripMs: lateMs,
    }),
  },
)

/** What happened in a call, in the order of its time. */
const calls = fc
  .array(fc.tuple(passedMs, happening), {maxLength: 900, size: 'max'})
  .map((steps) => {
    let nowMs = 0
    return steps.map(([waitMs, what], index): StreamEvent => {
      nowMs += waitMs
      if (!('lateMs' in what)) return {...what, atMs: nowMs}
      const {lateMs: late, ...rest} = what
      const times = {atMs: nowMs, intendedMs: Math.max(0, nowMs - late)}
      return rest.type === 'frame'
        ? {type: 'frame', ...times, chunk: index}
        : {type: 'late-tick', ...times, tick: index}
    })
  })

/** Frames and ticks in the order in which they were meant, as they leave. */
function inOrder(events: readonly StreamEvent[]): readonly StreamEvent[] {
  let intendedMs = 0
  return events.map((event) => {
    if (!('intendedMs' in event)) return event
    intendedMs = Math.max(intendedMs, event.intendedMs)
    return {...event, intendedMs: Math.min(intendedMs, event.atMs)}
  })
}

describe('the sums that are kept of a call', () => {
  test('come to the numbers of all its events, exactly', () => {
    fc.assert(
      fc.property(calls, (made) => {
        const events = inOrder(made)
        const plain = plainNumbers(events)

        const {metrics, lateness, uncertaintyMs} = numbersOf(events)

        const names = Object.keys(plain.metrics)
        expect(Object.fromEntries(names.map((name) => [name, metrics[name]]))).toEqual(
          plain.metrics,
        )
        const counted = new SendLateness()
        for (const ms of plain.frames) counted.add(ms)
        expect(lateness.counts()).toEqual(counted.counts())
        expect(uncertaintyMs).toBe(plain.worstMs)
      }),
      {numRuns: 60},
    )
  })

  test('leave the uncertainty of a turn and its first audio as they are', () => {
    const edges = fc.tuple(fc.nat({max: 40_000}), fc.integer({min: 40, max: 4000}))
    fc.assert(
      fc.property(calls, edges, fc.integer({min: 20, max: 3000}), (made, [startMs, ms], waitMs) => {
        const events = inOrder(made)
        const endMs = startMs + ms
        const heardMs = endMs + waitMs
        const plain = plainNumbers(events)

        const {turns} = numbersOf(
          turn(0, 'say', startMs),
          caller(0, startMs, endMs),
          events,
          bot(heardMs, heardMs + 1000),
          turnEnd(0, heardMs + 1500),
          closed(1_000_000),
        )

        const firstMs = plain.firstHeardMs(startMs, heardMs)
        const [counted] = turns
        expect(counted?.responseMs).toBe(waitMs)
        expect(counted?.firstAudioMs).toBe(firstMs === undefined ? undefined : firstMs - endMs)
        const spans = [
          {startMs, endMs},
          {startMs: endMs, endMs: heardMs},
          ...(firstMs === undefined
            ? []
            : [{startMs: Math.min(endMs, firstMs), endMs: Math.max(endMs, firstMs)}]),
        ]
        expect(counted?.uncertaintyMs).toBe(Math.max(...spans.map(plain.worstIn)))
      }),
      {numRuns: 60},
    )
  })
})

test('a column gives each number back as it was', () => {
  const numbers = fc.oneof(passedMs, fc.double(), fc.integer(), fc.constant(Number.NaN))
  fc.assert(
    fc.property(fc.array(numbers, {maxLength: 700, size: 'max'}), (values) => {
      const column = new Column()
      for (const value of values) column.push(value)

      expect(column.length).toBe(values.length)
      // Adding 0 makes one of the two zeros.
      const read = values.map((_, index) => (column.at(index) ?? Number.NEGATIVE_INFINITY) + 0)
      expect(read).toEqual(values.map((value) => value + 0))
      expect(column.at(-1)).toBeUndefined()
      expect(column.at(values.length)).toBeUndefined()
    }),
  )
})
