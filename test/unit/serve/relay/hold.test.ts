import {expect, test} from 'vitest'

import {Hold} from '../../../../src/serve/relay/hold.js'

const audio = (atMs: number) => ({atMs, isAudio: true})
const other = (atMs: number) => ({atMs, isAudio: false})

test('gives back everything in order, once', () => {
  const hold = new Hold()
  hold.push('start', other(0))
  hold.push('one', audio(20))
  hold.push(Buffer.from([1, 2]), audio(40))

  expect(hold.take(60)).toEqual(['start', 'one', Buffer.from([1, 2])])
  expect(hold.take(60)).toEqual([])
  expect(hold.dropped).toBe(0)
})

test('what still waits is counted, until it is taken', () => {
  const hold = new Hold()
  hold.push('start', other(0))
  hold.push('one', audio(20))
  expect(hold.count).toBe(2)

  hold.take(60)
  expect(hold.count).toBe(0)
})

test('audio is held for ten seconds and not longer, and what is no audio stays', () => {
  const hold = new Hold()
  hold.push('start', other(0))
  hold.push('old', audio(0))
  hold.push('digit', other(1))
  hold.push('young', audio(1))

  expect(hold.take(10_001)).toEqual(['start', 'digit', 'young'])
  expect(hold.dropped).toBe(1)
})

test('holds two megabytes, and of more the oldest audio goes first', () => {
  const hold = new Hold()
  const large = 'x'.repeat(500 * 1024)
  hold.push('start', other(0))
  for (let index = 0; index < 6; index += 1) hold.push(`${String(index)}${large}`, audio(index))

  const held = hold.take(10)

  expect(held.map((data) => data.slice(0, 1))).toEqual(['s', '2', '3', '4', '5'])
  expect(hold.dropped).toBe(2)
})

test('when there is no audio to drop, what comes newest is not held', () => {
  const hold = new Hold()
  const large = 'x'.repeat(1024 * 1024)
  hold.push(`1${large}`, other(0))
  hold.push(`2${large}`, other(0))
  hold.push('3', other(0))

  expect(hold.take(0).map((data) => data.slice(0, 1))).toEqual(['1', '3'])
  expect(hold.dropped).toBe(1)
})

test('a flood of empty messages is bounded, too', () => {
  const hold = new Hold()
  for (let index = 0; index < 20_000; index += 1) hold.push('', other(0))

  expect(hold.take(0).length).toBeLessThan(12_000)
  expect(hold.dropped).toBeGreaterThan(8000)
})
