const MOST_NAMES = 50
const MOST_VALUES = 1000
const MOST_NAME_CHARACTERS = 64

/** The numbers that a bot keeps of its own call, bounded. */
export class CallMetrics {
  readonly #values = new Map<string, number[]>()

  /**
   * Returns false when there are as many already as are kept.
   * @throws TypeError when the name or the value is none
   */
  add(name: string, value: number): boolean {
    // Bots are JavaScript too, and may give anything.
    const isName = typeof (name as unknown) === 'string' && name !== ''
    if (!isName || name.length > MOST_NAME_CHARACTERS) {
      throw new TypeError(
        `call.metric takes a name of 1 to ${String(MOST_NAME_CHARACTERS)} characters`,
      )
    }
    if (!Number.isFinite(value)) {
      throw new TypeError(
        `call.metric takes a finite number, and ${name} was given ${String(value)}`,
      )
    }
    const values = this.#values.get(name)
    if (values === undefined) {
      if (this.#values.size >= MOST_NAMES) return false
      this.#values.set(name, [value])
      return true
    }
    if (values.length >= MOST_VALUES) return false
    values.push(value)
    return true
  }

  /** Every name with its values in order; fromEntries makes an own property even of `__proto__`. */
  values(): Readonly<Record<string, readonly number[]>> {
    return Object.fromEntries([...this.#values].map(([name, values]) => [name, [...values]]))
  }
}
