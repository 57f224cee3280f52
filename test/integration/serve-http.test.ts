import {EventEmitter, once} from 'node:events'

import {describe, expect, onTestFinished, test} from 'vitest'
import {WebSocket} from 'ws'

import {systemClock} from '../../src/clock.js'
import {silentLogger} from '../../src/log.js'
import {sink} from '../../src/serve/bots/sink.js'
import {opensBot} from '../../src/serve/open-stream.js'
import {type ServerOptions, startServer, type StreamServer} from '../../src/serve/server.js'
import type {Bot, BotCall} from '../../src/stream/bot/bot.js'
import {askDynamicUrl} from '../../src/stream/exotel-http/dynamic-url.js'
import {askPassthru, type StreamFacts} from '../../src/stream/exotel-http/passthru.js'
import {CALLBACK_FORMS, postStatusCallback} from '../../src/stream/exotel-http/status-callback.js'

const identity = {
  callSid: 'c8961ab2fa675ddac2d7b8974c25201m',
  streamSid: 'b8ac7b482138e87f6da1c79a692b201m',
  accountSid: 'exostream1',
  from: '+910000012345',
  to: '+910000067890',
}
const startedAt = new Date('2026-11-20T20:00:05Z')
const world = {clock: systemClock, signal: new AbortController().signal}

type Served = {readonly origin: string; readonly server: StreamServer}

/** The server on loopback, until the test is over. */
async function serve({
  bot = sink,
  ...options
}: Partial<ServerOptions> & {readonly bot?: Bot} = {}): Promise<Served> {
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    open: opensBot(bot, {clock: systemClock}),
    botName: 'test',
    clock: systemClock,
    log: silentLogger,
    version: '1.2.3',
    ...options,
  })
  onTestFinished(() => server.close())
  return {origin: `http://127.0.0.1:${server.port}`, server}
}

/** A bot that only shows its calls. */
function listening(): {readonly bot: Bot; next(): Promise<BotCall>} {
  const calls = new EventEmitter<{call: [BotCall]}>()
  return {
    bot: async (call) => {
      calls.emit('call', call)
    },
    async next() {
      // What `emit` above gave it; `once` does not know the types of an emitter.
      const [call] = (await once(calls, 'call')) as [BotCall]
      return call
    },
  }
}

async function startStream(url: string): Promise<WebSocket> {
  const ws = new WebSocket(url)
  await once(ws, 'open')
  ws.send(JSON.stringify({event: 'start', start: {call_sid: identity.callSid}}))
  return ws
}

describe('the simulator, as Exotel', () => {
  test.each([
    ['/media', '/media'],
    ['/', '/'],
    ['/voicebot-url', '/media'],
    ['/websocket-url', '/media'],
    ['/ws/voicebot/%7BCallSid%7D', `/ws/voicebot/${identity.callSid}`],
  ])('is told on %s where to dial, without a finding', async (path, streamPath) => {
    const {origin, server} = await serve()

    const {answer, violations, streamUrl} = await askDynamicUrl(
      `${origin}${path}?sample-rate=16000&plan=gold`,
      {...world, identity},
    )

    expect(answer.status).toBe(200)
    expect(violations).toEqual([])
    expect(streamUrl).toBe(
      `ws://127.0.0.1:${server.port}${streamPath}?sample-rate=16000&CallSid=${identity.callSid}&plan=gold`,
    )
  })

  test('is told nothing that Exotel does not take, whatever the query has', async () => {
    const {origin} = await serve()

    const {violations} = await askDynamicUrl(`${origin}/media?a=1&b=${'x'.repeat(300)}&c=3&d=4`, {
      ...world,
      identity,
      applet: 'none',
    })

    expect(violations).toEqual([])
  })

  const stream: StreamFacts = {
    streamSid: identity.streamSid,
    streamUrl: 'ws://127.0.0.1/media',
    status: 'failed',
    disconnectedBy: 'NA',
    durationMs: 0,
    error: '3009 failed to establish ws conn EOF',
  }

  test.each(['flat', 'json'] as const)(
    'takes the branch of a rule in the %s form',
    async (form) => {
      const when = {'Stream[Status]': 'failed'}
      const {origin} = await serve({passthruRules: [{when, answer: 302}]})
      const completed = {...stream, status: 'completed'} as const

      const asks = (said: StreamFacts) =>
        askPassthru(`${origin}/passthru`, {
          ...world,
          form,
          facts: {identity, startedAt, stream: said},
        })
      const [failed, whole] = [await asks(stream), await asks(completed)]

      expect(failed).toMatchObject({answer: {status: 302, branch: 'B'}, violations: []})
      expect(whole).toMatchObject({answer: {status: 200, branch: 'A'}, violations: []})
    },
  )

  test.each(CALLBACK_FORMS)('posts its status callback as %s', async (form) => {
    const {origin} = await serve()
    const call = {identity, startedAt, durationMs: 12_400}

    const result = await postStatusCallback(`${origin}/status-callback`, {
      ...world,
      form,
      facts: call,
    })

    expect(result).toMatchObject({answer: {status: 200}, violations: []})
  })
})

describe('other clients', () => {
  test('may post what they say of a customer as FormData, and the bot gets it', async () => {
    const {bot, next} = listening()
    const {origin, server} = await serve({bot})
    const body = new FormData()
    body.set('CallSid', identity.callSid)
    body.set('CustomField', '{"name":"Asha \u0928\u092e"}')
    body.set('file', new Blob(['x']), 'x.wav')

    const response = await fetch(`${origin}/passthru`, {method: 'POST', body})
    const call = next()
    const ws = await startStream(server.url('/media'))

    expect([response.status, await response.text()]).toEqual([200, 'OK'])
    expect((await call).customer).toEqual({name: 'Asha \u0928\u092e'})
    ws.terminate()
  })

  test.each([
    ['/ws/voicebot/42?sample-rate=8000', {sessionId: '42'}],
    ['/ws/voicebot/{CallSid}', {sessionId: '{CallSid}'}],
    ['/v1/ingest', {}],
    ['/stream', {}],
    ['/ws', {}],
    ['/voicebot', {}],
    ['/', {}],
  ])('may stream on %s, and the bot gets its names', async (path, pathParameters) => {
    const {bot, next} = listening()
    const {server} = await serve({bot})

    const call = next()
    const ws = await startStream(server.url(path))

    expect((await call).pathParameters).toEqual(pathParameters)
    ws.terminate()
  })

  test('are told that a body is too long', async () => {
    const {origin} = await serve()

    const response = await fetch(`${origin}/passthru`, {method: 'POST', body: 'x'.repeat(65_537)})

    expect(response.status).toBe(413)
  })

  test('that follow redirects are led nowhere by a 302', async () => {
    const {origin} = await serve({passthruRules: [{when: {}, answer: 302}]})

    const response = await fetch(`${origin}/passthru?CallSid=c1`)

    expect([response.status, response.redirected]).toEqual([302, false])
  })

  test('find health as JSON', async () => {
    const {origin} = await serve()

    const response = await fetch(`${origin}/health`)

    expect(await response.json()).toMatchObject({status: 'ok', name: 'exostream'})
  })
})
