import {createHash} from 'node:crypto'
import {once} from 'node:events'
import type {IncomingMessage} from 'node:http'

import {describe, expect, onTestFinished, test} from 'vitest'

import {type Clock, systemClock} from '../../src/clock.js'
import {overWebSocket, type StreamSocket} from '../../src/stream/socket.js'
import {answer, type Bot, dialUp, failureOf, listenBot, listenTcp} from './stream-rig.js'

/** Drops the stream when the test is over. */
function kept(socket: StreamSocket): StreamSocket {
  onTestFinished(() => {
    socket.terminate()
  })
  return socket
}

describe('the request', () => {
  test('is that of a Go client: its User-Agent, no Origin, no extensions, no subprotocol', async () => {
    const bot = await listenBot(() => undefined)

    kept((await dialUp(`ws://127.0.0.1:${bot.port}/media?sample-rate=8000&a=b%20c`)).socket)

    const request = firstRequest(bot)
    expect(request.url).toBe('/media?sample-rate=8000&a=b%20c')
    expect(request.headers).toEqual({
      host: `127.0.0.1:${bot.port}`,
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-key': expect.stringMatching(/^[\w+/]{22}==$/) as string,
      'sec-websocket-version': '13',
      'user-agent': 'Go-http-client/1.1',
    })
  })

  test('carries the userinfo of the URL as Basic authorization, and nowhere else', async () => {
    const bot = await listenBot(() => undefined)

    kept((await dialUp(`ws://key:t%40ken@127.0.0.1:${bot.port}/media`)).socket)

    const {headers, url} = firstRequest(bot)
    expect(headers.authorization).toBe(`Basic ${Buffer.from('key:t@ken').toString('base64')}`)
    expect(url).toBe('/media')
  })
})

describe('a dial that succeeds', () => {
  test('says how long it took, and that it was the first', async () => {
    const bot = await listenBot(() => undefined)

    const {socket, handshakeMs, attempts} = await dialUp(`ws://127.0.0.1:${bot.port}/`)
    kept(socket)

    expect(attempts).toBe(1)
    expect(handshakeMs).toBeGreaterThan(0)
    expect(handshakeMs).toBeLessThan(5000)
  })

  test('after a failure is the second, and its time is its own', async () => {
    const {port, connections} = await listenTcp((socket, count) => {
      if (count === 1) socket.destroy()
      else socket.once('data', (request) => socket.write(upgradeFor(request)))
    })

    const {socket, handshakeMs, attempts} = await dialUp(`ws://127.0.0.1:${port}/`, {
      retryDelayMs: 400,
    })
    kept(socket)

    expect([attempts, connections()]).toEqual([2, 2])
    expect(handshakeMs).toBeLessThan(400)
  })

  test('loses nothing of a bot that speaks in the same packet as its 101', async () => {
    let gone: Promise<unknown> = Promise.resolve()
    const {port} = await listenTcp((socket) => {
      gone = once(socket, 'close')
      socket.once('data', (request) => {
        const frames = ['one', 'two', 'three'].map((text) => textFrame(text))
        socket.end(Buffer.concat([upgradeFor(request), ...frames]))
      })
    })

    const {socket} = await dialUp(`ws://127.0.0.1:${port}/`)
    // Nobody listens before it is all over.
    await gone
    const heard: unknown[] = []
    socket.listen({message: (data) => heard.push(data), closed: () => undefined})

    expect(heard).toEqual(['one', 'two', 'three'])
  })
})

describe('the retry', () => {
  test('waits for its delay', async () => {
    const at: number[] = []
    const {port} = await listenTcp((socket) => {
      at.push(systemClock.now())
      socket.destroy()
    })

    await failureOf(dialUp(`ws://127.0.0.1:${port}/`, {retryDelayMs: 150}))

    const [first = 0, second = 0] = at
    expect(at).toHaveLength(2)
    expect(second - first).toBeGreaterThan(145)
  })
})

describe('an abort', () => {
  const interrupted = {
    code: 'EXO_INTERRUPTED',
    message: 'The call was interrupted while it was dialled.',
  }

  test('before the dial lets no connection be made', async () => {
    const bot = await listenBot(() => undefined)

    const failure = await failureOf(
      dialUp(`ws://127.0.0.1:${bot.port}/`, {signal: AbortSignal.abort()}),
    )

    expect(failure).toMatchObject(interrupted)
    expect(bot.connections()).toBe(0)
  })

  test('while the bot does not answer ends the dial and its connection, without a retry', async () => {
    const abort = new AbortController()
    let ended: Promise<unknown> = Promise.resolve()
    const {port, connections} = await listenTcp((socket) => {
      ended = once(socket, 'close')
      abort.abort()
    })

    const failure = await failureOf(dialUp(`ws://127.0.0.1:${port}/`, {signal: abort.signal}))
    await ended

    expect(failure).toMatchObject(interrupted)
    expect(connections()).toBe(1)
  })

  test('between two attempts ends the wait', async () => {
    const abort = new AbortController()
    const {port, connections} = await listenTcp(answer('503 Busy'))
    const clock: Clock = {
      ...systemClock,
      sleepUntil(deadline, signal) {
        const sleep = systemClock.sleepUntil(deadline, signal)
        if (deadline - systemClock.now() > 30_000) abort.abort()
        return sleep
      },
    }

    const failure = await failureOf(
      dialUp(`ws://127.0.0.1:${port}/`, {clock, signal: abort.signal, retryDelayMs: 60_000}),
    )

    expect(failure).toMatchObject(interrupted)
    expect(connections()).toBe(1)
  })

  test('after the socket has opened leaves it open', async () => {
    const abort = new AbortController()
    const bot = await listenBot((ws) => {
      const peer = overWebSocket(ws)
      peer.listen({
        message(data) {
          peer.send(`heard ${String(data)}`)
        },
        closed: () => undefined,
      })
    })
    const {socket} = await dialUp(`ws://127.0.0.1:${bot.port}/`, {signal: abort.signal})

    abort.abort()
    const heard = new Promise((resolve) => {
      kept(socket).listen({message: resolve, closed: resolve})
    })
    socket.send('you')

    expect(await heard).toBe('heard you')
  })
})

function firstRequest({requests: [request]}: Bot): IncomingMessage {
  if (!request) throw new Error('no request came')
  return request
}

/** RFC 6455, section 1.3. */
function upgradeFor(request: Buffer): Buffer {
  const [, key = ''] = /sec-websocket-key: (\S+)/i.exec(request.toString('latin1')) ?? []
  const accept = createHash('sha1')
    .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64')
  return Buffer.from(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
}

/** A text message of up to 125 bytes, unmasked as a server sends it. */
function textFrame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)])
}
