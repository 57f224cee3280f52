import {describe, expect, test} from 'vitest'

import {peak} from '../../../../src/audio/level.js'
import type {StreamEvent} from '../../../../src/protocol/events.js'
import type {Step} from '../../../../src/simulate/scenario/scenario.js'
import type {Bot} from '../../../../src/stream/bot/bot.js'
import type {StreamSocket} from '../../../../src/stream/socket.js'
import {deafBot, silentBot} from '../../../rig/bots.js'
import {clip, virtualCall} from '../../../rig/virtual-call.js'

const hangUp: Step = {hangUp: 'stop', now: true}

const sentTexts = (events: readonly StreamEvent[]) =>
  events.flatMap((event) => (event.type === 'sent' ? [{atMs: event.atMs, text: event.text}] : []))

const turnEnds = (events: readonly StreamEvent[]) =>
  events.flatMap((event) => (event.type === 'turn-end' ? [event.atMs] : []))

describe('wait for a mark', () => {
  /** Sends a mark of each name, so long after the start. */
  const marker =
    (marks: readonly (readonly [number, string])[]): Bot =>
    async (call) => {
      let nowMs = 0
      for (const [atMs, name] of marks) {
        await call.sleep(atMs - nowMs)
        nowMs = atMs
        call.mark(name)
      }
      await silentBot(call)
    }
  const steps = (mark: string, timeoutMs?: number): readonly Step[] => [
    {wait: {mark, ...(timeoutMs === undefined ? {} : {timeoutMs})}},
    {hangUp: 'abort', now: true},
  ]

  test.each([
    ['the one that is named', 'second', 2000],
    ['any', '*', 1000],
  ])('%s ends it', async (_, mark, atMs) => {
    const bot = marker([
      [1000, 'first'],
      [2000, 'second'],
    ])

    const {report} = await virtualCall({bot, steps: steps(mark)})

    expect(report.durationMs).toBeGreaterThanOrEqual(atMs)
    expect(report.durationMs).toBeLessThanOrEqual(atMs + 40)
  })

  test('one that came before the caller last spoke does not', async () => {
    const bot = marker([[200, 'said']])

    const {report} = await virtualCall({
      bot,
      steps: [{wait: {ms: 1000}}, {digits: '1', gapMs: 0, now: true}, ...steps('said', 3000)],
    })

    expect(report.durationMs).toBeGreaterThanOrEqual(4000)
  })

  test('one that came since the caller last spoke need not be waited for', async () => {
    const bot = marker([[200, 'said']])

    const {report} = await virtualCall({bot, steps: [{wait: {ms: 1000}}, ...steps('said')]})

    expect(report.durationMs).toBeLessThanOrEqual(1020)
  })

  test('that never comes is given up after a minute', async () => {
    const {report} = await virtualCall({bot: silentBot, steps: steps('gone')})

    expect(Math.round(report.durationMs / 1000)).toBe(60)
  })
})

test('mute puts digital silence on the line, over the background, for just so long', async () => {
  const {caller} = await virtualCall({
    bot: silentBot,
    steps: [{wait: {ms: 1000}}, {mute: {ms: 2000}}, {wait: {ms: 1000}}, hangUp],
  })

  expect(peak(caller.subarray(1000 * 8, 3000 * 8))).toBe(0)
  expect(peak(caller.subarray(0, 1000 * 8))).toBeGreaterThan(0)
  expect(peak(caller.subarray(3000 * 8, 3020 * 8))).toBeGreaterThan(0)
})

describe('silence', () => {
  test('begins when the bot has finished, and lasts as long as it is to', async () => {
    const {events} = await virtualCall({
      bot: deafBot([{afterMs: 0, ms: 1000}]),
      steps: [{greet: {withinMs: 500}}, {silence: {ms: 4000}}, hangUp],
    })

    const start = events.findLast((event) => event.type === 'turn-start')
    expect(start).toMatchObject({kind: 'silence', atMs: 1720})
    expect(turnEnds(events).at(-1)).toBe(5720)
  })

  test.each([
    ['that asks again is as expected', 3000, true],
    ['that asks again too late is not', 1500, false],
  ])('a bot %s', async (_, withinMs, met) => {
    const {report} = await virtualCall({
      bot: deafBot([
        {afterMs: 0, ms: 1000},
        {afterMs: 3000, ms: 1000},
      ]),
      steps: [{greet: {withinMs: 500}}, {silence: {ms: 4000}, expect: 'respond', withinMs}, hangUp],
    })

    expect(report.turns[1]).toMatchObject({kind: 'silence', met})
  })

  test('is waited on beyond its length for a bot that was to speak', async () => {
    const {report} = await virtualCall({
      bot: deafBot([{afterMs: 5000, ms: 1000}]),
      steps: [{silence: {ms: 1000}, expect: 'respond', withinMs: 2000}, hangUp],
    })

    expect(report.turns[0]).toMatchObject({met: false})
    expect(report.turns[0]?.why).toMatch(/^It took 4\d\d\d ms/)
  })
})

