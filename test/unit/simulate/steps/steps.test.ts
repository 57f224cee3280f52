import {describe, expect, test} from 'vitest'

import type {Step} from '../../../../src/simulate/scenario/scenario.js'
import type {Bot} from '../../../../src/stream/bot/bot.js'
import {deafBot, politeBot, silentBot} from '../../../rig/bots.js'
import {clip, type VirtualCall, virtualCall} from '../../../rig/virtual-call.js'

const hangUp: Step = {hangUp: 'stop'}

/** When each digit left, and which. */
async function digitsOf(call: VirtualCall) {
  const result = await virtualCall(call)
  const sent = result.events.flatMap((event) => {
    const digit = event.type === 'sent' ? /"digit": ?"(.)"/.exec(event.text)?.[1] : undefined
    return digit === undefined ? [] : [{digit, atMs: event.atMs}]
  })
  return {...result, sent}
}

describe('greet', () => {
  test('an optional greeting that does not come is waited for and forgiven', async () => {
    const {report} = await virtualCall({
      bot: silentBot,
      steps: [{greet: {withinMs: 2000, optional: true}}, {say: clip(300)}, hangUp],
    })

    expect(report.turns[0]).not.toHaveProperty('met')
    expect(report.turns[0]).not.toHaveProperty('greetingMs')
    expect(report.speech.caller[0]?.startMs).toBe(2040)
  })

  test('a greeting that comes late is waited for, so that it can be said how late', async () => {
    const {report} = await virtualCall({
      bot: deafBot([{afterMs: 4000, ms: 500}]),
      steps: [{greet: {withinMs: 1000}}, hangUp],
    })

    expect(report.turns[0]).toMatchObject({
      greetingMs: 4020,
      met: false,
      why: 'It took 4020 ms, over the limit of 1000 ms.',
    })
  })
})

describe('say', () => {
  test('waits until the bot has been quiet for 700 ms, as heard', async () => {
    const {report} = await virtualCall({
      bot: deafBot([{afterMs: 0, ms: 2000}]),
      steps: [{greet: {withinMs: 500}}, {say: clip(300)}, hangUp],
    })

    expect(report.speech.bot).toEqual([{startMs: 20, endMs: 2020}])
    expect(report.speech.caller[0]?.startMs).toBe(2020 + 700 + 40)
  })

  test('speaks over the bot when it is to speak now', async () => {
    const {report} = await virtualCall({
      bot: deafBot([{afterMs: 0, ms: 2000}]),
      steps: [{greet: {withinMs: 500}}, {say: clip(300), now: true}, hangUp],
    })

    expect(report.speech.bot[0]?.startMs).toBe(20)
    expect(report.speech.caller[0]?.startMs).toBeLessThan(200)
  })

  test('takes a pause under 700 ms for a breath', async () => {
    const {report} = await virtualCall({
      bot: deafBot([
        {afterMs: 0, ms: 1000},
        {afterMs: 600, ms: 1000},
      ]),
      steps: [{greet: {withinMs: 500}}, {say: clip(300)}, hangUp],
    })

    const end = report.speech.bot.at(-1)?.endMs ?? 0
    expect(report.speech.bot).toHaveLength(2)
    expect(report.speech.caller[0]?.startMs).toBeGreaterThan(end + 700)
  })

  test('what should be ignored is met when nothing comes for 2 s', async () => {
    const {report} = await virtualCall({
      bot: silentBot,
      steps: [{say: clip(300), expect: 'ignore'}, hangUp],
    })

    expect(report.turns[0]).toMatchObject({met: true})
    expect(report.durationMs).toBeGreaterThanOrEqual(700 + 380 + 2000)
  })

  test('what should be ignored is not met when the bot answers', async () => {
    const {report} = await virtualCall({
      bot: politeBot({greets: false}),
      steps: [{say: clip(300), expect: 'ignore'}, hangUp],
    })

    expect(report.turns[0]?.met).toBe(false)
    expect(report.turns[0]?.why).toMatch(/^The bot answered after \d+ ms; it should not have\.$/)
  })

  test('an answer that comes while the caller waits for something else is still its answer', async () => {
    const {report} = await virtualCall({
      bot: deafBot([{afterMs: 14_000, ms: 500}]),
      steps: [{say: clip(300), expect: 'respond'}, {wait: {ms: 8000}}, hangUp],
    })

    expect(report.turns[0]).toMatchObject({met: true, responseMs: 14_020 - 1020})
    expect(report.metrics).toMatchObject({responseRate: 1})
  })
})

