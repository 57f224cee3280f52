type Waiter = {
  readonly isMet: () => boolean
  readonly deadlineMs: number
  settle(met: boolean): void
  fail(error: Error): void
}

/** Who waits on a line for something to be heard, or for a time. */
export class Waiters {
  readonly #waiters: Waiter[] = []

  get isEmpty(): boolean {
    return this.#waiters.length === 0
  }

  /** True once it is met; false when it was not by the deadline. */
  until(isMet: () => boolean, deadlineMs: number): Promise<boolean> {
    return new Promise((settle, fail) => {
      this.#waiters.push({isMet, deadlineMs, settle, fail})
    })
  }

  /** Returns whether somebody waits no longer. */
  wake(nowMs: number): boolean {
    let left = 0
    for (const waiter of this.#waiters) {
      if (waiter.isMet()) waiter.settle(true)
      else if (nowMs >= waiter.deadlineMs) waiter.settle(false)
      else this.#waiters[left++] = waiter
    }
    const hasWoken = left < this.#waiters.length
    // To set a length takes longer than all the rest of a tick in which nobody is woken.
    if (hasWoken) this.#waiters.length = left
    return hasWoken
  }

  /** Whether that would wake somebody. */
  wouldWake(nowMs: number): boolean {
    return this.#waiters.some(({isMet, deadlineMs}) => nowMs >= deadlineMs || isMet())
  }

  fail(error: () => Error): void {
    for (const waiter of this.#waiters.splice(0)) waiter.fail(error())
  }
}
