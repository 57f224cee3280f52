import type {Shard} from '../../../report/load-report.js'
import {type ConcurrencyArrivals, placeOpensAt, type RateArrivals, startOf} from './arrivals.js'
import {indexInPlan, shareOf} from '../plan/shard.js'

/** Where a call may begin: since when, on the clock of the run. What is taken is gone. */
export type Openings = {
  /** The earliest that nobody has taken; undefined while there is none. */
  due(): number | undefined
  take(): void
  /** A call has ended, and its place is free since then. */
  freed(at: number): void
}

/** A call that ends makes room for the next; how many places there are can be changed at any time. */
export class Places implements Openings {
  /** Ascending. */
  readonly #free: number[] = []
  #taken = 0
  #wanted = 0

  /** How many places there are, taken or free; more than are wanted while their calls still run. */
  get count(): number {
    return this.#taken + this.#free.length
  }

  /** Whether as many calls run as are wanted. */
  get isReached(): boolean {
    return this.#free.length === 0 && this.#taken === this.#wanted
  }

  /** @param opensAt when the place of this number, from 0, is there to be taken */
  resize(count: number, opensAt: (place: number) => number): void {
    this.#wanted = count
    for (let place = this.count; place < count; place += 1) this.#insert(opensAt(place))
    // The latest go first: they are the furthest from being taken.
    while (this.#free.length > 0 && this.count > count) this.#free.pop()
  }

  due(): number | undefined {
    return this.#free[0]
  }

  take(): void {
    if (this.#free.shift() === undefined) throw new RangeError('there is no free place')
    this.#taken += 1
  }

  freed(at: number): void {
    this.#taken -= 1
    if (this.count < this.#wanted) this.#insert(at)
  }

  /** From the back, where almost all belong. */
  #insert(at: number): void {
    let index = this.#free.length
    while (index > 0 && (this.#free[index - 1] ?? at) > at) index -= 1
    this.#free.splice(index, 0, at)
  }
}

/** This part's places of a run at a fixed concurrency, after its ramp. */
export function placesOf(
  arrivals: ConcurrencyArrivals,
  {startedAt, shard}: {readonly startedAt: number; readonly shard?: Shard | undefined},
): Places {
  const places = new Places()
  places.resize(
    shareOf(arrivals.concurrency, shard),
    (nth) => startedAt + placeOpensAt(indexInPlan(nth, shard), arrivals),
  )
  return places
}

/** Calls start when they are due, whatever became of the others. */
export function dueTimes(
  arrivals: RateArrivals,
  {startedAt, shard}: {readonly startedAt: number; readonly shard?: Shard | undefined},
): Openings {
  let taken = 0
  return {
    due: () => startedAt + startOf(indexInPlan(taken, shard), arrivals),
    take() {
      taken += 1
    },
    freed: () => undefined,
  }
}
