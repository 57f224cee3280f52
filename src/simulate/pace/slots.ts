/** A call's place in the frame: no other sends at that moment while there is another left. */
export type Slot = {
  /** The first moment from `now` on that lies at it. */
  nextAt(now: number): number
  /** The call is over. */
  free(): void
}

/** Slots this far apart are told apart by no timer. */
const SLOT_MS = 0.25

/**
 * Spreads the sends of many calls evenly over the frame: a new one gets the slot that is taken
 * least, and of those the one that the fraction of the golden ratio leads to, which keeps any number
 * of calls that follow each other apart.
 */
export class Slots {
  readonly #frameMs: number
  readonly #taken: Uint32Array
  #given = 0

  constructor(frameMs: number) {
    this.#frameMs = frameMs
    this.#taken = new Uint32Array(Math.round(frameMs / SLOT_MS))
  }

  take(): Slot {
    const index = this.#emptiest()
    this.#taken[index] = this.#at(index) + 1
    const phaseMs = index * SLOT_MS
    let isTaken = true
    return {
      nextAt: (now) => {
        const frames = Math.ceil((now - phaseMs) / this.#frameMs)
        return frames * this.#frameMs + phaseMs
      },
      free: () => {
        if (isTaken) this.#taken[index] = this.#at(index) - 1
        isTaken = false
      },
    }
  }

  #emptiest(): number {
    const slots = this.#taken.length
    const wanted = Math.floor(((this.#given * GOLDEN) % 1) * slots)
    this.#given += 1
    let best = wanted
    for (let step = 1; step < slots && this.#at(best) > 0; step += 1) {
      const index = (wanted + step) % slots
      if (this.#at(index) < this.#at(best)) best = index
    }
    return best
  }

  #at(index: number): number {
    return this.#taken[index] ?? 0
  }
}

const GOLDEN = (Math.sqrt(5) - 1) / 2