describe('send', () => {
  /** Answers what it is sent with a text, 250 ms later. */
  const answering =
    (trigger: string, answer: string) =>
    (socket: StreamSocket, sleep: (ms: number) => Promise<void>) => {
      socket.listen({
        message(data) {
          if (!String(data).includes(trigger)) return
          void sleep(250).then(() => {
            socket.send(answer)
          })
        },
        closed: () => undefined,
      })
    }

  test.each([
    ['clear', {clear: true}, /"event": ?"clear"/],
    ['mark', {mark: 'hello'}, /"name": ?"hello"/],
    ['raw', {raw: 'not even JSON'}, /^not even JSON$/],
  ] as const)(
    '%s leaves at once, in a turn that says nobody documents it',
    async (_, what, text) => {
      const {events} = await virtualCall({
        bot: deafBot([{afterMs: 0, ms: 3000}]),
        steps: [{wait: {ms: 1000}}, {send: what}, hangUp],
      })

      const sent = sentTexts(events).filter((one) => text.test(one.text))
      expect(sent.map(({atMs}) => atMs)).toEqual([1000])
      expect(events.find(({type}) => type === 'turn-start')).toMatchObject({
        kind: 'send',
        label: expect.stringContaining('undocumented by Exotel') as string,
      })
    },
  )

  test('is met by the event it asks for, and the time is that of its arrival', async () => {
    const {report, events} = await virtualCall({
      raw: answering('"clear"', '{"event":"clear","stream_sid":"x"}'),
      steps: [{wait: {ms: 1000}}, {send: {clear: true}, answer: 'clear', withinMs: 300}, hangUp],
    })

    // 250 ms, and 1 ms each way.
    expect(report.turns[0]).toMatchObject({kind: 'send', met: true, answerMs: 252})
    const [received, answered] = events.filter(
      ({type}) => type === 'received' || type === 'answered',
    )
    expect([received?.type, answered?.type]).toEqual(['received', 'answered'])
    expect(answered?.atMs).toBe(received?.atMs)
  })

  test.each(['dtmf', 'mark', 'media', 'clear'] as const)(
    'knows %s when it comes',
    async (answer) => {
      const {report} = await virtualCall({
        raw: answering(
          'ping',
          `{"event":"${answer}","media":{"payload":"AAAA"},"mark":{"name":"a"}}`,
        ),
        steps: [{send: {raw: 'ping'}, answer}, hangUp],
      })

      expect(report.turns[0]).toMatchObject({met: true})
    },
  )

  test('is not met by another event, nor by what was sent before it', async () => {
    const {report} = await virtualCall({
      raw: answering('"start"', '{"event":"clear"}'),
      steps: [{wait: {ms: 1000}}, {send: {clear: true}, answer: 'clear', withinMs: 300}, hangUp],
    })

    expect(report.turns[0]).toMatchObject({met: false})
    expect(report.turns[0]).not.toHaveProperty('answerMs')
  })

  test('waits on through messages that name no event, for the one that does', async () => {
    const answers = ['{"type":"x"}', 'null', '[]', '1', '"clear"', '{"event":"clear"}']

    const {report, events} = await virtualCall({
      raw(socket) {
        socket.listen({
          message(data) {
            if (!String(data).includes('"clear"')) return
            for (const answer of answers) socket.send(answer)
          },
          closed: () => undefined,
        })
      },
      steps: [{wait: {ms: 1000}}, {send: {clear: true}, answer: 'clear', withinMs: 300}, hangUp],
    })

    expect(report).toMatchObject({outcome: 'completed', turns: [{kind: 'send', met: true}]})
    const types = events.flatMap(({type}) =>
      type === 'received' || type === 'answered' ? [type] : [],
    )
    expect(types).toEqual([...answers.map(() => 'received'), 'answered'])
  })

  test('is not met by what comes when nobody waits for it any more', async () => {
    const {events} = await virtualCall({
      raw(socket, sleep) {
        socket.listen({message: () => undefined, closed: () => undefined})
        void sleep(12_000).then(() => {
          socket.send('{"event":"clear"}')
        })
      },
      steps: [{send: {clear: true}, answer: 'clear'}, {wait: {ms: 6000}}, hangUp],
    })

    expect(events.some(({type}) => type === 'received')).toBe(true)
    expect(events.some(({type}) => type === 'answered')).toBe(false)
  })

  test('without an answer that is wanted goes on at once', async () => {
    const {events} = await virtualCall({
      bot: silentBot,
      steps: [{send: {clear: true}}, {say: clip(300)}, hangUp],
    })

    expect(turnEnds(events)[0]).toBeLessThanOrEqual(40)
  })
})
