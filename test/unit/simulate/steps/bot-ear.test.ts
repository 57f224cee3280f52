import {describe, expect, test} from 'vitest'

import {decodeBot} from '../../../../src/protocol/decode.js'
import {BotEar} from '../../../../src/simulate/steps/bot-ear.js'

/** What Exotel's end makes of a text, given to the ear. */
const hear = (ear: BotEar, text: string, atMs = 0) => {
  ear.hear(decodeBot(text).message, atMs)
}
const hearMark = (ear: BotEar, name: string, atMs: number) => {
  hear(ear, `{"event":"mark","mark":{"name":"${name}"}}`, atMs)
}

describe('the ear for what the bot sends', () => {
  test('knows when a mark last came, by its name and at all', () => {
    const ear = new BotEar()

    hearMark(ear, 'a', 100)
    hearMark(ear, 'b', 200)

    expect([ear.hasMarkSince('a', 99), ear.hasMarkSince('a', 100)]).toEqual([true, false])
    expect([ear.hasMarkSince('*', 199), ear.hasMarkSince('*', 200)]).toEqual([true, false])
    expect(ear.hasMarkSince('c', -1)).toBe(false)
  })

  test('forgets the oldest of a thousand names, never the latest', () => {
    const ear = new BotEar()

    for (let number = 0; number <= 1000; number += 1) hearMark(ear, `m${String(number)}`, number)

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

      hear(ear, text)

      expect(arrived).toEqual([])
    },
  )

  test.each(
    ['{"type":"x"}', 'null', '[]', '1', '"clear"', '{"event":null}'].flatMap((text) =>
      (['clear', 'mark', 'dtmf', 'media'] as const).map((name) => ({text, name})),
    ),
  )('takes $text, which names no event, for no $name', ({text, name}) => {
    const ear = new BotEar()
    const arrived: number[] = []
    ear.awaitNext(name, (atMs) => arrived.push(atMs))

    hear(ear, text)

    expect(arrived).toEqual([])
    expect(ear.hasMarkSince('*', -1)).toBe(false)
  })

  test('calls back once for the event that is awaited, and not after the waiting is over', () => {
    const ear = new BotEar()
    const arrived: number[] = []
    const clear = '{"event":"clear"}'

    ear.awaitNext('clear', (atMs) => arrived.push(atMs))
    hear(ear, clear, 10)
    hear(ear, clear, 20)
    ear.awaitNext('clear', (atMs) => arrived.push(atMs))
    ear.stopWaiting()
    hear(ear, clear, 30)

    expect(arrived).toEqual([10])
  })
})
