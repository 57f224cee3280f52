import {once} from 'node:events'

import {describe, expect, test} from 'vitest'

import {tone} from '../../src/audio/tone.js'
import {pcm16ToBytes} from '../../src/audio/pcm16.js'
import {systemClock} from '../../src/clock.js'
import {silentLogger} from '../../src/log.js'
import {resolveBot} from '../../src/serve/bots/index.js'
import {opensBot} from '../../src/serve/open-stream.js'
import {startServer} from '../../src/serve/server.js'
import {dial} from '../../src/stream/exotel/dial.js'
import {parseStreamUrl} from '../../src/stream/exotel/stream-url.js'
import {Caller} from '../unit/serve/caller.js'
import {templateFolder} from '../unit/serve/template-folder.js'
import {callRelay, CONNECTED, Inbox, media, relayTo, START} from './relay-rig.js'
import {listenBot} from './stream-rig.js'

const urlOf = ({port}: {readonly port: number}) => `ws://127.0.0.1:${String(port)}/bot`

/** A bot that says this as soon as the stream has started, whatever it is. */
function sayingBot(...texts: readonly string[]) {
  return listenBot((ws) => {
    ws.on('message', (data: Buffer) => {
      if (data.includes('"start"')) for (const text of texts) ws.send(text)
    })
  })
}

const sound = (bytes: number) =>
  pcm16ToBytes(tone({hz: 300, ms: 2000, sampleRateHz: 8000})).subarray(0, bytes)

const MARK = '{"event":"mark","stream_sid":"s1","mark":{"name":"said"}}'

test('a faulty bot is judged as simulate would judge it, and each rule is logged once', async () => {
  const stranger = '{"event":"clear","stream_sid":"another"}'
  const bot = await sayingBot(media(sound(331)), media(sound(331)), stranger, '{"event":"hello"}')
  const rig = await relayTo(urlOf(bot))
  const caller = await callRelay(rig)
  const inbox = new Inbox(caller)

  caller.send(CONNECTED)
  caller.send(START)
  await inbox.received(4)
  caller.close(1000)
  const {botFindings = [], findings} = await rig.ended()

  const counts = botFindings.map(({rule, count}) => `${rule} ${String(count)}`)
  expect(counts.toSorted()).toEqual([
    'chunk-not-multiple-of-320 2',
    'chunk-small 1',
    'payload-odd-length 2',
    'stream-sid-mismatch 1',
    'turn-without-mark 1',
    'unknown-event 1',
  ])
  expect(findings).toEqual([])
  const logged = rig.lines.filter(({message}) => message === 'the bot broke a rule')
  expect(logged.map(({values}) => values['rule'])).toHaveLength(6)
  expect(logged[0]).toMatchObject({
    level: 'warn',
    values: {
      category: 'BIDIRECTIONAL',
      rule: 'payload-odd-length',
      fix: expect.stringMatching(/^Cut audio/) as string,
    },
  })
  expect((await rig.logged('the bot behind the relay was judged')).values).toMatchObject({
    botFindings: {'chunk-not-multiple-of-320': 2},
  })
})

test('a bot that speaks before start is told so', async () => {
  const bot = await listenBot((ws) => {
    ws.send(MARK)
  })
  const rig = await relayTo(urlOf(bot))
  const caller = await callRelay(rig)

  await once(caller, 'message')
  caller.close(1000)

  const {botFindings = []} = await rig.ended()
  expect(botFindings.map(({rule}) => rule)).toContain('sent-before-start')
})

test('a whole reply sent at once is found to lead', async () => {
  const second = media(sound(16_000))
  const bot = await sayingBot(...Array.from({length: 16}, () => second))
  const rig = await relayTo(urlOf(bot))
  const caller = await callRelay(rig)
  const inbox = new Inbox(caller)

  caller.send(START)
  await inbox.received(16)
  caller.close(1000)

  const {botFindings = [], saidMs} = await rig.ended()
  expect(botFindings.map(({rule}) => rule)).toEqual(
    expect.arrayContaining(['lead-long', 'lead-excessive']),
  )
  expect(saidMs).toBe(16_000)
})

