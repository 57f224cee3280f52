import {type Clock, DeadlineHeap} from '../../clock.js'
import {type Slot, Slots} from './slots.js'
import {type Advance, type Beat, Ticking} from './ticking.js'

/**
 * The time of all calls of a thread: one timer for whoever sleeps, and a place in the frame for each
 * call. Make one a thread, give it to every call as its `clock`, and as its `pacer` too, so that it
 * begins at a moment of its own.
 */
export type Pacer = Clock & {
  /** A place among the calls whose frames have that length; whoever took it gives it back. */
  slot(frameMs: number): Slot
  /** Advances a call at `startAt`, and from then on whenever it has asked for, until it has ended. */
  every(startAt: number, advance: Advance): Beat
}

type Sleeper = {
  readonly deadline: number
  readonly order: number
  readonly wake: () => void
}

/**
 * Thousands that sleep on one clock each have a timer, a promise of Node's and its bookkeeping; here
 * they share one timer, set to the earliest deadline.
 * @param clock whose time it is; it is slept on by the pacer alone
 */
export function pacerOver(clock: Clock): Pacer {
  const sleepers = new Sleepers(clock)
  const slots = new Map<number, Slots>()
  const ticking = new Ticking(clock)
  return {
    now: () => clock.now(),
    wallNow: () => clock.wallNow(),
    sleepUntil(deadline, signal) {
      return signal ? sleepers.abortable(deadline, signal) : sleepers.sleep(deadline)
    },
    slot(frameMs) {
      const known = slots.get(frameMs) ?? new Slots(frameMs)
      slots.set(frameMs, known)
      return known.take()
    },
    every: (startAt, advance) => ticking.every(startAt, advance),
  }
}

class Sleepers {
  readonly #clock: Clock
  readonly #heap = new DeadlineHeap<Sleeper>()
  /** Who was late when it came: it is woken once what has arrived meanwhile was handled. */
  #late: (() => void)[] = []
  /** The earliest deadline that the clock itself was asked for. */
  #armedFor = Number.POSITIVE_INFINITY
  #order = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  sleep(deadline: number): Promise<void> {
    return new Promise((resolve) => {
      this.#add(deadline, resolve)
    })
  }

  abortable(deadline: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        reject(asError(signal.reason))
      }
      if (signal.aborted) {
        abort()
        return
      }
      signal.addEventListener('abort', abort, {once: true})
      this.#add(deadline, () => {
        signal.removeEventListener('abort', abort)
        resolve()
      })
    })
  }

  #add(deadline: number, wake: () => void): void {
    if (deadline <= this.#clock.now()) {
      this.#addLate(deadline, wake)
      return
    }
    this.#heap.push({deadline, order: this.#order++, wake})
    this.#arm(deadline)
  }

  #addLate(deadline: number, wake: () => void): void {
    this.#late.push(wake)
    if (this.#late.length > 1) return
    // The clock itself lets what has arrived go first, when it is asked for a deadline that has passed.
    void this.#clock.sleepUntil(deadline).then(() => {
      const late = this.#late
      this.#late = []
      for (const one of late) one()
    })
  }

  #arm(deadline: number): void {
    if (deadline >= this.#armedFor) return
    this.#armedFor = deadline
    void this.#clock.sleepUntil(deadline).then(() => {
      this.#wakeDue(deadline)
    })
  }

  #wakeDue(armedFor: number): void {
    const now = this.#clock.now()
    for (let next = this.#heap.first; next && next.deadline <= now; next = this.#heap.first) {
      this.#heap.pop()
      next.wake()
    }
    // A timer that was set before an earlier one finds nothing left to do.
    if (armedFor === this.#armedFor) this.#armedFor = Number.POSITIVE_INFINITY
    const next = this.#heap.first
    if (next) this.#arm(next.deadline)
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', {cause: reason})
}
