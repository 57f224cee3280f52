import {createHook} from 'node:async_hooks'
import {setImmediate as nextTurn, setTimeout as delay} from 'node:timers/promises'

/** Time as the code under it sees it. */
export type Clock = {
  /** Milliseconds, monotonic; only differences mean something. */
  now(): number
  /** The wall clock, for reports and file names. */
  wallNow(): Date
  /** Resolves at the deadline or as soon after it as it can; rejects when the signal aborts first. */
  sleepUntil(deadline: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => new Date(),
  async sleepUntil(deadline, signal) {
    signal?.throwIfAborted()
    // Who is late lets what has arrived meanwhile be handled first, or it would never be.
    if (deadline <= performance.now()) await nextTurn()
    // Again and again, because a timer may fire a moment early and cannot be set for months.
    for (;;) {
      const waitMs = Math.min(Math.ceil(deadline - performance.now()), LONGEST_TIMER_MS)
      if (!(waitMs > 0)) return
      await delay(waitMs, undefined, signal ? {signal} : undefined).catch((error: unknown) => {
        // Node rejects with an error of its own; who aborted is told by the signal.
        signal?.throwIfAborted()
        throw error
      })
    }
  },
}

const LONGEST_TIMER_MS = 2 ** 31 - 1

export type VirtualClock = Clock & {
  /**
   * Runs the work in virtual time: whenever nothing more can happen at this moment, time jumps to
   * the earliest deadline anyone sleeps for. Same work, same order, every time. Time stands still
   * while a file is read or written; it knows nothing of timers and sockets, and does not wait for them.
   */
  run<T>(work: () => Promise<T>): Promise<T>
}

type Sleeper = {
  readonly deadline: number
  readonly order: number
  /** True when its signal came first: nobody sleeps here any more. */
  isAborted: boolean
  wake(): void
}

/** @param startedAt what the wall clock shows at virtual time 0 */
export function virtualClock(startedAt = new Date('2026-01-01T00:00:00Z')): VirtualClock {
  const sleepers = new DeadlineHeap<Sleeper>()
  let time = 0
  let order = 0

  return {
    now: () => time,
    wallNow: () => new Date(startedAt.getTime() + time),
    sleepUntil(deadline, signal) {
      if (signal?.aborted) return Promise.reject(asError(signal.reason))
      if (deadline <= time) return Promise.resolve()
      return new Promise((resolve, reject) => {
        const wake = () => {
          signal?.removeEventListener('abort', abort)
          resolve()
        }
        const sleeper = {deadline, order: order++, isAborted: false, wake}
        const abort = () => {
          sleeper.isAborted = true
          reject(asError(signal?.reason))
        }
        signal?.addEventListener('abort', abort, {once: true})
        sleepers.push(sleeper)
      })
    },
    async run(work) {
      const state = {isRunning: true}
      const result = work().finally(() => {
        state.isRunning = false
      })
      // A rejection is the caller's to see, below; here it only ends the loop.
      result.catch(() => undefined)
      const disk = watchDisk()
      try {
        for (;;) {
          await nextTurn()
          if (!state.isRunning) return await result
          if (disk.isBusy()) continue
          const sleeper = sleepers.pop()
          if (!sleeper || sleeper.isAborted) continue
          time = Math.max(time, sleeper.deadline)
          sleeper.wake()
        }
      } finally {
        disk.dispose()
      }
    },
  }
}

type DiskWatch = {
  /** Whether anything in this process waits for a file; a fraction of a microsecond. */
  isBusy(): boolean
  dispose(): void
}

/**
 * Node up to 24 names what is under way between `node:fs` and the disk. Since 26 it leaves out what
 * `readFile` asks for, which is still announced to a hook.
 */
function watchDisk(): DiskWatch {
  const isNamed = () => process.getActiveResourcesInfo().some((name) => DISK_REQUESTS.has(name))
  if (FIRST_TO_HIDE > Number(process.versions.node.split('.', 1)[0])) {
    return {isBusy: isNamed, dispose: () => undefined}
  }
  const unnamed = new Set<number>()
  const forget = (id: number) => unnamed.delete(id)
  const options = {
    // Its types are of Node 20, which does not know it: without it every promise would be told.
    trackPromises: false,
    init(id: number, type: string) {
      if (type === 'FSREQCALLBACK') unnamed.add(id)
    },
    before: forget,
    destroy: forget,
  }
  const hook = createHook(options).enable()
  return {isBusy: () => unnamed.size > 0 || isNamed(), dispose: () => hook.disable()}
}

const FIRST_TO_HIDE = 25

/** As Node names them. */
const DISK_REQUESTS: ReadonlySet<string> = new Set(['FSReqPromise', 'FSReqCallback', 'CloseReq'])

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', {cause: reason})
}

/** A binary heap; equal deadlines leave in the order they came. */
export class DeadlineHeap<T extends {readonly deadline: number; readonly order: number}> {
  readonly #items: T[] = []

  /** The earliest, which stays. */
  get first(): T | undefined {
    return this.#items[0]
  }

  push(sleeper: T): void {
    const items = this.#items
    let index = items.push(sleeper) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.#isBefore(index, parent)) return
      this.#swap(index, parent)
      index = parent
    }
  }

  pop(): T | undefined {
    const items = this.#items
    this.#swap(0, items.length - 1)
    const first = items.pop()
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      if (left >= items.length) return first
      const right = left + 1
      const child = right < items.length && this.#isBefore(right, left) ? right : left
      if (!this.#isBefore(child, index)) return first
      this.#swap(index, child)
      index = child
    }
  }

  #isBefore(left: number, right: number): boolean {
    const one = this.#items[left]
    const other = this.#items[right]
    if (!one || !other) return false
    return (
      one.deadline < other.deadline || (one.deadline === other.deadline && one.order < other.order)
    )
  }

  #swap(left: number, right: number): void {
    const one = this.#items[left]
    const other = this.#items[right]
    if (!one || !other) return
    this.#items[left] = other
    this.#items[right] = one
  }
}
