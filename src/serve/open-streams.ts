import {once} from 'node:events'

import type {WebSocket} from 'ws'

import type {Clock} from '../clock.js'
import type {BotStreamEvent, StreamWatch} from '../stream/bot/stream-watch.js'
import {type Accepted as AcceptedSocket, overWebSocket} from '../stream/socket.js'
import type {ExotelRoutes} from './exotel/routes.js'
import {type LifeOptions, type LivingSocket, watchLife} from './life.js'
import type {OpenStream, StreamContext, StreamEnd} from './open-stream.js'

/** What a bot and its caller get to end in order. */
const DRAIN_MS = 5000
/** What a socket that was dropped gets to say so, for whoever keeps the record of its stream. */
const DROP_MS = 1000

/** What is known of a stream before its first message. */
export type AcceptedStream = {
  readonly connection: string
  /** As it was dialled, without its query and what is secret in it. */
  readonly path: string
  /** The address of the caller. */
  readonly peer: string
  readonly startedAt: Date
}

export type LifeLimits = Pick<LifeOptions, 'pingMs' | 'idleMs' | 'maxMs'>

type Options = {
  readonly open: OpenStream
  readonly clock: Clock
  readonly life: LifeLimits
  /** Who keeps what happens on a stream. */
  readonly watch: ((stream: AcceptedStream) => StreamWatch) | undefined
  readonly routes: ExotelRoutes
}

/** What the upgrade knew of a stream, and who called. */
type Accepted = Omit<StreamContext, 'watch' | 'customerOf'> & {
  /** Under the WebSocket. */
  readonly under: Omit<AcceptedSocket, 'messageCame'>
  /** The path as it may be told and kept. */
  readonly shownPath: string
  readonly peer: string
}

/** The streams that are open, from their upgrade to the end of their bots. */
export class OpenStreams {
  readonly #options: Options
  readonly #ends = new Set<StreamEnd>()
  readonly #sockets = new Set<WebSocket>()

  constructor(options: Options) {
    this.#options = options
  }

  accept(ws: WebSocket, {under, ...accepted}: Accepted): void {
    const {open, clock, life} = this.#options
    const {log, connection} = accepted
    let messageCame: () => void = ignore
    const socket = overWebSocket(ws, undefined, {
      ...under,
      messageCame: () => {
        messageCame()
      },
    })
    const end = open(socket, {
      ...accepted,
      customerOf: (callSid) => this.#options.routes.customerOf({callSid, connection}),
      watch: this.#watchOf(accepted),
    })
    this.#ends.add(end)
    this.#sockets.add(ws)
    ws.once('close', () => this.#sockets.delete(ws))
    const living: LivingSocket = {
      on(event, listener) {
        // Most messages are read past `ws`.
        if (event === 'message') messageCame = listener
        return ws.on(event, listener)
      },
      once: (event, listener) => ws.once(event, listener),
      ping: () => {
        ws.ping()
      },
    }
    watchLife(living, end, {...life, clock, log})
    end.done
      .catch((error: unknown) => {
        log.error({category: 'ERROR', err: error}, 'a stream did not end in order')
      })
      .finally(() => this.#ends.delete(end))
      .catch(ignore)
  }

  /** Closes all with 1001; who has not ended some seconds later is dropped. */
  async drain(reason: string): Promise<void> {
    for (const end of this.#ends) end.close(1001, reason)
    await this.#within(
      DRAIN_MS,
      [...this.#ends].map(({done}) => done),
    )
    const closed = [...this.#sockets].map((ws) => once(ws, 'close'))
    for (const end of this.#ends) end.terminate()
    await this.#within(DROP_MS, closed)
  }

  async #within(ms: number, all: readonly Promise<unknown>[]): Promise<void> {
    const {clock} = this.#options
    const settled = new AbortController()
    await Promise.race([
      Promise.allSettled(all),
      clock.sleepUntil(clock.now() + ms, settled.signal).catch(ignore),
    ])
    settled.abort()
  }

  /** A Passthru that waits for its stream hears of it even if the bot asks nothing about the customer. */
  #watchOf(accepted: Omit<Accepted, 'under'>): StreamWatch {
    const {connection, shownPath: path, peer} = accepted
    const {watch, routes, clock} = this.#options
    const kept = watch?.({connection, path, peer, startedAt: clock.wallNow()})
    const watchAll = (event: BotStreamEvent) => {
      if (event.type === 'started' || event.type === 'identified') {
        routes.streamStarted(event.identity.callSid)
      }
      kept?.(event)
    }
    return Object.assign(watchAll, {ignoresMessages: kept?.ignoresMessages ?? !kept})
  }
}

function ignore(): void {
  // The log has it.
}