describe('interrupt', () => {
  const interrupt = (afterMs: number): Step => ({
    interrupt: clip(900),
    afterMs,
    expect: 'stop',
    withinMs: 300,
  })

  test.each([500, 1000, 1740])('speaks %i ms after the bot was first heard', async (afterMs) => {
    const {report} = await virtualCall({
      bot: deafBot([{afterMs: 100, ms: 4000}]),
      steps: [interrupt(afterMs), hangUp],
    })

    expect(report.speech.caller[0]?.startMs).toBe(120 + afterMs)
  })

  test('speaks over the answer to the line before, not over the greeting', async () => {
    const {report} = await virtualCall({
      bot: politeBot(),
      steps: [
        {greet: {withinMs: 500}},
        {say: clip(600), expect: 'respond'},
        interrupt(1000),
        hangUp,
      ],
    })

    const [, answer] = report.speech.bot
    expect(report.speech.caller[1]?.startMs).toBe((answer?.startMs ?? 0) + 1000)
    expect(report.turns[2]).toMatchObject({kind: 'interrupt', met: true})
    expect(report.turns[2]?.recoveryMs).toBeGreaterThan(0)
  })

  test('may come twice', async () => {
    const {report} = await virtualCall({
      bot: politeBot(),
      steps: [{say: clip(600), expect: 'respond'}, interrupt(800), interrupt(800), hangUp],
    })

    expect(report.turns.map(({met}) => met)).toEqual([true, true, true])
    expect(report.turns.map(({bargeInStopMs}) => bargeInStopMs !== undefined)).toEqual([
      false,
      true,
      true,
    ])
  })
})

describe('digits', () => {
  test.each([
    [100, [0, 100, 200, 300]],
    [0, [0, 0, 0, 0]],
    [250, [0, 260, 500, 760]],
  ])('%i ms apart leave with the ticks at %j', async (gapMs, apart) => {
    const {sent, report} = await digitsOf({
      bot: silentBot,
      steps: [{digits: '1*#0', gapMs}, hangUp],
    })

    const firstMs = sent[0]?.atMs ?? 0
    expect(sent.map(({digit}) => digit).join('')).toBe('1*#0')
    expect(sent.map(({atMs}) => atMs - firstMs)).toEqual(apart)
    expect(report.turns[0]).toMatchObject({startMs: firstMs, endMs: sent.at(-1)?.atMs})
  })

  test('wait for the bot to finish, unless they are to be pressed while it speaks', async () => {
    const bot: Bot = deafBot([{afterMs: 0, ms: 2000}])
    const greet: Step = {greet: {withinMs: 500}}

    const patient = await digitsOf({bot, steps: [greet, {digits: '1', gapMs: 0}, hangUp]})
    const hasty = await digitsOf({
      bot,
      steps: [greet, {digits: '1', gapMs: 0, during: 'speech'}, hangUp],
    })

    expect(patient.sent[0]?.atMs).toBe(2020 + 700)
    expect(hasty.sent[0]?.atMs).toBeLessThan(100)
  })

  test('are pressed at once when they are to be, before the bot has said a word', async () => {
    const {sent} = await digitsOf({
      bot: deafBot([{afterMs: 100, ms: 2000}]),
      steps: [{digits: '12', gapMs: 100, now: true}, hangUp],
    })

    expect(sent.map(({atMs}) => atMs)).toEqual([0, 100])
  })

  test('that are to fall into speech wait for a bot that has not begun', async () => {
    const {sent} = await digitsOf({
      bot: deafBot([{afterMs: 3000, ms: 2000}]),
      steps: [{digits: '1', gapMs: 0, during: 'speech'}, hangUp],
    })

    expect(sent[0]?.atMs).toBeGreaterThanOrEqual(3020)
    expect(sent[0]?.atMs).toBeLessThan(3100)
  })

  test('are answered, and the answer is timed from the last key', async () => {
    const {report, sent} = await digitsOf({
      bot: politeBot({greets: false}),
      steps: [{digits: '1', gapMs: 0, expect: 'respond', withinMs: 100}, hangUp],
    })

    const [heard] = report.speech.bot
    expect(report.turns[0]).toMatchObject({
      met: true,
      responseMs: (heard?.startMs ?? 0) - (sent[0]?.atMs ?? 0),
    })
  })
})

describe('wait', () => {
  test('waits for a time', async () => {
    const {report} = await virtualCall({
      bot: silentBot,
      steps: [{wait: {ms: 1500}}, {hangUp: 'abort', now: true}],
    })

    expect(report.durationMs).toBe(1480)
  })

  test('or for quiet', async () => {
    const {report} = await virtualCall({
      bot: deafBot([{afterMs: 0, ms: 1000}]),
      steps: [{greet: {withinMs: 500}}, {wait: {quietMs: 1200}}, {hangUp: 'abort', now: true}],
    })

    expect(report.durationMs).toBe(1020 + 1200 - 20)
  })
})
