import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {Duplex} from 'node:stream'

import {type WebSocket, WebSocketServer} from 'ws'

import type {Clock} from '../clock.js'
import {ExostreamError} from '../errors.js'
import type {Logger} from '../log.js'
import {MAX_MESSAGE_BYTES, overWebSocket} from '../stream/socket.js'
import {text} from './http.js'
import type {OpenStream, StreamContext, StreamEnd} from './open-stream.js'
import {answerHttp, type Health} from './routes.js'
import {refusalOf, refuse, sampleRateOf, targetOf} from './upgrade.js'

export type ServerOptions = {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** What answers a stream. */
  readonly open: OpenStream
  /** For the log. */
  readonly botName: string
  readonly clock: Clock
  readonly log: Logger
  /** Told by `/health`, so that another process can verify whom it has found. */
  readonly nonce?: string
  readonly version: string
  readonly maxStreams?: number
}

export type StreamServer = {
  readonly host: string
  readonly port: number
  /** What a caller on this machine dials. */
  url(path: string): string
  /** How many streams are open. */
  streams(): number
  /** Closes every stream with 1001, waits for them, and stops; may be called again. */
  close(reason?: string): Promise<void>
}

const MAX_STREAMS = 1000
/** What a bot and its caller get to end in order. */
const DRAIN_MS = 5000
/** Exotel's requests are small and come at once; a slow one holds a socket. */
const HTTP_LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 2000,
}

/**
 * The server that Exotel calls, running.
 * @throws ExostreamError EXO_PORT_IN_USE or EXO_LISTEN_FAILED
 */
export async function startServer(options: ServerOptions): Promise<StreamServer> {
  const server = new Listener(options)
  await server.listen()
  return server
}

/** What the upgrade knew of a stream. */
type Accepted = Omit<StreamContext, 'watch'>

class Listener implements StreamServer {
  readonly #options: ServerOptions
  readonly #http: Server
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
  })
  readonly #ends = new Set<StreamEnd>()
  readonly #startedAt: number
  #port: number
  #connections = 0
  #closing: Promise<void> | undefined

  constructor(options: ServerOptions) {
    this.#options = options
    this.#port = options.port
    this.#startedAt = options.clock.now()
    this.#http = createServer(HTTP_LIMITS, (request, response) => {
      this.#answer(request, response)
    })
    this.#http.on('upgrade', (request, socket, head) => {
      this.#upgrade(request, socket, head)
    })
    this.#sockets.on('wsClientError', (error, socket) => {
      options.log.warn({reason: error.message}, 'a WebSocket handshake was refused')
      refuse(socket, text(400, `${error.message}.`))
    })
  }

  get host(): string {
    return this.#options.host
  }

  /** The real one once it listens, also where any free one was asked for. */
  get port(): number {
    return this.#port
  }

  url(path: string): string {
    return `ws://${dialledHost(this.host)}:${String(this.port)}${path}`
  }

  streams(): number {
    return this.#sockets.clients.size
  }

  close(reason = 'exostream is shutting down'): Promise<void> {
    this.#closing ??= this.#drain(reason)
    return this.#closing
  }

  async listen(): Promise<void> {
    const {host, port, botName, log} = this.#options
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', (error: NodeJS.ErrnoException) => {
        reject(listenFailure(error, {host, port}))
      })
      this.#http.listen({host, port}, resolve)
    })
    this.#http.removeAllListeners('error')
    const address = this.#http.address()
    if (typeof address === 'object' && address) this.#port = address.port
    // A socket that cannot be accepted, for want of file descriptors, must not end the others.
    this.#http.on('error', (error) => {
      log.error({err: error}, 'the listener reported an error')
    })
    log.info({host, port: this.port, bot: botName}, 'listening')
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const {method = 'GET'} = request
    const {path} = targetOf(request)
    const answer = answerHttp({method, path}, () => this.#health())
    this.#options.log.debug({method, path, status: answer.status}, 'request answered')
    response.writeHead(answer.status, {
      ...answer.headers,
      'content-length': Buffer.byteLength(answer.body),
    })
    response.end(method === 'HEAD' ? '' : answer.body)
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Before anything else: a client that resets now would end the process.
    socket.on('error', ignore)
    this.#connections += 1
    const connection = `c${String(this.#connections)}`
    const log = this.#options.log.child({connection})
    const {path, query} = targetOf(request)
    const refusal = refusalOf(request, {
      openStreams: this.streams(),
      maxStreams: this.#options.maxStreams ?? MAX_STREAMS,
      isClosing: this.#closing !== undefined,
      health: () => this.#health(),
    })
    if (refusal) {
      log.warn({path, status: refusal.status, reason: refusal.body.trim()}, 'upgrade refused')
      refuse(socket, refusal)
      return
    }
    this.#sockets.handleUpgrade(request, socket, head, (ws) => {
      socket.off('error', ignore)
      log.info({path, peer: request.socket.remoteAddress}, 'stream accepted')
      this.#accept(ws, {
        connection,
        path,
        pathParameters: {},
        query,
        authorization: request.headers.authorization,
        log,
        urlSampleRateHz: sampleRateOf(query),
      })
    })
  }

  #accept(ws: WebSocket, accepted: Accepted): void {
    const {log} = accepted
    const end = this.#options.open(overWebSocket(ws), {...accepted, watch: undefined})
    this.#ends.add(end)
    end.done.then(
      () => this.#ends.delete(end),
      (error: unknown) => {
        log.error({err: error}, 'a stream did not end in order')
      },
    )
  }

  #health(): Health {
    const {version, nonce, clock} = this.#options
    const uptimeSeconds = Math.floor((clock.now() - this.#startedAt) / 1000)
    return {version, nonce, streams: this.streams(), uptimeSeconds}
  }

  async #drain(reason: string): Promise<void> {
    const {clock, log} = this.#options
    const stopped = new Promise<void>((resolve) => {
      this.#http.close(() => {
        resolve()
      })
    })
    log.info({streams: this.streams()}, 'draining')
    for (const end of this.#ends) end.close(1001, reason)
    const drained = new AbortController()
    await Promise.race([
      Promise.allSettled([...this.#ends].map(({done}) => done)),
      clock.sleepUntil(clock.now() + DRAIN_MS, drained.signal).catch(ignore),
    ])
    drained.abort()
    for (const end of this.#ends) end.terminate()
    this.#http.closeAllConnections()
    await stopped
  }
}

function ignore(): void {
  // The close that follows an error tells all there is to tell.
}

/** Where a caller on this machine finds a listener: no one dials 0.0.0.0. */
function dialledHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

function listenFailure(
  cause: NodeJS.ErrnoException,
  {host, port}: {host: string; port: number},
): ExostreamError {
  const where = `${String(port)} on ${host}`
  if (cause.code === 'EADDRINUSE') {
    return new ExostreamError('EXO_PORT_IN_USE', `Port ${where} is taken.`, {cause})
  }
  const message =
    cause.code === 'EACCES'
      ? `Port ${where} may not be opened by this user.`
      : `Port ${where} could not be opened.`
  return new ExostreamError('EXO_LISTEN_FAILED', message, {cause})
}
