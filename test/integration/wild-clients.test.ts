import {once} from 'node:events'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {WebSocket} from 'ws'

import {systemClock} from '../../src/clock.js'
import {silentLogger} from '../../src/log.js'
import {echo} from '../../src/serve/bots/echo.js'
import {opensBot} from '../../src/serve/open-stream.js'
import {startServer, type StreamServer} from '../../src/serve/server.js'

/** What a client waits for an answer, as the strictest of them does. */
const WITHIN_MS = 2000

type Json = Readonly<Record<string, unknown>>

let server: StreamServer
const clients: WildClient[] = []

beforeEach(async () => {
  server = await startServer({
    ...{host: '127.0.0.1', port: 0, botName: 'echo', version: '0'},
    open: opensBot(echo({ack: 'always'}), {clock: systemClock}),
    clock: systemClock,
    log: silentLogger,
  })
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.ws.terminate()
  await server.close()
})

/** A hand-written client: a socket, and what came over it. */
class WildClient {
  readonly ws: WebSocket
  readonly heard: Json[] = []

  constructor(ws: WebSocket) {
    this.ws = ws
    ws.on('message', (data: Buffer) => {
      // What the server sends is an object: the tests say so.
      this.heard.push(JSON.parse(data.toString('utf8')) as Json)
    })
  }

  say(...messages: readonly object[]): void {
    for (const message of messages) this.ws.send(JSON.stringify(message))
  }

  /** The first so many messages, in time. */
  async hear(count: number): Promise<readonly Json[]> {
    const signal = AbortSignal.timeout(WITHIN_MS)
    while (this.heard.length < count) await once(this.ws, 'message', {signal})
    return this.heard.slice(0, count)
  }
}

async function dial(path: string): Promise<WildClient> {
  const client = new WildClient(new WebSocket(server.url(path)))
  clients.push(client)
  await once(client.ws, 'open')
  return client
}

const media = (payload: string, more: object = {}) => ({event: 'media', ...more, media: {payload}})
const payloadOf = (message: Json) => (message['media'] as {payload: string}).payload
const bytesOf = (count: number, seed: number) =>
  Buffer.from(Uint8Array.from({length: count}, (_, index) => (index * 31 + seed) % 256))

test('a client that sends 23-byte payloads gets each string back untouched', async () => {
  const client = await dial('/media?sample-rate=8000')
  const payloads = Array.from({length: 100}, (_, at) => bytesOf(23, at).toString('base64'))

  client.say({event: 'connected'}, {event: 'start', stream_sid: 's1', start: {stream_sid: 's1'}})
  client.say(...payloads.map((payload) => media(payload, {stream_sid: 's1'})))

  expect((await client.hear(100)).map(payloadOf)).toEqual(payloads)
})

test('a client with a flat start gets each mark, clear, digit and payload back within 2 s', async () => {
  const client = await dial('/media')
  const sid = {stream_sid: 's2'}

  client.say({event: 'start', ...sid, call_sid: 'c2', from: '1', media_format: {encoding: 'raw'}})
  client.say({event: 'mark', ...sid, mark: {name: 'checkpoint'}})
  client.say({event: 'clear', ...sid})
  client.say({event: 'dtmf', ...sid, dtmf: {digit: '5', finished: true}})
  client.say(media('test_audio_data_1', sid), media('not base64 at all', sid))

  expect(await client.hear(5)).toEqual([
    {event: 'mark', ...sid, mark: {name: 'checkpoint'}},
    {event: 'clear', ...sid},
    {event: 'dtmf', ...sid, dtmf: {digit: '5'}},
    media('test_audio_data_1', sid),
    media('not base64 at all', sid),
  ])
})

test('a client that sends no connected is echoed', async () => {
  const client = await dial('/media')

  client.say({event: 'start', stream_sid: 's3', start: {stream_sid: 's3', call_sid: 'c3'}})
  client.say(media('AAAA', {stream_sid: 's3'}))

  expect(await client.hear(1)).toEqual([media('AAAA', {stream_sid: 's3'})])
})

test('a client that sends media only is echoed, without a sid where it gave none', async () => {
  const client = await dial('/media')

  client.say(media('AAAA'), media('AQAB'))

  expect(await client.hear(2)).toEqual([media('AAAA'), media('AQAB')])
})

describe('a client that writes camelCase', () => {
  const start = {
    event: 'start',
    streamSid: 's5',
    start: {
      ...{streamSid: 's5', callSid: 'c5', accountSid: 'a5'},
      mediaFormat: {encoding: 'audio/x-mulaw', sampleRate: 8000},
    },
  }

  test('is answered in camelCase, odd chunks and 2 s of audio in one message included', async () => {
    const client = await dial('/media')
    const payloads = [4391, 21, 32_000, 15].map((bytes) => bytesOf(bytes, 3).toString('base64'))

    client.say(start, ...payloads.map((payload) => media(payload, {streamSid: 's5'})))

    expect(await client.hear(4)).toEqual(
      payloads.map((payload) => ({event: 'media', streamSid: 's5', media: {payload}})),
    )
  })

  test('gets its marks back in camelCase', async () => {
    const client = await dial('/media')

    client.say(start, {event: 'mark', streamSid: 's5', mark: {name: 'm'}})

    expect(await client.hear(1)).toEqual([{event: 'mark', streamSid: 's5', mark: {name: 'm'}}])
  })
})

describe('a client that runs calls in bursts with stop straight after', () => {
  const FRAMES = 100
  const payload = bytesOf(320, 9).toString('base64')

  async function burst(sid: string): Promise<WildClient> {
    const client = await dial('/media')
    client.say({event: 'connected'}, {event: 'start', stream_sid: sid, start: {stream_sid: sid}})
    client.say(...Array.from({length: FRAMES}, () => media(payload, {stream_sid: sid})))
    client.say({event: 'stop', stream_sid: sid, stop: {reason: 'callended'}})
    return client
  }

  test('gets every answer before the close', async () => {
    const calls = await Promise.all(
      Array.from({length: 10}, (_, at) => burst(`burst-${String(at)}`)),
    )

    const codes = await Promise.all(
      calls.map(async ({ws}) => {
        const [code] = (await once(ws, 'close')) as [number]
        return code
      }),
    )

    expect(codes).toEqual(calls.map(() => 1000))
    expect(calls.map(({heard}) => heard.filter(({event}) => event === 'media').length)).toEqual(
      calls.map(() => FRAMES),
    )
  })

  test('finds the server well and free of calls when they are over', async () => {
    const calls = await Promise.all([burst('one'), burst('two')])
    await Promise.all(calls.map((client) => client.hear(FRAMES)))
    const closed = calls.map(({ws}) => once(ws, 'close'))
    for (const {ws} of calls) ws.close(1000)
    await Promise.all(closed)

    const answer = await fetch(server.url('/health').replace('ws:', 'http:'))

    expect(await answer.json()).toMatchObject({status: 'ok'})
    const passthru = await fetch(server.url('/passthru?CallSid=c1').replace('ws:', 'http:'))
    expect([passthru.status, (await passthru.text()).trim()]).toEqual([200, 'OK'])
  })
})
