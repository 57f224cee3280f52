import {describe, expect, test} from 'vitest'

import {pcm16ToUlaw} from '../../../../../src/audio/g711.js'
import {tone} from '../../../../../src/audio/tone.js'
import type {Logger} from '../../../../../src/log.js'
import type {BotStreamEvent} from '../../../../../src/stream/bot/stream-watch.js'
import {lookRig, mark, speech, start} from './look-rig.js'

test('audio before any start begins the stream, and start then says who calls', () => {
  const rig = lookRig({urlSampleRateHz: 16_000})
  rig.look.fromCaller(speech(20))
  rig.look.fromCaller(start())
  rig.look.fromCaller(start())

  expect(rig.events.find(({type}) => type === 'started')).toMatchObject({
    identity: {
      streamSid: 's1',
      callSid: '',
      sampleRateHz: 16_000,
      rateFrom: 'url',
      isImplied: true,
    },
  })
  expect(rig.events.find(({type}) => type === 'identified')).toMatchObject({
    // Who has heard audio at one rate cannot go on at another.
    identity: {callSid: 'c1', sampleRateHz: 16_000, isImplied: false},
  })
  expect(rig.broken('caller')).toEqual([
    ...['start-missing', 'connected-missing', 'rate-came-late'],
    ...['counter-not-ascending', 'start-repeated'],
  ])
})

test('mu-law is taken for it where start says so and the audio bears it out', () => {
  const rig = lookRig()
  rig.look.fromCaller(start('audio/x-mulaw'))
  const ulaw = pcm16ToUlaw(tone({hz: 300, ms: 20, sampleRateHz: 8000}))
  const payload = Buffer.from(ulaw).toString('base64')
  rig.look.fromCaller(JSON.stringify({event: 'media', media: {payload}}))

  expect(rig.events.find(({type}) => type === 'audio')).toMatchObject({codec: 'ulaw'})
  expect(rig.end()).toMatchObject({heardMs: 20})
})

test('PCM that start calls mu-law is taken for PCM', () => {
  const rig = lookRig()
  rig.look.fromCaller(start('audio/x-mulaw'))
  rig.look.fromCaller(speech(100))

  expect(rig.events.find(({type}) => type === 'audio')).toMatchObject({codec: 'pcm16'})
  expect(rig.broken('caller')).toContain('ulaw-not-confirmed')
  expect(rig.end()).toMatchObject({heardMs: 100})
})

test('a digit before start leaves the rate to start', () => {
  const rig = lookRig({urlSampleRateHz: 16_000})
  rig.look.fromCaller('{"event":"dtmf","dtmf":{"digit":"1"}}')
  rig.look.fromCaller(start())

  expect(rig.look.sampleRateHz).toBe(8000)
  expect(rig.events.filter(({type}) => type === 'started')).toHaveLength(1)
})

test('a digit alone begins the stream once the bot answers it', () => {
  const rig = lookRig()
  rig.look.botReached(1)
  rig.look.fromCaller('{"event":"dtmf","dtmf":{"digit":"1"}}')
  rig.look.fromBot(mark('m'))

  expect(rig.look.sampleRateHz).toBe(8000)
  expect(rig.broken('bot')).toEqual([])
})

describe('of the caller is seen what a bot that runs here would be told', () => {
  test('a counter that jumps, a clear and a mark of its own', () => {
    const rig = lookRig()
    rig.begin()
    rig.look.fromCaller('{"event":"dtmf","sequence_number":"7","dtmf":{"digit":"1"}}')
    rig.look.fromCaller('{"event":"clear"}')
    rig.look.fromCaller(mark('made up'))

    expect(rig.broken('caller')).toEqual([
      ...['counter-not-ascending', 'caller-sent-clear', 'caller-sent-mark'],
    ])
  })

  test('whose a mark is: the bot’s comes back once, and what was made up never did', () => {
    const lines: string[] = []
    const rig = lookRig({log: keeping(lines)})
    rig.begin()
    rig.look.fromCaller(mark('made up'))
    expect(lines).not.toContain('mark came back')

    rig.look.fromBot(mark('m'))
    rig.look.fromCaller(mark('m'))
    expect(lines).toContain('mark came back')
    expect(rig.broken('caller')).toEqual(['caller-sent-mark'])
    rig.look.fromCaller(mark('m'))
    expect(rig.broken('caller')).toEqual(['caller-sent-mark', 'caller-sent-mark'])
  })

  test('that audio after stop is counted, and no part of the call', () => {
    const rig = lookRig()
    rig.begin()
    rig.look.fromCaller(speech(100))
    rig.look.fromCaller('{"event":"stop","stop":{"reason":"callended"}}')
    rig.look.fromCaller(speech(20))

    expect(rig.broken('caller')).toEqual(['message-after-stop'])
    expect(rig.end()).toMatchObject({heardMs: 100, received: {media: 2}, stopReason: 'callended'})
  })
})

test('a watcher that throws is heard of once and hears no more, and the looking goes on', () => {
  const heard: BotStreamEvent['type'][] = []
  const lines: string[] = []
  const rig = lookRig({
    log: keeping(lines),
    watch: ({type}) => {
      heard.push(type)
      throw new Error('full disk')
    },
  })

  rig.begin()
  rig.look.fromBot('{"event":"hello"}')
  rig.look.fromCaller(speech(20))

  expect(heard).toEqual(['received'])
  expect(lines.filter((line) => line.startsWith('what keeps this stream'))).toHaveLength(1)
  expect(lines).toEqual(expect.arrayContaining(['the bot broke a rule', 'first media received']))
})

test.each([
  ['the caller', {leg: 'caller', code: 1000, isRefusal: false, byUs: undefined}, 'caller'],
  ['the bot', {leg: 'bot', code: 4000, isRefusal: false, byUs: undefined}, 'bot'],
  ['a lost connection', {leg: 'bot', code: 1006, isRefusal: false, byUs: undefined}, 'network'],
  [
    'a message that is too large',
    {leg: 'bot', code: 1009, isRefusal: true, byUs: undefined},
    'server',
  ],
  [
    'a shutdown',
    {leg: 'caller', code: 1006, isRefusal: false, byUs: {code: 1001, reason: 'over'}},
    'server',
  ],
] as const)('the record tells of a stream that %s ended', (_, ending, closedBy) => {
  const rig = lookRig()
  rig.begin()

  rig.look.end({reason: '', ...ending}, {held: 1, toBot: 2, toCaller: 3})

  const code = ending.byUs?.code ?? ending.code
  expect(rig.events.at(-1)).toMatchObject({
    type: 'closed',
    ended: {code, closedBy, audioDropped: 3, unsent: 3},
  })
})

function keeping(lines: string[]): Logger {
  const say = (_values: object, message: string) => {
    lines.push(message)
  }
  const log: Logger = {debug: say, info: say, warn: say, error: say, child: () => log}
  return log
}
