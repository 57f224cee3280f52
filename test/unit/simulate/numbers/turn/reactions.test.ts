import {describe, expect, test} from 'vitest'

import type {StreamEvent} from '../../../../../src/protocol/events.js'
import {
  bot,
  caller,
  clear,
  closed,
  type Events,
  frame,
  numbersOf,
  turn,
  turnEnd,
} from '../hand-made-events.js'

/** The turn that matters: the last. */
function measured(...events: Events) {
  return numbersOf(...events).turns.at(-1)
}

const mark = (atMs: number): StreamEvent => ({
  type: 'mark-echoed',
  atMs,
  name: 'm',
  roundTripMs: 0,
})

describe('a "mm-hmm" from 2000 to 2400 ms', () => {
  const hummed = [
    turn(0, 'backchannel', 1900, {expectation: 'ignore'}),
    caller(0, 2000, 2400),
    turnEnd(0, 4500),
  ]
  const yieldOf = (...events: Events) => measured(hummed, events, closed(9000))?.falseYield

  test.each([
    ['speaks on', 8000, 0],
    ['speaks on beyond the second after it', 3420, 0],
    ['falls silent within the second after it', 3380, 1],
    ['falls silent at once', 2100, 1],
  ])('of which the bot %s', (_what, endMs, expected) => {
    expect(yieldOf(bot(1000, endMs))).toBe(expected)
  })

  test('is not yielded to by a breath', () => {
    expect(yieldOf(bot(1000, 2500), bot(2900, 6000))).toBe(0)
  })

  test('is yielded to by a bot that cleared, though it went on with something else', () => {
    expect(yieldOf(bot(1000, 2500), clear(2450, 3000), bot(2700, 6000))).toBe(1)
  })

  test.each<readonly [string, Events]>([
    ['was silent', []],
    ['had finished long before', [bot(500, 1000)]],
    ['had its last mark back, and so had no more to say', [bot(1000, 2700), mark(2720)]],
  ])('says nothing of a bot that %s', (_what, events) => {
    expect(measured(hummed, events, closed(9000))).not.toHaveProperty('falseYield')
  })

  test('says nothing when the call ended before the second was over', () => {
    const cutOff: Events = [
      {type: 'bot-speech-start', atMs: 1030, startMs: 1000},
      {type: 'bot-speech-end', atMs: 2800, endMs: 2790},
    ]
    const report = measured(hummed.slice(0, 2), cutOff, closed(2800, 0, 'caller'))

    expect(report).not.toHaveProperty('falseYield')
  })

  test('says nothing where our own lateness could have moved the stop over the edge', () => {
    const late = frame(2500, 60)

    expect(measured(hummed, late, bot(1000, 3380), closed(9000))).not.toHaveProperty('falseYield')
    expect(measured(hummed, late, bot(1000, 2600), closed(9000))).toMatchObject({
      falseYield: 1,
      uncertaintyMs: 60,
    })
  })

  test('is counted over the call', () => {
    const again = [turn(1, 'backchannel', 6000), caller(1, 6000, 6300), turnEnd(1, 8500)]

    const {metrics} = numbersOf(hummed, bot(1000, 2500), again, bot(5000, 6500), closed(9000))

    expect(metrics['falseYield']).toBe(2)
  })
})

