const MOST_NAMES = 50
const MOST_VALUES = 1000
const MOST_NAME_CHARACTERS = 64

/** The numbers that a bot keeps of its own call, bounded. */
export class CallMetrics {
  readonly #values = new Map<string, number[]>()

  /** Returns why it was not kept; nothing when it was. */
  add(name: string, value: number): string | undefined {
    // Bots are JavaScript too, and may give anything.
    const isName = typeof (name as unknown) === 'string' && name !== ''
    if (!isName || name.length > MOST_NAME_CHARACTERS) {
      return `call.metric takes a name of 1 to ${String(MOST_NAME_CHARACTERS)} characters`
    }
    if (!Number.isFinite(value)) {
      return `call.metric takes a finite number for ${name}, and was given ${shown(value)}`
    }
    const values = this.#values.get(name)
    if (values === undefined) return this.#addName(name, value)
    if (values.length >= MOST_VALUES) {
      return `${name} has ${String(MOST_VALUES)} values, which are as many as are kept in a call`
    }
    values.push(value)
    return undefined
  }

  /** Every name with its values in order; fromEntries makes an own property even of `__proto__`. */
  values(): Readonly<Record<string, readonly number[]>> {
    return Object.fromEntries([...this.#values].map(([name, values]) => [name, [...values]]))
  }

  #addName(name: string, value: number): string | undefined {
    if (this.#values.size >= MOST_NAMES) {
      return `${name} is one name too many: ${String(MOST_NAMES)} are kept in a call`
    }
    this.#values.set(name, [value])
    return undefined
  }
}

/** What is no number may be anything, and must not be written out. */
function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : `a ${typeof value}`
}
