import type {Clock} from '../../../clock.js'
import type {CallEnded, CallOrder, Crew} from '../crew/crew.js'
import type {Openings} from './openings.js'

/** The next call of the plan; undefined when all have been made. */
export type NextCall = () => Pick<CallOrder, 'index' | 'scenario'> | undefined

/** Which step of a search a call belongs to. */
type Marks = Pick<CallOrder, 'level' | 'isOverload'>

type TrafficOptions = {
  readonly clock: Clock
  readonly crew: Pick<Crew, 'begin'>
  readonly next: NextCall
}

/**
 * Begins calls as places open for them, and knows which are under way. It never waits for a call:
 * one that is due is begun at once, and whoever makes it says how late that was.
 */
export class Traffic {
  readonly #options: TrafficOptions
  readonly #running = new Map<number, CallOrder>()
  #openings: Openings | undefined
  #marks: Marks = {}
  #wake: AbortController | undefined

  constructor(options: TrafficOptions) {
    this.#options = options
  }

  get running(): number {
    return this.#running.size
  }

  /** To be told of every call that has ended. */
  ended({order, endedAt}: CallEnded): void {
    if (!this.#running.delete(order.index)) return
    this.#openings?.freed(endedAt)
    this.stir()
  }

  /** Where calls begin from now on, and which step of a search they belong to. */
  follow(openings: Openings, marks: Marks = {}): void {
    this.#openings = openings
    this.#marks = marks
    this.stir()
  }

  /** Looks anew at what is due. */
  stir(): void {
    this.#wake?.abort()
  }

  /** Begins what is due until `isOver` says so; false when the plan has no more calls. */
  async begin(isOver: () => boolean, until = Infinity): Promise<boolean> {
    const {clock} = this.#options
    while (!isOver() && clock.now() < until) {
      const due = this.#openings?.due() ?? Infinity
      if (due >= until || due > clock.now()) await this.#sleepUntil(Math.min(due, until))
      else if (!this.#beginAt(due)) return false
    }
    return true
  }

  /** Resolves when no call is under way. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await this.#sleepUntil(Infinity)
  }

  #beginAt(startAt: number): boolean {
    const call = this.#options.next()
    if (!call) return false
    this.#openings?.take()
    const order = {...call, startAt, ...this.#marks}
    this.#running.set(order.index, order)
    this.#options.crew.begin(order)
    return true
  }

  /** Until then, or until something has happened. */
  async #sleepUntil(deadline: number): Promise<void> {
    const wake = new AbortController()
    this.#wake = wake
    await this.#options.clock.sleepUntil(deadline, wake.signal).catch((error: unknown) => {
      if (!wake.signal.aborted) throw error
    })
    this.#wake = undefined
  }
}
