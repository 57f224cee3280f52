import {expect, test} from 'vitest'

import {MarkLoop, type MarkVerdict} from '../../../../src/stream/exotel/mark-loop.js'

/** The verdicts on a mark that comes again each time it is returned. */
function rounds(loop: MarkLoop, name: string, count: number): MarkVerdict[] {
  return Array.from({length: count}, () => {
    const verdict = loop.arrived(name)
    if (verdict !== 'loop') loop.returned(name)
    return verdict
  })
}

test('a mark that comes back and back is fine at first, then an answer, then a loop', () => {
  const verdicts = rounds(new MarkLoop(), 'm', 15)

  expect(verdicts).toEqual([
    ...new Array<MarkVerdict>(3).fill('fine'),
    ...new Array<MarkVerdict>(9).fill('answered'),
    ...new Array<MarkVerdict>(3).fill('loop'),
  ])
})

test('a mark that waits to be returned is not an answer, however often it is sent', () => {
  const loop = new MarkLoop()

  const verdicts = Array.from({length: 50}, () => loop.arrived('m'))

  expect(new Set(verdicts)).toEqual(new Set(['fine']))
})

test('audio makes any mark after it a new one', () => {
  const loop = new MarkLoop()
  rounds(loop, 'm', 15)

  loop.audio()

  expect(loop.arrived('m')).toBe('fine')
})

test('each name is counted for itself', () => {
  const loop = new MarkLoop()
  rounds(loop, 'm', 15)

  expect(loop.arrived('n')).toBe('fine')
})

test('names beyond 10,000 are not watched, and those before them still are', () => {
  const loop = new MarkLoop()
  for (let index = 0; index < 10_000; index += 1) loop.returned(String(index))

  expect(new Set(rounds(loop, 'one more', 20))).toEqual(new Set(['fine']))
  expect(rounds(loop, '0', 20).at(-1)).toBe('loop')
})
