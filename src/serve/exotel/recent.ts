import type {Clock} from '../../clock.js'

type Bounds = {readonly clock: Clock; readonly most: number; readonly keepMs: number}

type Entry<T> = {readonly value: T; readonly at: number}

/** What came lately, by key: at most so many, the newest, and none for longer than that. */
export class Recent<T> {
  readonly #bounds: Bounds
  /** In the order in which they were set last. */
  readonly #entries = new Map<string, Entry<T>>()

  constructor(bounds: Bounds) {
    this.#bounds = bounds
  }

  get(key: string): T | undefined {
    this.#forgetOld()
    return this.#entries.get(key)?.value
  }

  set(key: string, value: T): void {
    this.#entries.delete(key)
    this.#entries.set(key, {value, at: this.#bounds.clock.now()})
    this.#forgetOld()
  }

  #forgetOld(): void {
    const {clock, most, keepMs} = this.#bounds
    const oldest = clock.now() - keepMs
    for (const [key, {at}] of this.#entries) {
      if (at > oldest && this.#entries.size <= most) return
      this.#entries.delete(key)
    }
  }
}
