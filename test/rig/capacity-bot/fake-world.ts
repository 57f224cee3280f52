import type {Clock} from '../../../src/clock.js'
import {type Random, seededRandom} from '../../../src/random.js'
import type {CallReport} from '../../../src/report/report.js'
import type {BotUsage, LevelOrder, LevelWorld} from '../../../src/simulate/load/traffic/level.js'
import {answeredCall, closedCall, deadCall, refusedCall, timedOutCall} from './fake-calls.js'
import {levelOf} from './fake-level.js'

/** How a bot fails beyond its capacity; one that tires is slower with each call, and over 2 s at p95 beyond it. */
export type Manner = 'refuses' | 'late' | 'drops' | 'collapses' | 'tires'

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
  /** What becomes of it in the overload; one that is not buried is still listed by the system. */
  readonly overloaded?:
    'dies' | 'dies-unburied' | 'is-replaced' | 'falls-silent' | 'hangs' | 'slows'
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
const DEAD = deadCall()
const HANGING = timedOutCall()
const DIAL_TIMEOUT_MS = 10_000
/** More than before the overload, with each answer. */
const SLOWED_MS = 2300
/** With a tail of this mean one answer in twenty takes over 2 s. */
const TIRED_MS = (2000 - 450) / Math.log(20)
const UNANSWERED = answeredCall({})

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
  #isWrecked = false

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
    const {concurrency, rampMs, holdMs, untilCalls} = order
    const {rigHolds = Infinity, rigLateIn = [], interruptIn} = this.#bot
    // On the way down the calls that are too many end by themselves.
    const fewer = Math.max(0, this.#open - concurrency) / Math.max(1, this.#open)
    if (untilCalls === undefined) this.#now += rampMs + fewer * this.#callMs + holdMs
    this.#open = concurrency
    this.#peak = Math.max(this.#peak, concurrency)
    if (order.index === interruptIn) this.#interrupt.abort()
    if (order.isOverload) this.#isWrecked = this.#bot.overloaded !== undefined
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
    const {process, pooledBytesACall = 0, overloaded} = this.#bot
    if (!process) return Promise.resolve(undefined)
    if (this.#isWrecked && (overloaded === 'dies' || overloaded === 'is-replaced')) {
      return Promise.resolve(undefined)
    }
    if (this.#isWrecked && overloaded === 'dies-unburied') {
      return Promise.resolve({cpuMs: 0, rssBytes: 0, threads: 1})
    }
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
  #slot(slot: number, {concurrency, holdMs, untilCalls}: LevelOrder): readonly CallReport[] {
    const calls: CallReport[] = []
    let at = untilCalls === undefined ? this.#random.next() * this.#callMs : 0
    while (calls.length < (untilCalls ?? Infinity)) {
      const call = this.#call(slot, concurrency)
      at += this.#lastsMs(call)
      if (at > holdMs) break
      calls.push(call)
    }
    if (untilCalls !== undefined) this.#now += Math.min(at, holdMs)
    return calls
  }

  #lastsMs(call: CallReport): number {
    if (call === HANGING) return DIAL_TIMEOUT_MS
    // Who was refused is not dialled again within a second.
    return call.closing === undefined ? 1000 : call.durationMs
  }

  #call(slot: number, concurrency: number): CallReport {
    const {capacity, manner, failEach = Infinity} = this.#bot
    const wrecked = this.#wreckedCall()
    if (wrecked) return wrecked
    if (this.#random.next() < 1 / failEach) return CLOSED
    if (concurrency <= capacity) return this.#answered(concurrency)
    switch (manner) {
      case 'tires':
        return this.#answered(concurrency)
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

  #wreckedCall(): CallReport | undefined {
    const {overloaded} = this.#bot
    if (!this.#isWrecked || overloaded === 'is-replaced') return undefined
    if (overloaded === 'slows') return this.#answered(1, SLOWED_MS)
    if (overloaded === 'hangs') return HANGING
    return overloaded === 'falls-silent' ? UNANSWERED : DEAD
  }

  /** Response times as they are seen: most of them near 700 ms, with a tail to the right, slower when busy. */
  #answered(concurrency: number, moreMs = 0): CallReport {
    const {capacity, manner, outlierEach = Infinity} = this.#bot
    const isOutlier = this.#random.next() < 1 / outlierEach
    const isTired = manner === 'tires'
    const tailMs = isTired ? TIRED_MS * (concurrency / capacity) ** 2 : 150
    const tail = -Math.log(1 - this.#random.next()) * tailMs
    const busyMs = isTired ? 0 : 300 * Math.min(1, concurrency / capacity)
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
