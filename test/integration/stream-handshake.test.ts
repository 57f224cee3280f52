import {once} from 'node:events'

import {describe, expect, onTestFinished, test} from 'vitest'
import type {WebSocket} from 'ws'

import type {StreamSocket} from '../../src/stream/socket.js'
import {answer, dialUp, failureOf, listenBot, listenTcp} from './stream-rig.js'

/** Drops the stream when the test is over. */
function kept(socket: StreamSocket): StreamSocket {
  onTestFinished(() => {
    socket.terminate()
  })
  return socket
}

describe('the parts of the handshake', () => {
  test('of an address are the connection and the upgrade, which make up the whole', async () => {
    const bot = await listenBot(() => undefined)

    const {socket, parts, handshakeMs} = await dialUp(`ws://127.0.0.1:${bot.port}/`)
    kept(socket)

    expect(Object.keys(parts ?? {})).toEqual(['tcpMs', 'upgradeMs'])
    const {tcpMs = 0, upgradeMs = 0} = parts ?? {}
    expect(tcpMs).toBeGreaterThan(0)
    expect(upgradeMs).toBeGreaterThan(0)
    expect(tcpMs + upgradeMs).toBeLessThanOrEqual(handshakeMs)
  })

  test('of a name begin with its resolution', async () => {
    const bot = await listenBot(() => undefined)

    const {socket, parts} = await dialUp(`ws://localhost:${bot.port}/`)
    kept(socket)

    expect(Object.keys(parts ?? {})).toEqual(['dnsMs', 'tcpMs', 'upgradeMs'])
  })
})

describe('headers of the user', () => {
  test('are added to the request beside those of Exotel', async () => {
    const bot = await listenBot(() => undefined)

    const headers = {Authorization: 'Bearer abc', 'X-Version': '2'}
    kept((await dialUp(`ws://127.0.0.1:${bot.port}/`, {headers})).socket)

    expect(bot.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer abc',
      'x-version': '2',
      'user-agent': 'Go-http-client/1.1',
    })
  })

  test('stand in no error, neither when the bot refuses nor when they cannot be sent', async () => {
    const {port} = await listenTcp(answer('401 Unauthorized'))

    const refused = await failureOf(
      dialUp(`ws://127.0.0.1:${port}/`, {headers: {'X-Token': 'hush'}}),
    )
    const unsendable = await failureOf(
      dialUp(`ws://127.0.0.1:${port}/`, {headers: {'X-Token': 'hush\r\nHost: else'}}),
    )

    expect(unsendable.code).toBe('EXO_USAGE')
    expect(`${refused.message} ${unsendable.message}`).not.toContain('hush')
  })

  test('that would replace the credentials of the URL are refused before anything is dialled', async () => {
    const bot = await listenBot(() => undefined)

    const failure = await failureOf(
      dialUp(`ws://key:token@127.0.0.1:${bot.port}/`, {headers: {authorization: 'Bearer abc'}}),
    )

    expect(failure.code).toBe('EXO_USAGE')
    expect(failure.message).not.toMatch(/token|abc/)
    expect(bot.connections()).toBe(0)
  })
})

describe('a ping of the bot', () => {
  /** Resolves with what comes first after a ping: its pong, or the message sent after it. */
  const firstAfterPing = async (autoPong: boolean | undefined) => {
    let first: Promise<string> | undefined
    const bot = await listenBot((ws: WebSocket) => {
      first = Promise.race([
        once(ws, 'pong').then(() => 'pong'),
        once(ws, 'message').then(([data]) => String(data)),
      ])
      ws.ping()
      ws.send('pinged')
    })
    const options = autoPong === undefined ? {} : {autoPong}
    const socket = kept((await dialUp(`ws://127.0.0.1:${bot.port}/`, options)).socket)
    socket.listen({
      message: () => {
        socket.send('no pong came')
      },
      closed: () => undefined,
    })
    return first
  }

  test('is answered, as by every WebSocket client', async () => {
    expect(await firstAfterPing(undefined)).toBe('pong')
  })

  test('stays without answer where that is asked', async () => {
    expect(await firstAfterPing(false)).toBe('no pong came')
  })
})

test('a message sent as binary arrives as a binary frame with the same text', async () => {
  let received: Promise<unknown[]> = Promise.resolve([])
  const bot = await listenBot((ws: WebSocket) => {
    received = once(ws, 'message')
  })

  kept((await dialUp(`ws://127.0.0.1:${bot.port}/`)).socket).send('{"event":"connected"}', true)

  const [data, isBinary] = await received
  expect([String(data), isBinary]).toEqual(['{"event":"connected"}', true])
})
