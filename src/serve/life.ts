import type {Clock} from '../clock.js'
import type {Logger} from '../log.js'

/** What is needed of a `WebSocket` to know whether there is still someone at the other end. */
export type LivingSocket = {
  on(event: 'message' | 'ping' | 'pong', listener: () => void): unknown
  once(event: 'close', listener: () => void): unknown
  ping(): void
}

export type LifeOptions = {
  readonly clock: Clock
  readonly log: Logger
  readonly pingMs?: number
  /** So long a stream may stay open without a message, although its pings are answered. */
  readonly idleMs?: number
  readonly maxMs?: number
}

const PING_MS = 30_000
const IDLE_MS = 300_000
/** Exotel ends a stream by then (support.exotel.com 3000132302). */
const MAX_MS = 3_600_000
/**
 * After so many intervals without a pong or a message no one is there: one ping was sent between them,
 * and has had a whole interval to be answered.
 */
const SILENT_INTERVALS = 2

/** Whoever ends a stream. */
type End = {close(code: number, reason?: string): void; terminate(): void}

/**
 * Pings a stream, and ends it when no one is there, when nothing is said, or when it has lasted as long
 * as one may. Whoever sends messages is there, pongs or none. Ends with the socket.
 */
export function watchLife(ws: LivingSocket, end: End, options: LifeOptions): void {
  new Life(ws, end, options).watch().catch((error: unknown) => {
    options.log.error({category: 'ERROR', err: error}, 'a stream could not be watched any longer')
    end.terminate()
  })
}

class Life {
  readonly #ws: LivingSocket
  readonly #end: End
  readonly #clock: Clock
  readonly #log: Logger
  readonly #limits: {readonly pingMs: number; readonly idleMs: number; readonly maxMs: number}
  readonly #openedAt: number
  readonly #closed = new AbortController()
  #messageAt: number
  #pongAt: number
  #pingAt: number

  constructor(ws: LivingSocket, end: End, options: LifeOptions) {
    const {clock, log, pingMs = PING_MS, idleMs = IDLE_MS, maxMs = MAX_MS} = options
    this.#ws = ws
    this.#end = end
    this.#clock = clock
    this.#log = log
    this.#limits = {pingMs, idleMs, maxMs}
    this.#openedAt = clock.now()
    this.#messageAt = this.#openedAt
    this.#pongAt = this.#openedAt
    this.#pingAt = this.#openedAt + pingMs
    const answered = () => {
      this.#pongAt = clock.now()
    }
    ws.on('message', () => {
      this.#messageAt = clock.now()
    })
    ws.on('pong', answered)
    ws.on('ping', answered)
    ws.once('close', () => {
      this.#closed.abort()
    })
  }

  async watch(): Promise<void> {
    for (;;) {
      const nextAt = Math.min(this.#pingAt, this.#lostAt(), this.#idleAt(), this.#endAt())
      if (!(await this.#isOpenAt(nextAt))) return
      // Who was kept from looking lets what has arrived meanwhile be heard first.
      if (this.#clock.now() >= this.#lostAt() && !(await this.#isOpenAt(nextAt))) return
      if (this.#hasEnded()) return
      this.#pingIfDue()
    }
  }

  async #isOpenAt(deadline: number): Promise<boolean> {
    return this.#clock.sleepUntil(deadline, this.#closed.signal).then(
      () => true,
      () => false,
    )
  }

  #hasEnded(): boolean {
    const now = this.#clock.now()
    const {idleMs, maxMs} = this.#limits
    if (now >= this.#endAt()) {
      this.#log.info({category: 'CONNECTION', maxMs}, 'the stream has lasted as long as one may')
      this.#end.close(1000, `a stream lasts ${inWords(maxMs)} at most`)
      return true
    }
    if (now >= this.#lostAt()) {
      const silentMs = Math.round(now - this.#heardAt())
      this.#log.warn(
        {category: 'CONNECTION', silentMs},
        'the connection is half-open; it is dropped',
      )
      this.#end.terminate()
      return true
    }
    if (now >= this.#idleAt()) {
      this.#log.info({category: 'CONNECTION', idleMs}, 'the stream is idle; it is closed')
      this.#end.close(1000, `no message came for ${inWords(idleMs)}`)
      return true
    }
    return false
  }

  #pingIfDue(): void {
    const now = this.#clock.now()
    if (now < this.#pingAt) return
    this.#ws.ping()
    // From now, not from when it was due: after a pause of ours one ping is enough.
    this.#pingAt = now + this.#limits.pingMs
  }

  #heardAt(): number {
    return Math.max(this.#messageAt, this.#pongAt)
  }

  #lostAt(): number {
    return this.#heardAt() + SILENT_INTERVALS * this.#limits.pingMs
  }

  #idleAt(): number {
    return this.#messageAt + this.#limits.idleMs
  }

  #endAt(): number {
    return this.#openedAt + this.#limits.maxMs
  }
}

function inWords(ms: number): string {
  const minutes = ms / 60_000
  return minutes < 2
    ? `${Number((ms / 1000).toFixed(1))} s`
    : `${Number(minutes.toFixed(1))} minutes`
}
