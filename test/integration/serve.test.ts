import {once} from 'node:events'
import {connect, type Socket} from 'node:net'

import {afterEach, describe, expect, test} from 'vitest'
import {WebSocket} from 'ws'

import {type Clock, systemClock} from '../../src/clock.js'
import {silentLogger} from '../../src/log.js'
import {opensBot} from '../../src/serve/open-stream.js'
import {sink} from '../../src/serve/bots/sink.js'
import {type ServerOptions, startServer, type StreamServer} from '../../src/serve/server.js'
import type {Bot} from '../../src/stream/bot/bot.js'
import type {BotStreamEvent} from '../../src/stream/bot/stream-watch.js'

const servers: StreamServer[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function serve(bot: Bot = sink, options: Partial<ServerOptions> = {}): Promise<StreamServer> {
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
  servers.push(server)
  return server
}

const httpUrl = (server: StreamServer, path: string) => server.url(path).replace('ws:', 'http:')

async function open(url: string): Promise<WebSocket> {
  const ws = new WebSocket(url)
  await once(ws, 'open')
  return ws
}

/** What an upgrade that fails is answered with. */
async function refusal(url: string): Promise<{status: number; body: string}> {
  const ws = new WebSocket(url)
  // Destroying the request below is an error to ws.
  ws.on('error', () => {})
  const [request, response] = (await once(ws, 'unexpected-response')) as [
    {destroy(): void},
    NodeJS.ReadableStream & {statusCode: number},
  ]
  let body = ''
  for await (const part of response) body += String(part)
  request.destroy()
  return {status: response.statusCode, body}
}

const START = JSON.stringify({
  event: 'start',
  stream_sid: 's1',
  start: {stream_sid: 's1', call_sid: 'c1', account_sid: 'a1', from: '+911', to: '+912'},
})

describe('a stream', () => {
  test.each(['/media', '/', '/media?sample-rate=16000&key=value'])(
    'is taken on %s',
    async (path) => {
      const server = await serve()

      const ws = await open(server.url(path))

      expect(server.streams()).toBe(1)
      ws.terminate()
    },
  )

  test('is answered without compression, subprotocol or delay', async () => {
    const server = await serve()

    const ws = await open(server.url('/media'))

    expect(ws.extensions).toBe('')
    expect(ws.protocol).toBe('')
    ws.terminate()
  })

  test.each([
    ['the URL', '/media?sample-rate=16kHz', {}, 16_000],
    ['start, over the URL', '/media?sample-rate=16000', {sample_rate: '24000'}, 24_000],
    ['neither', '/media', {}, 8000],
  ])('has the rate of %s', async (_, path, format, expected) => {
    const heard = deferred<number>()
    const server = await serve(async (call) => {
      heard.resolve(call.sampleRateHz)
    })
    const ws = await open(server.url(path))

    ws.send(JSON.stringify({event: 'start', stream_sid: 's', start: {media_format: format}}))

    expect(await heard.promise).toBe(expected)
    ws.terminate()
  })

  test('whose bot throws is closed with 1011, and the server lives', async () => {
    const server = await serve(async () => {
      throw new Error('the bot is broken')
    })
    const ws = await open(server.url('/media'))

    ws.send(START)
    const [code] = (await once(ws, 'close')) as [number]

    expect(code).toBe(1011)
    const next = await open(server.url('/media'))
    expect(next.readyState).toBe(WebSocket.OPEN)
    next.terminate()
  })

  test('beyond the most that are taken is refused with 503 until another has ended', async () => {
    const server = await serve(sink, {maxCalls: 1})
    const first = await open(server.url('/media'))

    expect(await refusal(server.url('/media'))).toEqual({
      status: 503,
      body: 'All 1 calls are taken (--max-calls).\n',
    })

    first.close()
    await once(first, 'close')
    await expect.poll(() => server.streams()).toBe(0)
    const second = await open(server.url('/media'))
    second.terminate()
  })

  test('with a message that is too large is closed with 1009, and the server lives', async () => {
    const server = await serve()
    const ws = await open(server.url('/media'))

    ws.send('x'.repeat(17 * 1024 * 1024))
    const [code] = (await once(ws, 'close')) as [number]

    expect(code).toBe(1009)
    expect((await fetch(httpUrl(server, '/health'))).status).toBe(200)
  })
})

describe('an upgrade', () => {
  test('on a wrong path is answered with 404 and the right paths', async () => {
    const server = await serve()

    expect(await refusal(server.url('/medai'))).toEqual({
      status: 404,
      body: 'Nothing is here; streams are taken on /media, /v1/ingest, /ws/voicebot/{sessionId}, /stream, /, /ws, /voicebot.\n',
    })
  })

  test.each([
    ['right after it is asked for', '/media', 0],
    ['on a wrong path', '/wrong', 0],
    ['after it was answered', '/media', 1],
  ])('that is reset %s does not end the server', async (_, path, answers) => {
    const server = await serve()

    for (let round = 0; round < 20; round += 1) {
      const socket = await dialRaw(server)
      socket.write(upgradeText(path))
      if (answers > 0) await once(socket, 'data')
      socket.resetAndDestroy()
    }

    expect((await fetch(httpUrl(server, '/health'))).status).toBe(200)
    await expect.poll(() => server.streams()).toBe(0)
  })

  test.each([
    ['of another protocol', {upgrade: 'h2c'}, 'HTTP/1.1 426 '],
    ['without a key', {key: ''}, 'HTTP/1.1 400 '],
    ['of an old version', {version: '7'}, 'HTTP/1.1 400 '],
    ['with a target that is no URL', {path: '//[::'}, 'HTTP/1.1 404 '],
    ['with a target without end', {path: `/${'x'.repeat(9000)}`}, 'HTTP/1.1 414 '],
    ['with headers without end', {version: 'x'.repeat(40_000)}, 'HTTP/1.1 431 '],
  ])('%s is answered with a status line and let go', async (_, odd, expected) => {
    const server = await serve()
    const socket = await dialRaw(server)

    socket.write(upgradeText('/media', odd))
    let text = ''
    for await (const part of socket) text += String(part)

    expect(text).toContain(expected)
  })
})

describe('plain HTTP', () => {
  test('a GET on a stream path names the URL to dial, as a dynamic URL does', async () => {
    const server = await serve()

    const response = await fetch(httpUrl(server, '/media'))

    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      url: `${server.url('/media')}?sample-rate=8000`,
    })
  })

  test('health counts the streams, and tells the nonce', async () => {
    const server = await serve(sink, {nonce: 'n1'})
    const ws = await open(server.url('/media'))

    const response = await fetch(httpUrl(server, '/health'))

    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      status: 'ok',
      name: 'exostream',
      version: '1.2.3',
      nonce: 'n1',
      streams: 1,
      uptimeSeconds: expect.any(Number) as unknown,
    })
    ws.terminate()
  })

  test('a HEAD has no body', async () => {
    const server = await serve()

    const response = await fetch(httpUrl(server, '/health'), {method: 'HEAD'})

    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  })

  test('a PUT is told what is allowed', async () => {
    const server = await serve()

    const response = await fetch(httpUrl(server, '/media'), {method: 'PUT', body: 'x'})

    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST')
  })
})

