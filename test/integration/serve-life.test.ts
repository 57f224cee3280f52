import {once} from 'node:events'
import type {AddressInfo} from 'node:net'

import {describe, expect, onTestFinished, test} from 'vitest'
import {type ClientOptions, WebSocket, WebSocketServer} from 'ws'

import {systemClock} from '../../src/clock.js'
import {silentLogger} from '../../src/log.js'
import {type LifeOptions, watchLife} from '../../src/serve/life.js'
import {overWebSocket, type StreamSocket} from '../../src/stream/socket.js'

type Watched = {
  readonly client: WebSocket
  readonly socket: StreamSocket
  /** Of the server's end, with the log's sentences before it. */
  readonly closed: Promise<{code: number; reason: string; said: readonly string[]}>
}

/** A client of a server that watches its life. */
async function watched(
  life: Partial<LifeOptions>,
  clientOptions: ClientOptions = {},
): Promise<Watched> {
  const server = new WebSocketServer({host: '127.0.0.1', port: 0})
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const said: string[] = []
  const say = (_values: object, message: string) => said.push(message)
  const log = {...silentLogger, info: say, warn: say, error: say}
  // A listening TCP server has an address with a port.
  const {port} = server.address() as AddressInfo
  const client = new WebSocket(`ws://127.0.0.1:${port}/`, clientOptions)
  client.on('error', () => undefined)
  onTestFinished(() => {
    client.terminate()
  })
  // What `once` gives is what the event carries.
  const [ws] = (await once(server, 'connection')) as [WebSocket]
  const socket = overWebSocket(ws)
  watchLife(ws, socket, {clock: systemClock, log, ...life})
  const closed = new Promise<{code: number; reason: string; said: readonly string[]}>((resolve) => {
    socket.listen({
      message: () => undefined,
      closed: (code, reason) => {
        resolve({code, reason, said})
      },
    })
  })
  if (client.readyState !== client.OPEN) await once(client, 'open')
  return {client, socket, closed}
}

const HALF_OPEN = 'the connection is half-open; it is dropped'

describe('a stream', () => {
  test('whose client reads nothing any more is found half-open, and dropped', async () => {
    const {client, closed} = await watched({pingMs: 50})

    client.pause()

    expect(await closed).toEqual({code: 1006, reason: '', said: [HALF_OPEN]})
  })

  test('that was sent more than its client reads is dropped, and what waited with it', async () => {
    const {client, socket, closed} = await watched({pingMs: 50})
    client.pause()

    const megabyte = JSON.stringify({event: 'media', media: {payload: 'A'.repeat(1024 * 1024)}})
    for (let sent = 0; sent < 32; sent += 1) socket.send(megabyte)

    expect(await closed).toMatchObject({code: 1006, said: [HALF_OPEN]})
    expect(socket.dropped()).toBeGreaterThan(16)
  })

  test('whose client answers pings lives on', async () => {
    const {client} = await watched({pingMs: 300})

    for (let pings = 0; pings < 3; pings += 1) await once(client, 'ping')

    expect(client.readyState).toBe(client.OPEN)
  })

  test('whose client answers no ping lives on while it sends', async () => {
    const {client} = await watched({pingMs: 300}, {autoPong: false})
    client.on('ping', () => {
      client.send('media')
    })

    for (let pings = 0; pings < 3; pings += 1) await once(client, 'ping')

    expect(client.readyState).toBe(client.OPEN)
  })

  test('whose client neither answers nor sends is dropped', async () => {
    const {closed} = await watched({pingMs: 50}, {autoPong: false})

    expect(await closed).toEqual({code: 1006, reason: '', said: [HALF_OPEN]})
  })

  test.each<{what: string; life: Partial<LifeOptions>; reason: string}>([
    {what: 'without a message', life: {idleMs: 300}, reason: 'no message came for 0.3 s'},
    {what: 'that is too long', life: {maxMs: 300}, reason: 'a stream lasts 0.3 s at most'},
  ])('$what is closed with 1000, and its client is told why', async ({life, reason}) => {
    const {client, closed} = await watched({pingMs: 200, ...life})

    // What `once` gives is what the event carries.
    const [code, words] = (await once(client, 'close')) as [number, Buffer]

    expect([code, words.toString('utf8')]).toEqual([1000, reason])
    expect(await closed).toMatchObject({code: 1000})
  })
})
