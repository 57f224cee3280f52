import type {Clock} from '../../clock.js'
import {PACKET_MS} from '../../protocol/limits.js'

/**
 * One beat of 20 ms for all the streams of a relay: a hundred timers would cost more than all the
 * looking. It also tells when this process itself is late, so that no bot is blamed for it.
 */
export class Beat {
  readonly #clock: Clock
  readonly #streams = new Set<() => void>()
  #dueAt = 0
  #isBeating = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls `beat` every 20 ms from now on, until the function that is returned is called. */
  join(beat: () => void): () => void {
    this.#streams.add(beat)
    if (!this.#isBeating) void this.#run()
    return () => {
      this.#streams.delete(beat)
    }
  }

  /** By how much the beat that is due is late. */
  get lateMs(): number {
    return Math.max(0, this.#clock.now() - this.#dueAt)
  }

  /** Ends by itself, 20 ms after the last stream. */
  async #run(): Promise<void> {
    this.#isBeating = true
    this.#dueAt = this.#clock.now() + PACKET_MS
    while (this.#streams.size > 0) {
      await this.#clock.sleepUntil(this.#dueAt)
      for (const beat of this.#streams) beat()
      const missed = Math.floor(this.lateMs / PACKET_MS)
      this.#dueAt += (missed + 1) * PACKET_MS
    }
    this.#isBeating = false
  }
}
