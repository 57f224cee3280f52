import {spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {createServer as createHttpServer, type IncomingMessage} from 'node:http'
import {createServer as createHttpsServer} from 'node:https'
import {type AddressInfo, createServer as createTcpServer, type Server, type Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Duplex} from 'node:stream'
import {createServer as createTlsServer} from 'node:tls'

import {onTestFinished} from 'vitest'
import {type WebSocket, WebSocketServer} from 'ws'

import {systemClock} from '../../src/clock.js'
import {ExostreamError} from '../../src/errors.js'
import {type Dialled, dial, type DialOptions} from '../../src/stream/exotel/dial.js'
import {parseStreamUrl} from '../../src/stream/exotel/stream-url.js'

/** Listens on loopback until the test is over; tells where, and how often it was called. */
type Listening = {readonly port: number; readonly connections: () => number}

async function listen(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    // A client that gives up resets; that is not what the test is about.
    socket.on('error', () => undefined)
  })
  server.listen({host: '127.0.0.1', port: 0})
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  // A listening TCP server has an address with a port.
  return {port: (server.address() as AddressInfo).port, connections: () => connections}
}

/** A server of bytes: each connection is handed over with the number it has. */
export function listenTcp(serve: (socket: Socket, count: number) => void): Promise<Listening> {
  let count = 0
  return listen(
    createTcpServer((socket) => {
      count += 1
      serve(socket, count)
    }),
  )
}

export type Bot = Listening & {readonly requests: readonly IncomingMessage[]}

/** A bot that opens every WebSocket, and does this with it. */
export async function listenBot(serve: (ws: WebSocket) => unknown): Promise<Bot> {
  const http = createHttpServer()
  const bots = new WebSocketServer({server: http, perMessageDeflate: true})
  const requests: IncomingMessage[] = []
  bots.on('connection', (ws, request) => {
    requests.push(request)
    ws.on('error', () => undefined)
    serve(ws)
  })
  return {...(await listen(http)), requests}
}

/** A key and its certificate, which no authority signed, made for this test. */
function selfSigned(): {readonly key: Buffer; readonly cert: Buffer} {
  const folder = mkdtempSync(join(tmpdir(), 'exostream-tls-'))
  const paths = {key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem')}
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-days', '1', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-keyout', paths.key, '-out', paths.cert],
  ])
  if (made.status !== 0) throw new Error(`openssl made no certificate: ${String(made.stderr)}`)
  const read = {key: readFileSync(paths.key), cert: readFileSync(paths.cert)}
  rmSync(folder, {recursive: true})
  return read
}

/** A TLS server with a certificate that no authority signed. */
export function listenTls(): Promise<Listening> {
  const server = createTlsServer(selfSigned())
  server.on('tlsClientError', () => undefined)
  return listen(server)
}

/** A server of WebSockets, over TLS or not, that hands over each with the socket under it. */
export function listenWebSockets(
  scheme: 'ws' | 'wss',
  serve: (ws: WebSocket, socket: Duplex) => void,
): Promise<Listening> {
  const http = scheme === 'ws' ? createHttpServer() : createHttpsServer(selfSigned())
  const server = new WebSocketServer({server: http, perMessageDeflate: false})
  server.on('connection', (ws, {socket}) => {
    ws.on('error', () => undefined)
    serve(ws, socket)
  })
  return listen(http)
}

/** A dial with a short retry, as the tests need it. */
export function dialUp(text: string, options: Partial<DialOptions> = {}): Promise<Dialled> {
  const signal = new AbortController().signal
  return dial(parseStreamUrl(text), {clock: systemClock, signal, retryDelayMs: 1, ...options})
}

/** What a dial failed with; whatever else it threw is thrown again. */
export async function failureOf(dialling: Promise<unknown>): Promise<ExostreamError> {
  const error: unknown = await dialling.then(
    () => new Error('it was dialled'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof ExostreamError) return error
  throw error
}

/** Answers the first request with this, and closes. */
export function answer(head: string, body = ''): (socket: Socket) => void {
  return (socket) => {
    socket.once('data', () => {
      socket.end(`HTTP/1.1 ${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    })
  }
}