test('what happens on a stream is told in order, as at the end of a bot of our own', async () => {
  const bot = await sayingBot(media(sound(3200)))
  const rig = await relayTo(urlOf(bot))
  const caller = await callRelay(rig)
  const inbox = new Inbox(caller)

  caller.send(CONNECTED)
  caller.send(START)
  await inbox.received(1)
  caller.send(media(sound(320)))
  caller.send('{"event":"stop","stream_sid":"s1","stop":{"reason":"callended"}}')
  caller.close(1000)
  const ended = await rig.ended()

  const types = rig.events.map((event) =>
    event.type === 'received' || event.type === 'sent'
      ? `${event.type} ${event.message.event}`
      : event.type,
  )
  expect(types).toEqual([
    'received connected',
    'received start',
    'started',
    'sent media',
    'received media',
    'audio',
    'received stop',
    'closed',
  ])
  expect(rig.events.find(({type}) => type === 'started')).toMatchObject({
    identity: {callSid: 'c1', streamSid: 's1', rateFrom: 'start', isImplied: false},
  })
  expect(ended).toMatchObject({
    received: {connected: 1, start: 1, media: 1, stop: 1},
    sent: {media: 1},
    heardMs: 20,
    saidMs: 200,
    stopReason: 'callended',
  })
})

test('the playback bot behind a relay breaks no rule, and is heard as without one', async () => {
  const yaml = `
version: 1
name: short
silenceMs: 300
start: [hello.wav]
turns: [[answer.wav]]
end: {afterTurns: 2, play: [bye.wav]}
`
  const folder = await templateFolder(yaml, {'hello.wav': 500, 'answer.wav': 300, 'bye.wav': 200})
  const serving = await startServer({
    host: '127.0.0.1',
    port: 0,
    open: opensBot(await resolveBot('playback', {template: folder.path}), {clock: systemClock}),
    botName: 'playback',
    clock: systemClock,
    log: silentLogger,
    version: '0',
  })
  const rig = await relayTo(serving.url('/media'))
  const {signal} = new AbortController()
  const url = parseStreamUrl(rig.server.url('/media'))
  const {socket} = await dial(url, {clock: systemClock, signal})

  const caller = new Caller(socket)
  await caller.listenUntil((one) => one.marks().includes('start-1'))
  caller.exotel.hangUp('stop')
  await caller.listenUntil((one) => one.count('closed') > 0)
  const {botFindings, findings} = await rig.ended()
  await serving.close()
  await folder.remove()

  expect(botFindings).toEqual([])
  expect(findings).toEqual([])
  expect(caller.events.flatMap((event) => (event.type === 'violation' ? [event] : []))).toEqual([])
})

describe('with --realign', () => {
  test('the caller gets whole packets and no sample less, and the marks at their place', async () => {
    const pieces = [331, 500, 21, 3333, 641].map((bytes, index) =>
      Buffer.from(sound(4000)).subarray(index, index + bytes),
    )
    const bot = await sayingBot(...pieces.map((piece) => media(piece)), MARK, media(sound(320)))
    const rig = await relayTo(urlOf(bot), {realign: true})
    const caller = await callRelay(rig)
    const inbox = new Inbox(caller)

    caller.send(START)
    while (!inbox.texts.includes(media(sound(320)))) await once(caller, 'message')

    const {texts} = inbox
    const mark = texts.indexOf(MARK)
    const chunks = texts.slice(0, mark).map(payloadOf)
    expect(mark).toBe(texts.length - 2)
    expect(chunks.filter(({length}) => length % 320 !== 0)).toEqual([])
    const said = Buffer.concat(pieces)
    const heard = Buffer.concat(chunks)
    expect(heard.subarray(0, said.length).equals(said)).toBe(true)
    expect(heard.length - said.length).toBeLessThan(320)
    expect(rig.lines.filter(({message}) => message.includes('cut and joined'))).toHaveLength(1)
  })

  test('a rest that no more audio follows is heard, padded', async () => {
    const bot = await sayingBot(media(sound(330)))
    const rig = await relayTo(urlOf(bot), {realign: true})
    const caller = await callRelay(rig)
    const inbox = new Inbox(caller)

    caller.send(START)
    await inbox.received(2)

    const [first, rest] = inbox.texts.map(payloadOf)
    expect(first?.equals(sound(320))).toBe(true)
    expect(rest?.length).toBe(320)
    expect(rest?.subarray(0, 10).equals(sound(330).subarray(320))).toBe(true)
    expect(rest?.subarray(10).every((byte) => byte === 0)).toBe(true)
  })
})

test('without --realign a chunk that breaks the rule is passed on to the byte', async () => {
  const odd = media(sound(333))
  const rig = await relayTo(urlOf(await sayingBot(odd)))
  const caller = await callRelay(rig)
  const inbox = new Inbox(caller)

  caller.send(START)
  await inbox.received(1)

  expect(inbox.texts).toEqual([odd])
})

function payloadOf(text: string): Buffer {
  // What a relay passes on is what the bot of this test sent: media messages.
  const {media: one} = JSON.parse(text) as {media: {payload: string}}
  return Buffer.from(one.payload, 'base64')
}
