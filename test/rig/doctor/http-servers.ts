import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import {type AddressInfo, createServer as createTcpServer, type Server, type Socket} from 'node:net'
import {createServer as createTlsServer} from 'node:https'
import type {Duplex} from 'node:stream'

import {onTestFinished} from 'vitest'
import {type WebSocket, WebSocketServer} from 'ws'

import {type Clock, systemClock} from '../../../src/clock.js'

/** Tiny servers on loopback, each with one way to answer; they end with the test. */

/** Starts it on a free port; gives the port. */
async function listenHere(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    // A client that gives up resets; that is not what a test is about.
    socket.on('error', () => undefined)
  })
  server.listen({host: '127.0.0.1', port: 0})
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  // A listening TCP server has an address with a port.
  return (server.address() as AddressInfo).port
}

export type Reply = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Answers every upgrade so, and plain requests by their path (404 where none is given). */
export function replying(
  reply: Reply,
  pages: Readonly<Record<string, Reply>> = {},
): Promise<number> {
  return upgrading((_request, socket) => {
    socket.end(asText(reply))
  }, pages)
}

/** Hands over every upgrade; plain requests are answered by their path. */
export function upgrading(
  take: (request: IncomingMessage, socket: Duplex) => void,
  pages: Readonly<Record<string, Reply>> = {},
): Promise<number> {
  const server = createServer((request, response) => {
    const {status, headers, body = ''} = pages[request.url ?? ''] ?? {status: 404}
    response.writeHead(status, headers).end(body)
  })
  server.on('upgrade', (request, socket) => {
    socket.on('error', () => undefined)
    take(request, socket)
  })
  return listenHere(server)
}

/** A bare TCP server: what it does with a connection after the first bytes have come. */
export function onFirstBytes(answer: (socket: Socket) => void): Promise<number> {
  return listenHere(
    createTcpServer((socket) => {
      socket.once('data', () => {
        answer(socket)
      })
    }),
  )
}

export function servingHttp(serve: RequestListener): Promise<number> {
  return listenHere(createServer(serve))
}

/** A 101 with these headers; `accept` stands for the right key. */
export function accepting(
  headersFor: (accept: string) => Readonly<Record<string, string>>,
): Promise<number> {
  return upgrading((request, socket) => {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    socket.write(asText({status: 101, headers: headersFor(accept)}))
  })
}

export type GoodBot = {
  readonly port: number
  /** Of each WebSocket that was asked for, also those that were refused. */
  readonly requests: readonly IncomingMessage[]
  /** The code by which each stream was closed. */
  readonly closeCodes: readonly number[]
}

export type GoodBotOptions = {
  /** `KEY:TOKEN` that it asks for. */
  readonly basic?: string
  /** A header that it asks for, its name in lower case, and its value. */
  readonly header?: readonly [string, string]
  /** How it refuses who has not what it asks for. */
  readonly refuse?: Reply | 'by a break' | 'after the upgrade'
  /** Speaks TLS with it. */
  readonly tls?: {readonly cert: string; readonly key: string}
  readonly beforeOpening?: () => void
  /** How it answers who asks for no WebSocket; not at all when left out. */
  readonly plainStatus?: number
}

/** A bot that opens every stream, and echoes; with Basic when it is told to. */
export async function goodBot(options: GoodBotOptions = {}): Promise<GoodBot> {
  const {refuse = {status: 401, headers: {'WWW-Authenticate': 'Basic realm="bot"'}}} = options
  const requests: IncomingMessage[] = []
  const closeCodes: number[] = []
  const bots = new WebSocketServer({noServer: true, perMessageDeflate: false})
  const server = options.tls ? createTlsServer(options.tls) : createServer()
  if (options.plainStatus !== undefined) {
    const {plainStatus} = options
    server.on('request', (_request, response: ServerResponse) => {
      response.writeHead(plainStatus).end()
    })
  }
  const port = await listenHere(
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      requests.push(request)
      options.beforeOpening?.()
      const isKnown = isAllowed(request, options)
      if (!isKnown && refuse !== 'after the upgrade') {
        if (refuse === 'by a break') socket.end()
        else socket.end(asText(refuse))
        return
      }
      bots.handleUpgrade(request, socket, head, (ws) => {
        serve(ws, isKnown)
      })
    }),
  )
  return {port, requests, closeCodes}

  function serve(ws: WebSocket, isKnown: boolean): void {
    ws.on('error', () => undefined)
    ws.on('close', (code) => closeCodes.push(code))
    ws.on('message', (message, isBinary) => {
      ws.send(message, {binary: isBinary})
    })
    if (!isKnown) ws.close(1008)
  }
}

function isAllowed({headers}: IncomingMessage, {basic, header}: GoodBotOptions): boolean {
  const isRight = header === undefined || headers[header[0]] === header[1]
  return isRight && (basic === undefined || headers.authorization === asBasic(basic))
}

export function asBasic(pair: string): string {
  return `Basic ${Buffer.from(pair).toString('base64')}`
}

function asText({status, headers = {}, body = ''}: Reply): string {
  const lines = Object.entries({
    ...headers,
    ...(status === 101 ? {} : {'Content-Length': String(Buffer.byteLength(body))}),
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${lines.join('')}\r\n${body}`
}

/** The system's clock, which a test can put forward: who sleeps until then wakes up. */
export type JumpingClock = Clock & {readonly jump: (ms: number) => void}

export function jumpingClock(): JumpingClock {
  let aheadMs = 0
  const sleepers = new Set<() => void>()
  const now = () => systemClock.now() + aheadMs
  return {
    now,
    wallNow: () => new Date(systemClock.wallNow().getTime() + aheadMs),
    jump: (ms) => {
      aheadMs += ms
      for (const look of [...sleepers]) look()
    },
    sleepUntil: async (deadline, signal) => {
      const woken = new AbortController()
      const look = () => {
        if (deadline <= now()) woken.abort()
      }
      sleepers.add(look)
      const ending = signal ? AbortSignal.any([signal, woken.signal]) : woken.signal
      try {
        await systemClock.sleepUntil(deadline - aheadMs, ending)
      } catch (error) {
        if (signal?.aborted || !woken.signal.aborted) throw error
      } finally {
        sleepers.delete(look)
      }
    },
  }
}
