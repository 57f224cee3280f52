import type {Clock} from '../../../src/clock.js'
import {type Random, seededRandom} from '../../../src/random.js'
import type {CallReport} from '../../../src/report/report.js'
import type {BotUsage, LevelOrder, LevelWorld} from '../../../src/simulate/load/traffic/level.js'
import {answeredCall, closedCall, refusedCall} from './fake-calls.js'
import {levelOf} from './fake-level.js'

/** How a bot fails beyond its capacity. */
export type Manner = 'refuses' | 'late' | 'drops' | 'collapses'

export type FakeBot = {
  readonly capacity: number
  readonly manner: Manner
  readonly seed?: number
  /** Without answers: a little over 5 s with the usual one. */
  readonly callMs?: number
  /** One answer in so many is an outlier of 3 s, whatever the load. */
  readonly outlierEach?: number
  /** One call in so many fails, whatever the load. */
  readonly failEach?: number
  /** The bot's process is known, and keeps so much of each call. */
  readonly process?: {readonly keptBytesACall?: number; readonly keptFilesACall?: number}
  /** With so many calls the rig itself is late. */
  readonly rigHolds?: number
  /** In these levels, by their places, the rig is late for a moment. */
  readonly rigLateIn?: readonly number[]
  /** The run is interrupted in this level, by its place. */
  readonly interruptIn?: number
  /** Most memory that a pool keeps, in bytes a call of the highest peak. */
  readonly pooledBytesACall?: number
}

const CLOSED = closedCall()
const REFUSED = refusedCall()

/** A search's world without sockets: what a level shows is a function of its calls, and time only passes. */
export class FakeWorld implements LevelWorld {
  readonly orders: LevelOrder[] = []
  readonly clock: Clock
  readonly #bot: FakeBot
  readonly #random: Random
  readonly #interrupt = new AbortController()
  readonly signal = this.#interrupt.signal
  readonly #made = new Map<number, CallReport>()
  #now = 0
  #open = 0
  #peak = 0
  #calls = 0

  constructor(bot: FakeBot) {
    this.#bot = bot
    this.#random = seededRandom(bot.seed ?? 1)
    this.clock = {
      now: () => this.#now,
      wallNow: () => new Date(this.#now),
      sleepUntil: (deadline) => {
        this.#now = Math.max(this.#now, deadline)
        return Promise.resolve()
      },
    }
  }

  /** The call that is made before the others. */
  alone(): CallReport {
    return this.#answered(1)
  }

  hold(order: LevelOrder): ReturnType<LevelWorld['hold']> {
    this.orders.push(order)
    const {concurrency, rampMs, holdMs} = order
    const {rigHolds = Infinity, rigLateIn = [], interruptIn} = this.#bot
    // On the way down the calls that are too many end by themselves.
    const fewer = Math.max(0, this.#open - concurrency) / Math.max(1, this.#open)
    this.#now += rampMs + fewer * this.#callMs + holdMs
    this.#open = concurrency
    this.#peak = Math.max(this.#peak, concurrency)
    if (order.index === interruptIn) this.#interrupt.abort()
    const calls = Array.from({length: concurrency}, (_, slot) => this.#slot(slot, order)).flat()
    this.#calls += calls.length
    const isLate = concurrency > rigHolds || rigLateIn.includes(order.index)
    return Promise.resolve(levelOf(calls, {durationMs: holdMs, lateMs: isLate ? 180 : 2}))
  }

  drain(): Promise<void> {
    this.#now += this.#callMs
    this.#open = 0
    return Promise.resolve()
  }

  botNow(): Promise<BotUsage | undefined> {
    const {process, pooledBytesACall = 0} = this.#bot
    if (!process) return Promise.resolve(undefined)
    const {keptBytesACall = 0, keptFilesACall = 0} = process
    return Promise.resolve({
      cpuMs: 0,
      rssBytes: 60e6 + keptBytesACall * this.#calls + pooledBytesACall * this.#peak,
      openFiles: 20 + keptFilesACall * this.#calls,
      threads: 11,
    })
  }

  get #callMs(): number {
    return this.#bot.callMs ?? 4400
  }

  /** The calls of one slot that begin after the level has been reached and are over before its end. */
  #slot(slot: number, {concurrency, holdMs}: LevelOrder): readonly CallReport[] {
    const calls: CallReport[] = []
    let at = this.#random.next() * this.#callMs
    for (;;) {
      const call = this.#call(slot, concurrency)
      // Who was refused is not dialled again within a second.
      at += call.closing === undefined ? 1000 : call.durationMs
      if (at > holdMs) return calls
      calls.push(call)
    }
  }

  #call(slot: number, concurrency: number): CallReport {
    const {capacity, manner, failEach = Infinity} = this.#bot
    if (this.#random.next() < 1 / failEach) return CLOSED
    if (concurrency <= capacity) return this.#answered(concurrency)
    switch (manner) {
      case 'refuses':
        return slot < capacity ? this.#answered(concurrency) : REFUSED
      case 'drops':
        return this.#random.next() < (2 * (concurrency - capacity)) / concurrency
          ? CLOSED
          : this.#answered(concurrency)
      case 'late':
        return this.#answered(concurrency, 1200 + 60_000 * (concurrency / capacity - 1))
      case 'collapses':
        return this.#answered(concurrency, 9000)
    }
  }

  /** Response times as they are seen: most of them near 700 ms, with a tail to the right, slower when busy. */
  #answered(concurrency: number, moreMs = 0): CallReport {
    const {capacity, outlierEach = Infinity} = this.#bot
    const isOutlier = this.#random.next() < 1 / outlierEach
    const tail = -Math.log(1 - this.#random.next()) * 150
    const busyMs = 300 * Math.min(1, concurrency / capacity)
    const responseMs = isOutlier ? 3000 : 450 + tail + busyMs + moreMs
    return this.#known(10 * Math.round(responseMs / 10))
  }

  /** Made once for each time, because a search takes thousands. */
  #known(responseMs: number): CallReport {
    const known = this.#made.get(responseMs)
    if (known) return known
    const made = answeredCall({responseMs, durationMs: this.#callMs + responseMs})
    this.#made.set(responseMs, made)
    return made
  }
}
