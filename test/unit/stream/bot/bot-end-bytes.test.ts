import {describe, expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import type {Bot, BotEvent} from '../../../../src/stream/bot/bot.js'
import {BotEnd} from '../../../../src/stream/bot/bot-end.js'
import type {BotStreamEvent, StreamEnded} from '../../../../src/stream/bot/stream-watch.js'
import type {SocketListener, StreamSocket} from '../../../../src/stream/socket.js'
import {identity} from '../exotel/exotel-rig.js'
import {callerSays, keepingLogger} from './bot-rig.js'

const {start, mark, stop} = callerSays
const sid = identity.streamSid

const echoing: Bot = async (call) => {
  for await (const event of call.events) if (event.type === 'audio') call.playPayload(event.payload)
}

type Way = 'strings' | 'bytes'

type Hearing = {
  readonly bot?: Bot
  /** Of a watch that is told of each message. */
  readonly isTold?: boolean
}

/** What becomes of the same messages, as strings or as the bytes that a network brings. */
async function hearing(way: Way, texts: readonly string[], {bot = echoing, isTold}: Hearing = {}) {
  const {log, lines} = keepingLogger()
  const events: BotStreamEvent[] = []
  const watch = Object.assign((event: BotStreamEvent) => events.push(event), {
    ignoresMessages: isTold !== true,
  })
  const sent: string[] = []
  let inParts = 0
  const clock = virtualClock()
  await clock.run(async () => {
    let listener: SocketListener | undefined
    const socket: StreamSocket = {
      send: (data) => sent.push(String(data)),
      close: () => undefined,
      terminate: () => undefined,
      pause: () => undefined,
      dropped: () => 0,
      listen: (given) => (listener = given),
    }
    if (way === 'bytes') {
      socket.sendAscii = ({head, payload, tail}) => {
        inParts += 1
        sent.push(`${Buffer.from(head).toString()}${payload}${Buffer.from(tail).toString()}`)
      }
    }
    const end = new BotEnd(socket, {bot, clock, log, watch})
    for (const text of texts) {
      if (way === 'bytes') listener?.text?.(Buffer.from(text))
      else listener?.message(text)
      await clock.sleepUntil(clock.now() + 20)
    }
    listener?.closed(1000, '')
    await end.done
  })
  const ended = events.at(-1)
  const record: StreamEnded | undefined = ended?.type === 'closed' ? ended.ended : undefined
  return {sent, lines, record, events, inParts}
}

const media = (payload: string, more: {chunk?: number; sid?: string} = {}) => {
  const {chunk = 1, sid: streamSid = sid} = more
  return (
    `{"event":"media","sequence_number":"${String(chunk + 1)}","stream_sid":"${streamSid}",` +
    `"media":{"chunk":"${String(chunk)}","timestamp":"${String(chunk * 20)}","payload":"${payload}"}}`
  )
}
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const sound = (chunk: number) => media(base64(Buffer.alloc(320, chunk)), {chunk})

const usual = [start(), ...Array.from({length: 60}, (_, index) => sound(index + 1)), stop()]
const odd = [
  start(),
  sound(1),
  ' ' + sound(2),
  sound(4),
  media('AAA', {chunk: 5}),
  media('', {chunk: 6}),
  media(base64(Uint8Array.of(1, 2, 3)), {chunk: 7}),
  media(base64(Uint8Array.of(4, 5, 6)), {chunk: 8}),
  media(base64(Buffer.from('RIFF1234WAVEfmt ')), {chunk: 9}),
  media('AAAA', {chunk: 10, sid: 'another'}),
  mark('m'),
  '{"event":"media","media":{"payload":"AAAA"},"more":"\u00e9"}',
  'no JSON',
  stop(),
  sound(11),
]
const mulaw = [
  start({media_format: {encoding: 'audio/x-mulaw', sample_rate: '8000'}}),
  ...Array.from({length: 60}, (_, index) =>
    media(base64(Buffer.alloc(160, index % 2 === 0 ? 0xff : 0x7e)), {chunk: index + 1}),
  ),
  stop(),
]
const textsOf = (messages: readonly (object | string)[]) =>
  messages.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))

describe.each([
  ['the usual', usual],
  ['odd messages', odd],
  ['mu-law', mulaw],
  ['audio before any start', [sound(1), sound(2), start(), sound(3)]],
  ['a sid that is not ASCII', [start({stream_sid: 'sid-\u00e9'}), sound(1), sound(2)]],
])('%s', (_, messages) => {
  const texts = textsOf(messages)

  test('as bytes is answered, logged and counted as the same strings are', async () => {
    const {inParts: none, ...strings} = await hearing('strings', texts)
    const {inParts, ...bytes} = await hearing('bytes', texts)

    expect(bytes).toEqual(strings)
    expect([none, inParts > 0]).toEqual([0, true])
  })

  test('is told to a watch as the same strings are', async () => {
    const strings = await hearing('strings', texts, {isTold: true})
    const bytes = await hearing('bytes', texts, {isTold: true})

    expect(bytes.events).toEqual(strings.events)
    expect(bytes.sent).toEqual(strings.sent)
  })
})

describe("an event of audio, as somebody else's bot iterates it", () => {
  const copies: readonly (readonly [string, (event: BotEvent) => unknown])[] = [
    ['spread', (event) => ({...event})],
    ['cloned', (event) => structuredClone(event)],
    ['as it is', (event) => event],
  ]

  test.each(copies)('has its samples when it is %s', async (_, copied) => {
    const heard: unknown[] = []
    const bot: Bot = async (call) => {
      for await (const event of call.events) if (event.type === 'audio') heard.push(copied(event))
    }

    await hearing('bytes', textsOf([start(), sound(1), sound(2), stop()]), {bot})

    const events = [1, 2].map((chunk) => ({
      type: 'audio',
      pcm: new Int16Array(160).fill(chunk * 0x0101),
      payload: base64(Buffer.alloc(320, chunk)),
    }))
    expect(heard).toStrictEqual(events)
  })

  test('has them in JSON', async () => {
    let json = ''
    const bot: Bot = async (call) => {
      for await (const event of call.events)
        if (event.type === 'audio') json = JSON.stringify(event)
    }

    await hearing('bytes', textsOf([start(), sound(1), stop()]), {bot})

    expect(JSON.parse(json)).toMatchObject({pcm: {0: 0x0101, 159: 0x0101}})
  })
})

describe('a watch that ignores messages', () => {
  test('is told what is none, and the codec at the end', async () => {
    const {events} = await hearing('bytes', textsOf(odd))

    expect(new Set(events.map(({type}) => type))).toEqual(
      new Set(['started', 'violation', 'closed']),
    )
    expect(events.at(-1)).toMatchObject({type: 'closed', codec: 'pcm16'})
  })

  test('is told no codec where there was no audio', async () => {
    const {events} = await hearing('bytes', textsOf([start(), stop()]))

    expect(events.at(-1)).not.toHaveProperty('codec')
  })
})

test('a bot that looks at the samples of what came as bytes has them', async () => {
  const heard: number[] = []
  const bot: Bot = async (call) => {
    for await (const event of call.events) if (event.type === 'audio') heard.push(...event.pcm)
  }
  await hearing('bytes', textsOf([start(), sound(1), media(base64(Uint8Array.of(1, 0, 2, 0)))]), {
    bot,
  })

  expect(heard.slice(-3)).toEqual([257, 1, 2])
})
