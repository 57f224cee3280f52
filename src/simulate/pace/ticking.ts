import type {Clock} from '../../clock.js'
import {PACKET_MS} from '../../protocol/limits.js'

/** What of a call's ticks is to be made now, by when each of them was meant. */
export type Due = {
  /** The last moment. */
  readonly until: number
  /** When what was put off would have been made at its time: later than that where this thread was away. */
  readonly madeAt: (at: number) => number
}

/** Makes the ticks that are due; returns the moment of the next that may not wait, nothing after the last. */
export type Advance = (due: Due) => number | undefined

/** The ticks of one call. */
export type Beat = {
  /** Resolves after the last; rejects with what one of them throws. */
  readonly over: Promise<void>
  /** Makes the ticks that were put off until now, before something else is done. */
  readonly catchUp: () => void
  /** The next that may not wait is at that moment, if it was not to be earlier. */
  readonly hasten: (at: number) => void
}

type Ticker = {
  nextAt: number
  readonly advance: Advance
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
  /** False while it ticks, and after the last tick. */
  isWaiting: boolean
  before: Ticker | undefined
  after: Ticker | undefined
}

/** A lateness that is told, and blurs what is measured around it. Asleep for longer, a thread cannot tell that it was away. */
const LATE_MS = 5
/** Less than any two moments of a clock are apart. */
const AN_INSTANT_MS = 1e-6
/** So long ago nothing is that could still be put off. */
const LONGEST_PUT_OFF_MS = 1000

/** What was due behind `from` and until `until` could only be made at `at`. */
type LateRound = {readonly from: number; readonly until: number; readonly at: number}

/**
 * The ticks of all calls of a thread, in a list by their deadlines. Nearly all have one period, so that
 * whoever has ticked goes to the end of it: no heap is needed, and no promise a tick. A call may put off
 * ticks of which nothing can come, and make five at once: of a thousand calls each has to be fetched into
 * the cache anew, which takes longer than the tick itself.
 */
export class Ticking {
  readonly #clock: Clock
  #first: Ticker | undefined
  #last: Ticker | undefined
  /** What was due before has been made, or put off in time: the moment that the clock was asked for, or one in the past. */
  #frontier = Number.POSITIVE_INFINITY
  /** How often the clock was asked. */
  #asked = 0
  #isTicking = false
  #lateRounds: LateRound[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Advances a call at `startAt`, and from then on whenever it has asked for. */
  every(startAt: number, advance: Advance): Beat {
    let ticker: Ticker | undefined
    const over = new Promise<void>((resolve, reject) => {
      const [before, after] = [undefined, undefined]
      ticker = {nextAt: startAt, advance, resolve, reject, isWaiting: false, before, after}
      this.#insert(ticker)
      this.#arm()
    })
    return {
      over,
      catchUp: () => {
        if (ticker?.isWaiting) this.#catchUp(ticker)
      },
      hasten: (at) => {
        if (ticker?.isWaiting && at < ticker.nextAt) this.#move(ticker, at)
      },
    }
  }

  /** What is overdue keeps its place behind what has come: that came in time. */
  #catchUp(ticker: Ticker): void {
    const until = Math.min(this.#clock.now(), this.#frontier - AN_INSTANT_MS)
    // Out of order it keeps its place until it asks for another, which it seldom does.
    ticker.isWaiting = false
    const nextAt = this.#advance(ticker, until)
    ticker.isWaiting = true
    if (nextAt === undefined) this.#takeOut(ticker)
    else if (nextAt !== ticker.nextAt) this.#move(ticker, nextAt)
  }

