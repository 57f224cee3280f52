import {describe, expect, test, vi} from 'vitest'

import {FlowEvidence} from '../../../../src/simulate/diagnosis/flow-evidence.js'
import {Column} from '../../../../src/simulate/numbers/column.js'

function echoed(flow: FlowEvidence, name: string, atMs: number): void {
  flow.feed({type: 'mark-echoed', atMs, name, roundTripMs: 0})
}

function heard(flow: FlowEvidence, atMs: number, audioMs: number): void {
  flow.feed({type: 'bot-audio', atMs, audioMs, audible: true, queuedMs: 0})
}

describe('a mark that returns', () => {
  test('is the first of its name that has not returned yet', () => {
    const flow = new FlowEvidence()
    for (const [at, name] of ['a', 'b', 'a', 'a'].entries()) flow.mark(name, at)

    echoed(flow, 'a', 10)
    echoed(flow, 'a', 20)
    echoed(flow, 'c', 30)

    expect(flow.marks.map(({echoedAtMs}) => echoedAtMs)).toEqual([10, undefined, 20, undefined])
  })

  test('twice is no other mark', () => {
    const flow = new FlowEvidence()
    flow.mark('a', 0)
    flow.mark('b', 1)

    echoed(flow, 'a', 10)
    echoed(flow, 'a', 20)
    flow.mark('a', 21)
    echoed(flow, 'a', 30)

    expect(flow.marks.map(({echoedAtMs}) => echoedAtMs)).toEqual([10, undefined, 30])
  })
})

test.each([
  ['all of it', -1, 1000, 130],
  ['what came after a moment, and by another', 100, 200, 50],
  ['nothing, where nothing came', 201, 299, 0],
  ['nothing, before anything came', -10, -1, 0],
])('the audio of a span of time is %s', (_, fromMs, untilMs, audioMs) => {
  const flow = new FlowEvidence()
  for (const [atMs, ms] of [
    [0, 20],
    [100, 40],
    [200, 50],
    [300, 20],
  ] as const)
    heard(flow, atMs, ms)

  expect(flow.audioMs(fromMs, untilMs)).toBe(audioMs)
})

describe('a flood is not walked through again and again', () => {
  /** Counts each time that a member of these is read. */
  function countReads(all: readonly object[], member: 'name' | 'atMs'): () => number {
    let count = 0
    for (const one of all) {
      const value: unknown = Reflect.get(one, member)
      const get = () => {
        count += 1
        return value
      }
      Object.defineProperty(one, member, {get})
    }
    return () => count
  }

  test.each<[string, (number: number) => string]>([
    ['36,000 marks of as many names', (number) => `m${String(number)}`],
    ['36,000 marks of one name', () => 'm'],
  ])('as %s return', (_, nameOf) => {
    const flow = new FlowEvidence()
    for (let at = 0; at < 36_000; at += 1) flow.mark(nameOf(at), at)
    const reads = countReads(flow.marks, 'name')

    for (let at = 0; at < 36_000; at += 1) echoed(flow, nameOf(at), at)

    expect(flow.marks.every(({echoedAtMs}) => echoedAtMs !== undefined)).toBe(true)
    expect(reads()).toBeLessThan(100_000)
  })

  test('as the audio after each of 1,000 clears is summed', () => {
    const flow = new FlowEvidence()
    for (let at = 0; at < 36_000; at += 1) heard(flow, at, 20)
    const reads = vi.spyOn(Column.prototype, 'at')

    for (let at = 0; at < 1000; at += 1) flow.audioMs(at, Number.POSITIVE_INFINITY)

    expect(reads.mock.calls.length).toBeLessThan(100_000)
    reads.mockRestore()
  })
})
