/**
 * How many streams are open, and the most that were at once, over all threads of the run: they count
 * in the same memory, so the most is exact and not what a sample happened to see.
 */
export class OpenStreams {
  /** Where it is counted: another thread makes its own instance over the same. */
  readonly memory: SharedArrayBuffer
  readonly #counts: Int32Array

  constructor(memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory
    this.#counts = new Int32Array(memory)
  }

  get now(): number {
    return Atomics.load(this.#counts, NOW)
  }

  get most(): number {
    return Atomics.load(this.#counts, MOST)
  }

  opened(): void {
    const now = Atomics.add(this.#counts, NOW, 1) + 1
    let most = this.most
    // Another thread may have raised it meanwhile.
    while (now > most) {
      const found = Atomics.compareExchange(this.#counts, MOST, most, now)
      if (found === most) return
      most = found
    }
  }

  closed(): void {
    Atomics.sub(this.#counts, NOW, 1)
  }

  /** The most from here on. */
  begin(): void {
    Atomics.store(this.#counts, MOST, this.now)
  }
}

const NOW = 0
const MOST = 1