  #move(ticker: Ticker, at: number): void {
    this.#takeOut(ticker)
    ticker.nextAt = at
    this.#insert(ticker)
    this.#arm()
  }

  /** From the end, where nearly all belong, or from the beginning where that is nearer. */
  #insert(ticker: Ticker): void {
    const {nextAt} = ticker
    const middle = ((this.#first?.nextAt ?? 0) + (this.#last?.nextAt ?? 0)) / 2
    const before = nextAt < middle ? this.#fromFirst(nextAt) : this.#fromLast(nextAt)
    const after = before ? before.after : this.#first
    ticker.before = before
    ticker.after = after
    ticker.isWaiting = true
    if (before) before.after = ticker
    else this.#first = ticker
    if (after) after.before = ticker
    else this.#last = ticker
  }

  /** The last that is not later. */
  #fromLast(nextAt: number): Ticker | undefined {
    let before = this.#last
    while (before && before.nextAt > nextAt) before = before.before
    return before
  }

  #fromFirst(nextAt: number): Ticker | undefined {
    let after = this.#first
    while (after && after.nextAt <= nextAt) after = after.after
    return after ? after.before : this.#last
  }

  #takeOut(ticker: Ticker): void {
    const {before, after} = ticker
    if (before) before.after = after
    else this.#first = after
    if (after) after.before = before
    else this.#last = before
    ticker.isWaiting = false
  }

  /** Before the next deadline too, so that it is known when this thread was away. */
  #arm(): void {
    const first = this.#first
    if (!first || this.#isTicking) return
    const deadline = Math.min(first.nextAt, this.#clock.now() + LATE_MS)
    if (deadline >= this.#frontier) return
    this.#frontier = deadline
    this.#asked += 1
    const asked = this.#asked
    void this.#clock.sleepUntil(deadline).then(() => {
      // One that was asked for before an earlier one finds nothing left to do.
      if (asked === this.#asked) void this.#tickDue()
    })
  }

  async #tickDue(): Promise<void> {
    this.#isTicking = true
    const first = this.#frontier
    // After a stall of ours the bots' messages lie unread: they came in time, and go first.
    if (this.#clock.now() - first > PACKET_MS) await this.#clock.sleepUntil(first)
    while (this.#tickUntil(this.#clock.now())) await this.#clock.sleepUntil(first)
    this.#isTicking = false
    this.#frontier = Number.POSITIVE_INFINITY
    this.#arm()
  }

  /** Makes what is due, of a stall 20 ms of it; returns whether there is more, before which others have their turn. */
  #tickUntil(now: number): boolean {
    const from = this.#frontier
    const until = Math.min(now, from + PACKET_MS - AN_INSTANT_MS)
    if (now - from > LATE_MS) this.#lateRounds.push({from, until, at: now})
    this.#forgetLateRounds(now)
    const isInterrupted = this.#round(until)
    this.#frontier = isInterrupted ? from : until + AN_INSTANT_MS
    return this.#first !== undefined && (isInterrupted || until < now)
  }

  #forgetLateRounds(now: number): void {
    const [first] = this.#lateRounds
    if (!first || first.at > now - LONGEST_PUT_OFF_MS) return
    this.#lateRounds = this.#lateRounds.filter(({at}) => at > now - LONGEST_PUT_OFF_MS)
  }

  readonly #madeAt = (at: number): number =>
    this.#lateRounds.find(({from, until}) => at >= from && at <= until)?.at ?? at

  /** Everyone who is due; returns whether what a tick gave rise to has to happen before the next. */
  #round(until: number): boolean {
    for (let first = this.#first; first && first.nextAt <= until; first = this.#first) {
      this.#takeOut(first)
      const nextAt = this.#advance(first, until)
      if (nextAt === undefined) continue
      first.nextAt = nextAt
      this.#insert(first)
      if (nextAt <= until) return true
    }
    return false
  }

  /** Nothing after the last tick. */
  #advance({advance, resolve, reject}: Ticker, until: number): number | undefined {
    try {
      const nextAt = advance({until, madeAt: this.#madeAt})
      if (nextAt === undefined) resolve()
      return nextAt
    } catch (error) {
      reject(error)
      return undefined
    }
  }
}
