import {describe, expect, test} from 'vitest'

import {BotEar} from '../../../../src/simulate/steps/bot-ear.js'

const received = (text: string, atMs = 0) => ({type: 'received' as const, atMs, tick: 0, text})
const mark = (name: string, atMs: number) =>
  received(`{"event":"mark","mark":{"name":"${name}"}}`, atMs)

describe('the ear for what the bot sends', () => {
  test('knows when a mark last came, by its name and at all', () => {
    const ear = new BotEar()

    ear.feed(mark('a', 100))
    ear.feed(mark('b', 200))

    expect([ear.hasMarkSince('a', 99), ear.hasMarkSince('a', 100)]).toEqual([true, false])
    expect([ear.hasMarkSince('*', 199), ear.hasMarkSince('*', 200)]).toEqual([true, false])
    expect(ear.hasMarkSince('c', -1)).toBe(false)
  })

  test('forgets the oldest of a thousand names, never the latest', () => {
    const ear = new BotEar()

    for (let number = 0; number <= 1000; number += 1) ear.feed(mark(`m${String(number)}`, number))

    expect(ear.hasMarkSince('m0', -1)).toBe(false)
    expect(ear.hasMarkSince('m1', -1)).toBe(true)
    expect(ear.hasMarkSince('m1000', -1)).toBe(true)
  })

  test.each(['{"event":', '[]', '"mark"', '{"event":"mark"}', '{"event":{}}', '\u0000', ''])(
    'takes %j for nothing it waits for, and does not throw',
    (text) => {
      const ear = new BotEar()
      const arrived: number[] = []
      ear.awaitNext('clear', (atMs) => arrived.push(atMs))

      ear.feed(received(text))

      expect(arrived).toEqual([])
    },
  )

  test('calls back once for the event that is awaited, and not after the waiting is over', () => {
    const ear = new BotEar()
    const arrived: number[] = []
    const clear = (atMs: number) => received('{"event":"clear"}', atMs)

    ear.awaitNext('clear', (atMs) => arrived.push(atMs))
    ear.feed(clear(10))
    ear.feed(clear(20))
    ear.awaitNext('clear', (atMs) => arrived.push(atMs))
    ear.stopWaiting()
    ear.feed(clear(30))

    expect(arrived).toEqual([10])
  })
})
