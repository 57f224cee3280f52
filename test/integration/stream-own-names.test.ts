import {once} from 'node:events'
import {createServer, type Server} from 'node:https'
import type {AddressInfo} from 'node:net'

import {beforeAll, describe, expect, onTestFinished, test} from 'vitest'
import {WebSocketServer} from 'ws'

import {systemClock} from '../../src/clock.js'
import {get, parseHttpUrl} from '../../src/stream/exotel-http/get.js'
import {
  BOT_HOST,
  type Certificates,
  type LeafName,
  makeCertificates,
} from '../rig/doctor/certificates.js'
import {dialUp, failureOf} from './stream-rig.js'

const X509 = '3009 failed to establish ws conn tls: failed to verify certificate: x509: '

let certificates: Certificates

beforeAll(async () => {
  certificates = await makeCertificates()
})

type Listening = {readonly port: number; readonly names: readonly string[]}

/** A bot over TLS until the test is over; tells for which names it was asked. */
async function listen(leaf: LeafName): Promise<Listening> {
  const names: string[] = []
  const server: Server = createServer(certificates.leaf(leaf), (request, response) => {
    names.push(request.headers.host ?? '')
    response.end('hello')
  })
  const sockets = new WebSocketServer({server})
  sockets.on('connection', (ws, {headers}) => {
    names.push(headers.host ?? '')
    ws.on('error', () => undefined)
  })
  server.on('tlsClientError', () => undefined)
  server.listen({host: '127.0.0.1', port: 0})
  await once(server, 'listening')
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate()
    server.closeAllConnections()
    server.close()
  })
  // A listening TCP server has an address with a port.
  return {port: (server.address() as AddressInfo).port, names}
}

/** Names and authorities of a world of its own. */
function ownWorld() {
  const asked: string[] = []
  const lookup = (hostname: string) => {
    asked.push(hostname)
    return Promise.resolve([{address: '127.0.0.1', family: 4}])
  }
  return {asked, options: {lookup, ca: [certificates.ca]}}
}

describe('with names and authorities of its own', () => {
  test('a dial goes to the address of the name, and trusts the authority', async () => {
    const {port, names} = await listen('good')
    const {asked, options} = ownWorld()

    const {socket} = await dialUp(`wss://${BOT_HOST}:${port}/media`, options)
    socket.terminate()

    expect([asked, names]).toEqual([[BOT_HOST], [`${BOT_HOST}:${port}`]])
  })

  test('a URL is asked at the address of the name, and the authority is trusted', async () => {
    const {port, names} = await listen('good')
    const {asked, options} = ownWorld()
    const url = parseHttpUrl(`https://${BOT_HOST}:${port}/bot`)
    const {signal} = new AbortController()

    const result = await get(url, url.dialled, {clock: systemClock, signal, ...options})

    expect(result).toMatchObject({answer: {status: 200, body: 'hello'}})
    expect([asked, names]).toEqual([[BOT_HOST], [`${BOT_HOST}:${port}`]])
  })

  test('a name that is not there fails as such', async () => {
    const lookup = () =>
      Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), {code: 'ENOTFOUND'}))

    const failure = await failureOf(dialUp(`wss://${BOT_HOST}/media`, {lookup}))

    expect(failure.code).toBe('EXO_DNS_FAILED')
  })

  test.each<{leaf: LeafName; go: string}>([
    {leaf: 'expired', go: 'certificate has expired or is not yet valid'},
    {leaf: 'not-yet-valid', go: 'certificate has expired or is not yet valid'},
    {leaf: 'self-signed', go: 'certificate signed by unknown authority'},
    {leaf: 'unknown-authority', go: 'certificate signed by unknown authority'},
    {leaf: 'missing-intermediate', go: 'certificate signed by unknown authority'},
    {
      leaf: 'wrong-host',
      go: 'certificate is valid for other.lab, www.other.lab, not bot.lab',
    },
    {leaf: 'address', go: 'certificate is not valid for any names, but wanted to match bot.lab'},
  ])('a certificate that is $leaf is refused as Go says it', async ({leaf, go}) => {
    const {port} = await listen(leaf)

    const failure = await failureOf(dialUp(`wss://${BOT_HOST}:${port}/media`, ownWorld().options))

    expect(failure).toMatchObject({code: 'EXO_TLS_FAILED', exotelError: X509 + go})
  })
})
