import type {Clock} from '../../clock.js'
import type {Random} from '../../random.js'
import type {StreamSocket} from '../socket.js'

/**
 * A bad line between the caller and the bot, as far as a WebSocket shows it: messages come late and
 * in bursts, never out of order. No measured distribution is public; these figures are a policy.
 */
const ROUGH_NETWORK = {
  /** Each message waits up to this long. */
  jitterMs: 40,
  /** One message in a hundred begins a stall of 200 to 500 ms, and what waited comes at once. */
  stallShare: 0.01,
  shortestStallMs: 200,
  longestStallMs: 500,
  /** Of the caller's frames, lost before they reach the stream: their numbers are skipped. */
  lossShare: 0.005,
  /** Of the calls, which end in a broken connection where the caller would have hung up. */
  abruptEndShare: 0.1,
} as const

export type RoughNetwork = {
  readonly isLost: () => boolean
  readonly endsAbruptly: boolean
  /** The socket behind the bad line: what Exotel sends is delayed, what the bot sends is not. */
  over(socket: StreamSocket, clock: Clock): StreamSocket
}

/** One bad line; the same random gives the same line. */
export function roughNetwork(random: Random): RoughNetwork {
  const loss = random.fork('loss')
  return {
    isLost: () => loss.next() < ROUGH_NETWORK.lossShare,
    endsAbruptly: random.fork('end').next() < ROUGH_NETWORK.abruptEndShare,
    over: (socket, clock) => new RoughSocket(socket, clock, random.fork('delay')),
  }
}

type Waiting = {readonly dueAt: number; readonly leave: () => void}

class RoughSocket implements StreamSocket {
  readonly #socket: StreamSocket
  readonly #clock: Clock
  readonly #random: Random
  readonly #waiting: Waiting[] = []
  readonly #gone = new AbortController()
  #stalledUntil = Number.NEGATIVE_INFINITY
  #isPumping = false

  constructor(socket: StreamSocket, clock: Clock, random: Random) {
    this.#socket = socket
    this.#clock = clock
    this.#random = random
  }

  send(text: string, isBinary?: boolean): void {
    const dueAt = this.#dueAt(this.#clock.now())
    this.#later(dueAt, () => {
      this.#socket.send(text, isBinary)
    })
  }

  /** Behind all that was sent before it. */
  close(code: number, reason?: string): void {
    this.#later(this.#clock.now(), () => {
      this.#socket.close(code, reason)
    })
  }

  terminate(): void {
    this.#gone.abort()
    this.#waiting.length = 0
    this.#socket.terminate()
  }

  pause(): void {
    this.#socket.pause()
  }

  dropped(): number {
    return this.#socket.dropped()
  }

  listen(listener: Parameters<StreamSocket['listen']>[0]): void {
    this.#socket.listen(listener)
  }

  #dueAt(now: number): number {
    const {jitterMs, stallShare, shortestStallMs, longestStallMs} = ROUGH_NETWORK
    const jitteredAt = now + this.#random.next() * jitterMs
    if (now >= this.#stalledUntil && this.#random.next() < stallShare) {
      const spread = longestStallMs - shortestStallMs
      this.#stalledUntil = now + shortestStallMs + this.#random.next() * spread
    }
    return Math.max(jitteredAt, this.#stalledUntil)
  }

  #later(dueAt: number, leave: () => void): void {
    this.#waiting.push({dueAt, leave})
    if (!this.#isPumping) void this.#pump()
  }

  /** One after another: who is due before the one in front leaves right behind it. */
  async #pump(): Promise<void> {
    this.#isPumping = true
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      try {
        await this.#clock.sleepUntil(next.dueAt, this.#gone.signal)
      } catch {
        // The connection is gone, and with it what waited.
        return
      }
      if (this.#waiting.shift()) next.leave()
    }
    this.#isPumping = false
  }
}
