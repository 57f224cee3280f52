import {describe, expect, test} from 'vitest'

import type {Span} from '../../../../src/report/report.js'
import {
  type CallMemory,
  emptyMemory,
  type TurnRecord,
} from '../../../../src/simulate/numbers/call-memory.js'
import {callMetrics} from '../../../../src/simulate/numbers/call-metrics.js'
import {overlapMs} from '../../../../src/simulate/numbers/spans.js'
import {measureTurn} from '../../../../src/simulate/numbers/turn/turn-metrics.js'

/** Counts how often the time of one of its elements is read. */
class Reads {
  count = 0

  spans(times: readonly number[]): readonly Span[] {
    return this.#counted(times, 'startMs', (startMs) => ({startMs, endMs: startMs + 300}))
  }

  moments<T extends object>(times: readonly number[], beside: T): readonly (T & {atMs: number})[] {
    return this.#counted(times, 'atMs', (atMs) => ({...beside, atMs}))
  }

  #counted<T extends object>(
    times: readonly number[],
    key: string,
    make: (ms: number) => T,
  ): readonly T[] {
    return times.map((ms) => {
      const get = () => {
        this.count += 1
        return ms
      }
      return Object.defineProperty(make(ms), key, {get})
    })
  }
}

const TURNS = 1000
const every = (ms: number, count: number) => Array.from({length: count}, (_, at) => at * ms)

function turnsOf(kind: TurnRecord['start']['kind']): readonly TurnRecord[] {
  return every(1000, TURNS).map((atMs, turn) => ({
    start: {type: 'turn-start', atMs, turn, step: turn, kind, label: kind, expectation: 'respond'},
    caller: {startMs: atMs, endMs: atMs + 400},
    endMs: atMs + 900,
  }))
}

/** A call of 1,000 s: 36,000 clears and marks, 100,000 messages, 1,000 turns and answers. */
function longCall(reads: Reads): CallMemory {
  return {
    ...emptyMemory(),
    turns: turnsOf('say'),
    callerSpeech: every(1000, TURNS).map((startMs) => ({startMs, endMs: startMs + 400})),
    botSpeech: reads.spans(every(1000, TURNS).map((ms) => ms + 500)),
    heard: reads.moments(every(10, 100_000), {queuedMs: 10}),
    clears: reads.moments(every(27.5, 36_000), {droppedMs: 0}),
    marks: reads.moments(every(27.5, 36_000), {roundTripMs: 1}),
    endMs: 1_000_000,
  }
}

describe('a call of 36,000 marks and clears, 100,000 messages and 1,000 turns', () => {
  const reads = new Reads()
  const call = longCall(reads)

  test.each(['say', 'interrupt', 'silence', 'backchannel', 'noise', 'digits'] as const)(
    'is not walked through again at each turn of the kind %s',
    (kind) => {
      const memory = {...call, turns: turnsOf(kind)}
      reads.count = 0

      for (const turn of memory.turns) measureTurn(turn, memory)

      expect(reads.count / TURNS).toBeLessThan(400)
    },
  )

  test('has its metrics counted in a few walks', () => {
    reads.count = 0

    callMetrics(call, [])

    expect(reads.count).toBeLessThan(1_000_000)
  })
})

test('the overlap of 1,000 spans with 1,000 others is found without comparing each with each', () => {
  const reads = new Reads()
  const [caller, bot] = [every(1000, 1000), every(1000, 1000).map((ms) => ms + 200)]

  expect(overlapMs(reads.spans(caller), reads.spans(bot))).toBe(100 * 1000)
  expect(reads.count).toBeLessThan(30_000)
})
