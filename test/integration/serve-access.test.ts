import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'

import {describe, expect, onTestFinished, test} from 'vitest'
import {type ClientOptions, WebSocket, WebSocketServer} from 'ws'

import {systemClock} from '../../src/clock.js'
import {type AccessOptions, createAccess} from '../../src/serve/access/access.js'
import {peerOf, trustedProxies, type TrustProxy} from '../../src/serve/access/peer.js'
import {refuse} from '../../src/serve/upgrade.js'
import {dialUp, failureOf} from './stream-rig.js'

/** A server that asks `createAccess` before each upgrade; tells how many streams it opened. */
async function listenWith(options: Partial<AccessOptions>, trust?: TrustProxy) {
  const access = createAccess({clock: systemClock, ...options})
  const http = createServer()
  const sockets = new WebSocketServer({noServer: true})
  let opened = 0
  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined)
    const peer = peerOf(request, trust)
    const asked = {peer, headers: request.headers, isUpgrade: true, isHealth: false}
    const refusal = access.refusalOf(asked)
    if (refusal) {
      refuse(socket, refusal.answer)
      return
    }
    sockets.handleUpgrade(request, socket, head, () => (opened += 1))
  })
  http.listen({host: '127.0.0.1', port: 0})
  await once(http, 'listening')
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate()
    http.closeAllConnections()
    http.close()
  })
  // A listening TCP server has an address with a port.
  return {port: (http.address() as AddressInfo).port, opened: () => opened}
}

type Told = {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

/** What a WebSocket client is answered with; 101 when it gets in. */
async function answerTo(port: number, options: ClientOptions = {}): Promise<Told> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/media`, options)
  ws.on('error', () => undefined)
  onTestFinished(() => {
    ws.terminate()
  })
  return new Promise((resolve) => {
    ws.once('open', () => {
      resolve({status: 101, headers: {}, body: ''})
    })
    ws.once('unexpected-response', (_request, response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (body += part))
      response.once('end', () => {
        resolve({status: response.statusCode ?? 0, headers: response.headers, body})
      })
    })
  })
}

describe('a server with Basic credentials', () => {
  test.each([
    {basic: 'KEY:TOKEN', userinfo: 'KEY:TOKEN'},
    {basic: 'KEY@x:TO:KEN', userinfo: 'KEY%40x:TO%3AKEN'},
    {basic: 'KEY%40x:TOKEN', userinfo: 'KEY%40x:TOKEN'},
  ])('of $basic is called by ws://$userinfo@host', async ({basic, userinfo}) => {
    const {port, opened} = await listenWith({basic})

    const {socket} = await dialUp(`ws://${userinfo}@127.0.0.1:${port}/media`)
    socket.terminate()

    expect(opened()).toBe(1)
  })

  test.each(['', 'KEY:WRONG@', 'KEY@'])(
    'is not called by ws://%shost, and opens no stream for it',
    async (userinfo) => {
      const {port, opened} = await listenWith({basic: 'KEY:TOKEN'})

      const failure = await failureOf(dialUp(`ws://${userinfo}127.0.0.1:${port}/media`))

      expect(failure.code).toBe('EXO_UNAUTHORIZED')
      expect(opened()).toBe(0)
    },
  )

  test('answers 401 with what it asks for, and with none of what it knows', async () => {
    const {port} = await listenWith({basic: 'KEY:s3cret'})

    const authorization = `Basic ${Buffer.from('KEY:guess').toString('base64')}`
    const told = await answerTo(port, {headers: {authorization}})

    expect(told).toMatchObject({
      status: 401,
      headers: {'www-authenticate': 'Basic realm="exostream", charset="UTF-8"'},
      body: 'Credentials are needed here, and right ones: wss://KEY:TOKEN@host/path.\n',
    })
    expect(JSON.stringify(told)).not.toContain('s3cret')
  })
})

describe('a server with a list of addresses', () => {
  test('answers 403 to those that are not on it', async () => {
    const {port, opened} = await listenWith({allow: ['203.0.113.0/24']})

    expect(await answerTo(port)).toMatchObject({status: 403})
    expect(opened()).toBe(0)
  })

  test('takes the word of a trusted proxy for who calls, and of no one else', async () => {
    const allow = ['203.0.113.0/24']
    const headers = {'x-forwarded-for': '203.0.113.7'}
    const trusting = await listenWith({allow}, trustedProxies(true))
    const wary = await listenWith({allow})

    expect(await answerTo(trusting.port, {headers})).toMatchObject({status: 101})
    expect(await answerTo(wary.port, {headers})).toMatchObject({status: 403})
  })
})

describe('a server with a rate of connections', () => {
  test('answers 429 when one address connects too often, and says when to come back', async () => {
    const {port} = await listenWith({maxConnectionsPerMinute: 2})

    const statuses = [await answerTo(port), await answerTo(port)].map(({status}) => status)
    const refused = await answerTo(port)

    expect(statuses).toEqual([101, 101])
    expect(refused).toMatchObject({
      status: 429,
      headers: {'retry-after': expect.stringMatching(/^(29|30)$/) as string},
    })
  })
})
