type WriteQueueOptions = {
  readonly mostBytes: number
  readonly mostFiles: number
  /** How many files are written at once. */
  readonly atOnce: number
}

/** What waits for the disk, over all calls: so much and no more. */
export class WriteQueue {
  readonly #options: WriteQueueOptions
  #bytes = 0
  #files = 0
  #writing = 0
  readonly #turns: (() => void)[] = []

  constructor(options: WriteQueueOptions) {
    this.#options = options
  }

  /** Room for one more file; false when there is none. Whoever takes it gives it back. */
  take(bytes: number): boolean {
    const {mostBytes, mostFiles} = this.#options
    if (this.#bytes + bytes > mostBytes || this.#files >= mostFiles) return false
    this.#bytes += bytes
    this.#files += 1
    return true
  }

  give(bytes: number): void {
    this.#bytes -= bytes
    this.#files -= 1
  }

  /** Writes when it is its turn: first come, first served. */
  async write(work: () => Promise<void>): Promise<void> {
    if (this.#writing < this.#options.atOnce) this.#writing += 1
    else {
      await new Promise<void>((resolve) => {
        this.#turns.push(resolve)
      })
    }
    try {
      await work()
    } finally {
      const next = this.#turns.shift()
      // Whose turn comes takes over the place.
      if (next) next()
      else this.#writing -= 1
    }
  }
}
