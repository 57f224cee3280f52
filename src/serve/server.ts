import {createServer, type IncomingMessage, type Server, ServerResponse} from 'node:http'
import {createServer as createTlsServer, type Server as TlsServer} from 'node:https'
import {Socket} from 'node:net'
import type {Duplex} from 'node:stream'

import type {Clock} from '../clock.js'
import type {Logger} from '../log.js'
import type {StreamWatch} from '../stream/bot/stream-watch.js'
import type {Access} from './access/access.js'
import {peerOf, type TrustProxy} from './access/peer.js'
import type {PassthruRule} from './exotel/passthru.js'
import {createExotelRoutes, type ExotelRoutes, type Health} from './exotel/routes.js'
import {Handshakes} from './handshakes.js'
import {type Peer, text} from './http.js'
import {dialledHost, listen} from './listening.js'
import type {OpenStream} from './open-stream.js'
import {type AcceptedStream, type LifeLimits, OpenStreams} from './open-streams.js'
import {type PublicUrl, publicUrlOf} from './public-url.js'
import {httpRequestOf, respond} from './request.js'
import {createStreamPaths, type StreamPaths, withoutLastSlash} from './stream-paths.js'
import {isTooLong, notFound, targetTooLong} from './upgrade.js'

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
  readonly nonce?: string | undefined
  readonly version: string
  /** Where streams are taken; where Exotel's samples take them when left out. */
  readonly paths?: StreamPaths | undefined
  /** Who may come in; everybody when left out. */
  readonly access?: Access | undefined
  readonly trustProxy?: TrustProxy | undefined
  readonly tls?: {readonly cert: Buffer; readonly key: Buffer} | undefined
  /** As `readPublicUrl` gave it. */
  readonly publicUrl?: string | undefined
  /** The tunnel that runs now, if one does. */
  readonly tunnelUrl?: (() => string | undefined) | undefined
  readonly passthruRules?: readonly PassthruRule[] | undefined
  readonly maxCalls?: number | undefined
  readonly maxMessageBytes?: number | undefined
  readonly life?: LifeLimits | undefined
  /** Who keeps what happens on a stream. */
  readonly watch?: ((stream: AcceptedStream) => StreamWatch) | undefined
  /** What every connection id begins with. */
  readonly runId?: string | undefined
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

const MAX_CALLS = 1000
/** Node's own limit would let a silent client hold a socket for two minutes. */
const TLS_HANDSHAKE_MS = 10_000
/** Sockets that ask over HTTP, or say nothing, beside those of the calls. */
const SPARE_SOCKETS = 1000
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

class Listener implements StreamServer {
  readonly #options: ServerOptions
  readonly #paths: StreamPaths
  readonly #maxCalls: number
  readonly #routes: ExotelRoutes
  readonly #http: Server | TlsServer
  readonly #handshakes: Handshakes
  readonly #streams: OpenStreams
  readonly #startedAt: number
  #port: number
  #closing: Promise<void> | undefined

