import type {IncomingMessage} from 'node:http'
import type {Duplex} from 'node:stream'

import {WebSocketServer} from 'ws'

import type {Logger} from '../log.js'
import {MAX_MESSAGE_BYTES} from '../stream/socket.js'
import type {Access, Refusal} from './access/access.js'
import {peerOf, type TrustProxy} from './access/peer.js'
import {text} from './http.js'
import type {OpenStreams} from './open-streams.js'
import {targetOf} from './request.js'
import type {StreamPaths} from './stream-paths.js'
import {refusalOf, refuse, sampleRateOf} from './upgrade.js'

type Options = {
  readonly paths: StreamPaths
  readonly access?: Access | undefined
  readonly trustProxy?: TrustProxy | undefined
  readonly maxCalls: number
  readonly maxMessageBytes?: number | undefined
  /** What every connection id begins with. */
  readonly runId?: string | undefined
  readonly isClosing: () => boolean
  readonly streams: OpenStreams
  readonly log: Logger
}

/** Who asks for an upgrade, on which path, and under which id. */
type Upgrade = {
  readonly socket: Duplex
  readonly connection: string
  /** As it may be told. */
  readonly path: string
  readonly peer: string
  readonly log: Logger
}

/** Takes each request for an upgrade to its stream, or refuses it: under a connection id either way. */
export class Handshakes {
  readonly #options: Options
  readonly #sockets: WebSocketServer
  /** Those that are under way, for what `ws` itself finds wrong with one. */
  readonly #upgrades = new WeakMap<Duplex, Upgrade>()
  readonly #maxMessageBytes: number
  #connections = 0

  constructor(options: Options) {
    this.#options = options
    this.#maxMessageBytes = options.maxMessageBytes ?? MAX_MESSAGE_BYTES
    this.#sockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: this.#maxMessageBytes,
    })
    this.#sockets.on('wsClientError', (error, socket) => {
      const upgrade = this.#upgrades.get(socket)
      const reason = error.message
      if (upgrade) refuseAs(upgrade, {answer: text(400, `${reason}.`), reason})
    })
  }

  /** How many sockets are open. */
  get open(): number {
    return this.#sockets.clients.size
  }

  take(
    request: IncomingMessage,
    {socket, head}: {readonly socket: Duplex; readonly head: Buffer},
  ): void {
    // Before anything else: a client that resets now would end the process.
    socket.on('error', ignore)
    const {access, paths, maxCalls, trustProxy, isClosing} = this.#options
    const {path} = targetOf(request)
    const peer = peerOf(request, trustProxy)
    const upgrade = this.#identified({socket, path: paths.shown(path), peer: peer.address})
    this.#upgrades.set(socket, upgrade)
    const refusal = refusalOf(request, {
      ...{peer, paths, access, maxCalls},
      openStreams: this.open,
      isClosing: isClosing(),
    })
    if (refusal) refuseAs(upgrade, refusal)
    else this.#accept(request, {head, upgrade})
  }

  #identified(asked: Pick<Upgrade, 'socket' | 'path' | 'peer'>): Upgrade {
    const {runId = 'c', log} = this.#options
    this.#connections += 1
    const connection = `${runId}-${String(this.#connections)}`
    return {...asked, connection, log: log.child({connection})}
  }

  #accept(
    request: IncomingMessage,
    {head, upgrade}: {readonly head: Buffer; readonly upgrade: Upgrade},
  ): void {
    const {socket, connection, path: shownPath, peer, log} = upgrade
    const {access} = this.#options
    const {path, query} = targetOf(request)
    this.#sockets.handleUpgrade(request, socket, head, (ws) => {
      socket.off('error', ignore)
      log.info({category: 'CONNECTION', path: shownPath, peer}, 'stream accepted')
      this.#options.streams.accept(ws, {
        under: {socket, maxMessageBytes: this.#maxMessageBytes},
        ...{connection, path, shownPath, peer, query, log},
        pathParameters: this.#options.paths.match(path)?.pathParameters ?? {},
        authorization: access?.asksCredentials ? undefined : request.headers.authorization,
        urlSampleRateHz: sampleRateOf(query),
      })
    })
  }
}

function refuseAs({socket, connection, path, peer, log}: Upgrade, {answer, reason}: Refusal): void {
  const values = {category: 'CONNECTION', path, peer, status: answer.status}
  log.warn({...values, reason}, 'upgrade refused')
  refuse(socket, {...answer, headers: {...answer.headers, 'x-connection-id': connection}})
}

function ignore(): void {
  // The close that follows an error tells all there is to tell.
}