describe('a noise from 5000 to 5300 ms', () => {
  const noisy = [
    turn(0, 'noise', 5000, {expectation: 'ignore'}),
    caller(0, 5000, 5300),
    turnEnd(0, 7400),
  ]

  test.each([
    ['leaves it', 9000, 0],
    ['speaks after the two seconds', 7320, 0],
    ['speaks within them', 7280, 1],
    ['speaks at once', 5100, 1],
  ])('to a bot with the last word that %s', (_what, startMs, expected) => {
    const events = [bot(1000, 3000), noisy, bot(startMs, startMs + 900), closed(12_000)]

    expect(measured(...events)?.spuriousResponse).toBe(expected)
  })

  test.each<readonly [string, Events]>([
    ['never spoke: it may be about to greet', []],
    ['had just paused', [bot(1000, 4800)]],
  ])('says nothing of a bot that %s', (_what, events) => {
    expect(measured(events, noisy, bot(6000, 7000), closed(12_000))).not.toHaveProperty(
      'spuriousResponse',
    )
  })

  test.each([
    [8000, 0],
    [5600, 1],
  ])('over a bot that is heard until %i ms is a cough', (endMs, expected) => {
    const report = measured(bot(1000, endMs), noisy, closed(12_000))

    expect(report).toMatchObject({falseYield: expected, met: expected === 0})
    expect(report).not.toHaveProperty('spuriousResponse')
  })

  test('says nothing of a bot that owes an answer', () => {
    const asked = [turn(0, 'say', 3500), caller(0, 3500, 4000), turnEnd(0, 4900)]
    const noise = [turn(1, 'noise', 5000), caller(1, 5000, 5300), turnEnd(1, 7400)]
    const answered = measured(bot(1000, 3000), asked, noise, bot(6000, 7000), closed(12_000))

    expect(answered).not.toHaveProperty('spuriousResponse')
  })

  test('says nothing when the caller spoke again too soon to tell', () => {
    const next = [turn(1, 'say', 6000), caller(1, 6000, 6500), turnEnd(1, 7000)]
    const {turns} = numbersOf(bot(1000, 3000), noisy, next, closed(12_000))

    expect(turns[0]).not.toHaveProperty('spuriousResponse')
  })

  test('is not the voice of the caller', () => {
    const {speech, metrics} = numbersOf(bot(1000, 3000), noisy, closed(9000))

    expect(speech.caller).toEqual([])
    expect(metrics).toMatchObject({spuriousResponse: 0})
  })
})

describe('a silence from 4000 ms on', () => {
  const silent = [turn(0, 'silence', 4000, {expectation: 'respond', withinMs: 6000})]

  test('is timed to the next thing the bot says', () => {
    expect(measured(bot(1000, 3000), silent, bot(9000, 9900), closed(12_000))).toMatchObject({
      promptMs: 5000,
      met: true,
    })
  })

  test('is not ended by the rest of a sentence', () => {
    const events = [bot(1000, 4100), bot(4300, 5000), silent, closed(12_000)]

    expect(measured(...events)).not.toHaveProperty('promptMs')
    expect(measured(...events)).toMatchObject({met: false, why: 'The bot said nothing.'})
  })
})

describe('a message of the caller’s own', () => {
  const sent = turn(0, 'send', 1000, {expectation: 'respond', withinMs: 300})
  const answered: StreamEvent = {type: 'answered', atMs: 1230, turn: 0, sentMs: 1010}

  test('is timed to its answer', () => {
    expect(measured(sent, answered, turnEnd(0, 1240), closed(3000))).toMatchObject({
      answerMs: 220,
      met: true,
    })
  })

  test('that hangs on our own lateness is not judged', () => {
    const report = measured(sent, frame(1100, 90), answered, turnEnd(0, 1240), closed(3000))

    expect(report).toMatchObject({answerMs: 220, uncertaintyMs: 90})
    expect(report).not.toHaveProperty('met')
  })
})

test('a closing is judged by when the bot closed, and leaves no number of its own', () => {
  const closing = turn(0, 'closing', 2000, {expectation: 'respond', withinMs: 1500})

  expect(measured(closing, closed(3400))).toMatchObject({met: true})
  expect(measured(closing, closed(3600))).toMatchObject({
    met: false,
    why: 'The bot closed with 1000. It took 1600 ms, over the limit of 1500 ms.',
  })
  expect(measured(closing, turnEnd(0, 3500), closed(3600, 0, 'caller'))).toMatchObject({
    met: false,
    why: 'The bot did not close the stream.',
  })
})
