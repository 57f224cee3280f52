import {once} from 'node:events'
import {connect} from 'node:net'

import {describe, expect, onTestFinished, test} from 'vitest'
import {WebSocket} from 'ws'

import {systemClock} from '../../src/clock.js'
import type {Logger} from '../../src/log.js'
import {createAccess} from '../../src/serve/access/access.js'
import {sink} from '../../src/serve/bots/sink.js'
import {opensBot} from '../../src/serve/open-stream.js'
import {type ServerOptions, startServer} from '../../src/serve/server.js'
import {createStreamPaths} from '../../src/serve/stream-paths.js'
import type {Bot, BotCall} from '../../src/stream/bot/bot.js'

type Line = Readonly<Record<string, unknown>>

/** The server on loopback until the test is over, and what it logs. */
async function serve(bot: Bot = sink, options: Partial<ServerOptions> = {}) {
  const lines: Line[] = []
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    open: opensBot(bot, {clock: systemClock}),
    botName: 'test',
    clock: systemClock,
    log: recorder(lines),
    version: '1.2.3',
    runId: 'r',
    ...options,
  })
  onTestFinished(() => server.close())
  return {server, lines, origin: `http://127.0.0.1:${String(server.port)}`}
}

function recorder(lines: Line[], bindings: object = {}): Logger {
  const say = (values: object, msg: string) => {
    lines.push({msg, ...bindings, ...values})
  }
  const child = (more: object) => recorder(lines, {...bindings, ...more})
  return {debug: say, info: say, warn: say, error: say, child}
}

async function open(url: string): Promise<WebSocket> {
  const ws = new WebSocket(url)
  onTestFinished(() => {
    ws.terminate()
  })
  await once(ws, 'open')
  return ws
}

/** All that comes back for an upgrade as it is written here. */
async function answerTo(
  port: number,
  headers: readonly string[],
  path = '/media',
): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const head = [`GET ${path} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: Upgrade', ...headers]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  let text = ''
  for await (const part of socket) text += String(part)
  return text
}

const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='

describe('an upgrade that is refused', () => {
  test.each([
    ['for its version', ['Upgrade: websocket', KEY, 'Sec-WebSocket-Version: 7'], 400],
    ['for its missing key', ['Upgrade: websocket', 'Sec-WebSocket-Version: 13'], 400],
  ])('%s has its connection id in the log and in the answer', async (_, headers, status) => {
    const {server, lines} = await serve()

    const text = await answerTo(server.port, headers)

    expect(text).toMatch(
      new RegExp(`^HTTP/1.1 ${String(status)} [^]*\\r\\nx-connection-id: r-1\\r\\n`),
    )
    expect(lines.filter(({msg}) => msg === 'upgrade refused')).toEqual([
      expect.objectContaining({connection: 'r-1', path: '/media', peer: '127.0.0.1', status}),
    ])
  })
})

test('a GET that only offers another protocol is answered without it', async () => {
  const {server} = await serve()

  const text = await answerTo(server.port, ['Upgrade: h2c'])

  expect(text).toMatch(/^HTTP\/1.1 200 [^]*"url":"ws:/)
})

describe('a path with a secret in it', () => {
  test('is shown and kept without it, and the bot gets it', async () => {
    const kept: string[] = []
    const heard = deferred<BotCall>()
    const {server, lines} = await serve(
      async (call) => {
        heard.resolve(call)
      },
      {
        paths: createStreamPaths(['/ws/{token}']),
        watch: ({path}) => {
          kept.push(path)
          return () => undefined
        },
      },
    )

    const ws = await open(server.url('/ws/hush'))
    ws.send('{"event":"start","start":{"call_sid":"c1"}}')
    const call = await heard.promise

    expect([call.path, call.pathParameters]).toEqual(['/ws/hush', {token: 'hush'}])
    expect(kept).toEqual(['/ws/***'])
    expect(lines).toContainEqual(expect.objectContaining({msg: 'stream accepted', path: '/ws/***'}))
    expect(JSON.stringify(lines)).not.toContain('hush')
  })
})

describe('health', () => {
  test.each(['/health', '/health/'])('is told on %s without credentials', async (path) => {
    const access = createAccess({basic: 'KEY:TOKEN', clock: systemClock})
    const {origin} = await serve(sink, {access})

    expect((await fetch(origin + path)).status).toBe(200)
  })
})

describe('while its streams end', () => {
  test('a server refuses new ones with 503, and health says that it drains', async () => {
    const [started, finish] = [deferred<undefined>(), deferred<undefined>()]
    const {server, origin} = await serve(async () => {
      started.resolve(undefined)
      await finish.promise
    })
    const ws = await open(server.url('/media'))
    ws.send('{"event":"start","start":{"call_sid":"c1"}}')
    await started.promise

    const closing = server.close()
    await once(ws, 'close')
    const headers = ['Upgrade: websocket', KEY, 'Sec-WebSocket-Version: 13']
    const refused = await answerTo(server.port, headers)
    const health = await fetch(`${origin}/health`)
    const passthru = await fetch(`${origin}/passthru?CallSid=c1`)
    finish.resolve(undefined)
    await closing

    expect(refused).toMatch(/^HTTP\/1.1 503 [^]*exostream is shutting down\.\n$/)
    expect(health.status).toBe(503)
    expect(await health.json()).toMatchObject({status: 'draining', name: 'exostream'})
    expect(passthru.status).toBe(200)
    await expect(fetch(`${origin}/health`)).rejects.toThrow('fetch failed')
  })
})

function deferred<T>(): {promise: Promise<T>; resolve(value: T): void} {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return {promise, resolve}
}