  constructor(options: ServerOptions) {
    const {clock, log, tls, paths = createStreamPaths(), passthruRules} = options
    this.#options = options
    this.#paths = paths
    this.#maxCalls = options.maxCalls ?? MAX_CALLS
    this.#port = options.port
    this.#startedAt = clock.now()
    this.#routes = createExotelRoutes({
      paths,
      passthruRules,
      clock,
      log,
      publicUrl: (peer) => this.#publicUrl(peer),
      health: () => this.#health(),
    })
    this.#streams = new OpenStreams({
      ...options,
      life: options.life ?? {},
      watch: options.watch,
      routes: this.#routes,
    })
    this.#handshakes = new Handshakes({
      ...options,
      paths,
      maxCalls: this.#maxCalls,
      isClosing: () => this.#closing !== undefined,
      streams: this.#streams,
    })
    this.#http = tls
      ? createTlsServer({...HTTP_LIMITS, handshakeTimeout: TLS_HANDSHAKE_MS, ...tls})
      : createServer(HTTP_LIMITS)
    this.#http.maxConnections = this.#maxCalls + SPARE_SOCKETS
    this.#serve(this.#http)
  }

  get host(): string {
    return this.#options.host
  }

  /** The real one once it listens, also where any free one was asked for. */
  get port(): number {
    return this.#port
  }

  url(path: string): string {
    const scheme = this.#options.tls ? 'wss' : 'ws'
    return `${scheme}://${dialledHost(this.host)}:${String(this.port)}${path}`
  }

  streams(): number {
    return this.#handshakes.open
  }

  close(reason = 'exostream is shutting down'): Promise<void> {
    this.#closing ??= this.#drain(reason)
    return this.#closing
  }

  async listen(): Promise<void> {
    const {host, botName, log} = this.#options
    this.#port = await listen(this.#http, this.#options)
    // A socket that cannot be accepted, for want of file descriptors, must not end the others.
    this.#http.on('error', (error) => {
      log.error({category: 'ERROR', err: error}, 'the listener reported an error')
    })
    log.info({host, port: this.port, bot: botName}, 'listening')
  }

  #serve(http: Server | TlsServer): void {
    const {log} = this.#options
    http.on('request', (request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        log.error({err: error}, 'exostream failed; the request is answered with 500')
        respond(request, response, text(500, 'exostream failed; its log says how.'))
      })
    })
    http.on('upgrade', (request, socket, head) => {
      if (isPlain(request)) this.#answerPlainly(request, socket)
      else this.#handshakes.take(request, {socket, head})
    })
    http.on('tlsClientError', (error: NodeJS.ErrnoException) => {
      const values = {category: 'CONNECTION', code: error.code, reason: error.message}
      log.debug(values, 'a TLS handshake failed')
    })
  }

  /** Whoever offers h2c, as curl and Java do, is served without it (RFC 9110, section 7.8). */
  #answerPlainly(request: IncomingMessage, socket: Duplex): void {
    socket.on('error', ignore)
    // Of an HTTP server every socket is one, whatever the type of its event says.
    if (!(socket instanceof Socket)) return
    const response = new ServerResponse(request)
    response.assignSocket(socket)
    response.shouldKeepAlive = false
    response.once('finish', () => {
      socket.end()
    })
    this.#http.emit('request', request, response)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isTooLong(request)) {
      respond(request, response, targetTooLong())
      return
    }
    const {access, log, trustProxy} = this.#options
    const peer = peerOf(request, trustProxy)
    const asked = httpRequestOf(request, peer)
    const isHealth = withoutLastSlash(asked.path) === '/health'
    const denied = access?.refusalOf({
      peer,
      headers: request.headers,
      isUpgrade: false,
      isHealth,
    })
    if (denied) {
      const values = {
        category: 'CONNECTION',
        peer: peer.address,
        path: this.#paths.shown(asked.path),
      }
      log.warn({...values, status: denied.answer.status, reason: denied.reason}, 'request refused')
    }
    const answer = denied?.answer ?? (await this.#routes.answer(asked)) ?? notFound(this.#paths)
    respond(request, response, answer)
  }

  #publicUrl(peer: Peer): PublicUrl {
    const {publicUrl, tunnelUrl} = this.#options
    return publicUrlOf({publicUrl, tunnelUrl: tunnelUrl?.(), peer, port: this.port})
  }

  #health(): Health {
    const {version, nonce, clock} = this.#options
    const uptimeSeconds = Math.floor((clock.now() - this.#startedAt) / 1000)
    const isDraining = this.#closing !== undefined
    return {isDraining, version, nonce, streams: this.streams(), uptimeSeconds}
  }

  /** Goes on listening while streams end, so that new ones and probes are told with 503 to go elsewhere. */
  async #drain(reason: string): Promise<void> {
    this.#options.log.info({streams: this.streams()}, 'draining')
    await this.#streams.drain(reason)
    this.#routes.close()
    const stopped = new Promise<void>((resolve) => {
      this.#http.close(() => {
        resolve()
      })
    })
    this.#http.closeAllConnections()
    await stopped
  }
}

/** A request that only offers another protocol than ours; one with a body cannot be read here any more. */
function isPlain({method, headers}: IncomingMessage): boolean {
  const isOther = headers.upgrade?.toLowerCase() !== 'websocket'
  return isOther && (method === 'GET' || method === 'HEAD')
}

function ignore(): void {
  // The close that follows an error tells all there is to tell.
}
