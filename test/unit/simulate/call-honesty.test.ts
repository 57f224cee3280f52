import {describe, expect, test} from 'vitest'

import {tone} from '../../../src/audio/tone.js'
import {ExostreamError} from '../../../src/errors.js'
import {encodePayload} from '../../../src/protocol/payload.js'
import {pcm16ToBytes} from '../../../src/audio/pcm16.js'
import type {StreamSocket} from '../../../src/stream/socket.js'
import {deafBot, politeBot} from '../../rig/bots.js'
import {clip, virtualCall, virtualRun} from '../../rig/virtual-call.js'

const rulesOf = (report: {findings: readonly {rule: string}[]}) =>
  report.findings.map(({rule}) => rule)

const speech = (ms: number) => encodePayload(pcm16ToBytes(tone({hz: 300, ms, sampleRateHz: 8000})))

describe('what the rig does is not told of the bot', () => {
  /** 60 ms chunks, 60 ms ahead: a healthy bot with little to spare. */
  const healthy = (socket: StreamSocket, sleep: (ms: number) => Promise<void>) => {
    const speak = async () => {
      for (let sent = 0; sent < 80; sent += 1) {
        socket.send(JSON.stringify({event: 'media', media: {payload: speech(60)}}))
        if (sent > 0) await sleep(60)
      }
    }
    socket.listen({message: () => undefined, closed: () => undefined})
    void speak()
  }

  test('a stall of ours makes no hole in the bot’s speech', async () => {
    const {report, events} = await virtualCall({
      raw: healthy,
      steps: [{greet: {withinMs: 1000}}, {wait: {ms: 4000}}, {hangUp: 'stop', now: true}],
      lateMs: (deadline) => (deadline === 2000 ? 200 : 0),
    })

    expect(rulesOf(report)).not.toContain('underrun-in-utterance')
    expect(report.metrics).toMatchObject({underruns: 0})
    expect(events.filter((event) => event.type === 'frame').length).toBeGreaterThan(100)
  })

  test('its own worst lateness stands in the report of the call', async () => {
    const {report} = await virtualCall({
      bot: politeBot(),
      steps: [{greet: {withinMs: 1000}}, {wait: {ms: 2000}}, {hangUp: 'stop'}],
      lateMs: (deadline) => (deadline === 1500 ? 70 : 0),
    })

    expect(report.uncertaintyMs).toBeGreaterThanOrEqual(60)
  })
})

test('a bot that echoes media and marks is still noticed to loop', async () => {
  const {report} = await virtualCall({
    raw(socket) {
      socket.listen({
        message(data) {
          const message = JSON.parse(String(data)) as {event: string; media?: object}
          if (message.event === 'start') socket.send('{"event":"mark","mark":{"name":"m"}}')
          if (message.event === 'mark') socket.send(String(data))
          if (message.media) socket.send(JSON.stringify({event: 'media', media: message.media}))
        },
        closed: () => undefined,
      })
    },
    steps: [{wait: {ms: 6000}}, {hangUp: 'stop', now: true}],
  })

  expect(rulesOf(report)).toContain('mark-loop')
})

test('a binary message is kept byte for byte', async () => {
  const {events} = await virtualCall({
    raw(socket) {
      const paired = socket as StreamSocket & {sendBinary(bytes: Uint8Array): void}
      socket.listen({message: () => undefined, closed: () => undefined})
      paired.sendBinary(Uint8Array.of(0xff, 0xfe, 0, 1))
    },
    steps: [{wait: {ms: 200}}, {hangUp: 'stop', now: true}],
  })

  expect(events.find((event) => event.type === 'received')).toMatchObject({base64: '//4AAQ=='})
})

describe('a message that our end could not take', () => {
  const refusing = (code: number) =>
    virtualCall({
      dial: (_, {clock}) => {
        const refused: StreamSocket = {
          send: () => undefined,
          close: () => undefined,
          terminate: () => undefined,
          pause: () => undefined,
          dropped: () => 0,
          listen(listener) {
            void clock.sleepUntil(clock.now() + 500).then(() => {
              listener.closed(code, '', true)
            })
          },
        }
        return Promise.resolve({socket: refused, handshakeMs: 5, attempts: 1})
      },
      steps: [{greet: {withinMs: 1000}}, {hangUp: 'stop'}],
    })

  test.each([
    [1009, 'chunk-too-large'],
    [1007, 'message-not-an-event'],
  ])('with %i is told as ours, and named %s', async (code, rule) => {
    const {report} = await refusing(code)

    expect(report.failure?.code).toBe('EXO_MESSAGE_REFUSED')
    expect(report.closing).toMatchObject({by: 'caller', code})
    expect(rulesOf(report)).toContain(rule)
    expect(rulesOf(report)).not.toContain('close-not-1000')
  })
})

test('a first handshake that failed stays in the report', async () => {
  const {report} = await virtualRun({
    bot: politeBot(),
    steps: [{greet: {withinMs: 1000}}, {hangUp: 'stop'}],
    firstFailure: new ExostreamError('EXO_DIAL_TIMEOUT', 'It did not open within 10 s.'),
  })

  expect(report.calls[0]).toMatchObject({
    attempts: 2,
    firstFailure: {code: 'EXO_DIAL_TIMEOUT', message: 'It did not open within 10 s.'},
  })
  expect(rulesOf(report.summary)).toContain('handshake-timeout')
})

test.each([
  [3000, []],
  [5000, ['first-audio-slow']],
  [10_500, ['first-audio-late']],
])('a first word after %i ms gives %j', async (afterMs, expected) => {
  const {report} = await virtualCall({
    bot: deafBot([{afterMs, ms: 1000}]),
    steps: [{greet: {withinMs: 12_000}}, {hangUp: 'stop'}],
  })

  expect(rulesOf(report).filter((rule) => rule.startsWith('first-audio'))).toEqual(expected)
})

describe('an interruption that wants an answer', () => {
  const steps = [
    {greet: {withinMs: 1000}},
    {say: clip(1200), expect: 'respond'},
    {interrupt: clip(900), afterMs: 1000, expect: 'stop', withinMs: 300, answerWithinMs: 2000},
    {hangUp: 'stop'},
  ] as const

  test('is met by a bot that stops and answers', async () => {
    const {report} = await virtualCall({bot: politeBot(), steps})

    expect(report.turns[2]).toMatchObject({met: true, answerWithinMs: 2000})
  })

  test('is not met by one that answers too late', async () => {
    const {report} = await virtualCall({bot: politeBot({answerMs: 2500}), steps})

    expect(report.turns[2]?.met).toBe(false)
    expect(report.turns[2]?.why).toMatch(/^The answer to the interruption: It took/)
  })
})

test('what a clear dropped and what the end cut off are two losses in the summary', async () => {
  const {report} = await virtualRun({
    async bot(call) {
      void politeBot()(call)
      await call.sleep(9000)
      call.play(tone({hz: 300, ms: 3000, sampleRateHz: 8000}))
      await call.sleep(200)
      call.close()
    },
    steps: [
      {greet: {withinMs: 1000}},
      {say: clip(1200), expect: 'respond'},
      {interrupt: clip(900), afterMs: 1000, expect: 'stop', withinMs: 300},
      {wait: {ms: 20_000}},
      {hangUp: 'stop'},
    ],
  })

  expect(report.summary.metrics['unheardMs']?.n).toBe(2)
})