describe('listening', () => {
  test('on a taken port fails with its number and host', async () => {
    const {port} = await serve()

    await expect(serve(sink, {port})).rejects.toMatchObject({
      code: 'EXO_PORT_IN_USE',
      message: `Port ${String(port)} on 127.0.0.1 is taken.`,
    })
  })

  test('on an address of another machine fails as such', async () => {
    await expect(serve(sink, {host: '192.0.2.1'})).rejects.toMatchObject({
      code: 'EXO_LISTEN_FAILED',
      message: 'Port 0 on 192.0.2.1 could not be opened.',
    })
  })

  test('on all addresses gives a URL that can be dialled', async () => {
    const server = await serve(sink, {host: '0.0.0.0'})

    expect(server.url('/media')).toBe(`ws://127.0.0.1:${String(server.port)}/media`)
  })
})

describe('closing', () => {
  test('tells the end of a stream whose caller does not answer before it is done', async () => {
    const clock: Clock = {
      ...systemClock,
      sleepUntil: (deadline, signal) =>
        systemClock.sleepUntil(Math.min(deadline, systemClock.now() + 50), signal),
    }
    const told: string[] = []
    const watch = () => (event: BotStreamEvent) => told.push(event.type)
    const server = await serve(sink, {clock, watch})
    const socket = await dialRaw(server)
    socket.write(upgradeText('/media'))
    await once(socket, 'data')

    await server.close()

    expect(told).toEqual(['closed'])
    socket.destroy()
  })

  test('ends every stream with 1001 and a reason, and takes no more', async () => {
    const server = await serve()
    const open1 = await open(server.url('/media'))
    const open2 = await open(server.url('/'))
    const closes = [once(open1, 'close'), once(open2, 'close')]

    await server.close()

    const ends = (await Promise.all(closes)) as [number, Buffer][]
    expect(ends.map(([code, reason]) => [code, reason.toString()])).toEqual([
      [1001, 'exostream is shutting down'],
      [1001, 'exostream is shutting down'],
    ])
    await expect(open(server.url('/media'))).rejects.toThrow('ECONNREFUSED')
  })

  test('waits for a bot that has something to finish', async () => {
    const [started, finish] = [deferred<undefined>(), deferred<undefined>()]
    const server = await serve(async () => {
      started.resolve(undefined)
      await finish.promise
    })
    const ws = await open(server.url('/media'))
    ws.send(START)
    await started.promise
    const order: string[] = []

    const closing = server.close().then(() => order.push('server closed'))
    await once(ws, 'close')
    order.push('stream closed')
    finish.resolve(undefined)
    await closing

    expect(order).toEqual(['stream closed', 'server closed'])
  })

  test('may be asked for twice', async () => {
    const server = await serve()

    await Promise.all([server.close(), server.close()])

    await expect(server.close()).resolves.toBeUndefined()
  })

  test('does not wait for ever for a caller that does not answer', async () => {
    const clock: Clock = {
      ...systemClock,
      sleepUntil: (deadline, signal) =>
        systemClock.sleepUntil(Math.min(deadline, systemClock.now() + 50), signal),
    }
    const server = await serve(sink, {clock})
    const socket = await dialRaw(server)
    socket.write(upgradeText('/media'))
    await once(socket, 'data')
    const ended = once(socket, 'close')

    await server.close()

    await ended
    expect(socket.destroyed).toBe(true)
  })

  test('does not wait for a connection that never asked for anything', async () => {
    const server = await serve()
    const socket = await dialRaw(server)
    const ended = once(socket, 'close')

    await server.close()

    await ended
    expect(socket.destroyed).toBe(true)
  })
})

async function dialRaw(server: StreamServer): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1')
  // A reset is what some of these tests are about.
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

type Odd = {path?: string; upgrade?: string; key?: string; version?: string}

function upgradeText(path: string, odd: Odd = {}): string {
  return [
    `GET ${odd.path ?? path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Upgrade: ${odd.upgrade ?? 'websocket'}`,
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${odd.key ?? 'dGhlIHNhbXBsZSBub25jZQ=='}`,
    `Sec-WebSocket-Version: ${odd.version ?? '13'}`,
    '\r\n',
  ].join('\r\n')
}

function deferred<T>(): {promise: Promise<T>; resolve(value: T): void} {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return {promise, resolve}
}
