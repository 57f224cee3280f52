import type {Clock} from '../clock.js'
import {PACKET_MS} from '../protocol/limits.js'

type Ticker = {
  nextAt: number
  /** False where it was the last. */
  readonly tick: () => boolean
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
  before: Ticker | undefined
  after: Ticker | undefined
}

/**
 * The ticks of all calls of a thread, in a list by their deadlines. All have one period, so that whoever
 * has ticked goes to the end of it: no heap is needed, and no promise a tick.
 */
export class Ticking {
  readonly #clock: Clock
  #first: Ticker | undefined
  #last: Ticker | undefined
  /** The earliest deadline that the clock was asked for. */
  #armedFor = Number.POSITIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Ticks at `startAt` and every 20 ms from then on, until a tick says that it was the last. */
  every(startAt: number, tick: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const [before, after] = [undefined, undefined]
      this.#insert({nextAt: startAt, tick, resolve, reject, before, after})
      this.#arm()
    })
  }

  /** From the end, where nearly all belong. */
  #insert(ticker: Ticker): void {
    let before = this.#last
    while (before && before.nextAt > ticker.nextAt) before = before.before
    const after = before ? before.after : this.#first
    ticker.before = before
    ticker.after = after
    if (before) before.after = ticker
    else this.#first = ticker
    if (after) after.before = ticker
    else this.#last = ticker
  }

  #takeFirst(first: Ticker): void {
    this.#first = first.after
    if (first.after) first.after.before = undefined
    else this.#last = undefined
  }

  #arm(): void {
    const deadline = this.#first?.nextAt ?? Number.POSITIVE_INFINITY
    if (deadline >= this.#armedFor) return
    this.#armedFor = deadline
    void this.#clock.sleepUntil(deadline).then(() => {
      // One that was set before an earlier one finds nothing left to do.
      if (deadline === this.#armedFor) void this.#tickDue()
    })
  }

  async #tickDue(): Promise<void> {
    for (let first = this.#first; first; first = this.#first) {
      const now = this.#clock.now()
      if (first.nextAt > now) break
      // After a stall of ours the bots' messages lie unread: they came in time, and go first.
      if (now - first.nextAt > PACKET_MS) await this.#clock.sleepUntil(first.nextAt)
      this.#round(this.#clock.now())
    }
    this.#armedFor = Number.POSITIVE_INFINITY
    this.#arm()
  }

  /** Everyone who is due, until one is so late that what has come goes first. */
  #round(now: number): void {
    const untilMs = (this.#first?.nextAt ?? now) + PACKET_MS
    for (let first = this.#first; first; first = this.#first) {
      if (first.nextAt > now || first.nextAt >= untilMs) return
      this.#takeFirst(first)
      if (tickOf(first)) {
        first.nextAt += PACKET_MS
        this.#insert(first)
      }
    }
  }
}

function tickOf({tick, resolve, reject}: Ticker): boolean {
  try {
    if (tick()) return true
    resolve()
  } catch (error) {
    reject(error)
  }
  return false
}
