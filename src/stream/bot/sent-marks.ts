/** Names that are remembered until they come back; a caller need not return any. */
const MOST_MARKS = 1000

/** The marks of a bot that have not come back, bounded. */
export class SentMarks {
  /** How often each name was sent and has not come back. */
  readonly #counts = new Map<string, number>()

  sent(name: string): void {
    const count = this.#counts.get(name)
    if (count === undefined && this.#counts.size >= MOST_MARKS) this.#forgetOldest()
    this.#counts.set(name, (count ?? 0) + 1)
  }

  /** Whether a mark that came was one of the bot's, coming back. */
  takeBack(name: string): boolean {
    const count = this.#counts.get(name)
    if (count === undefined) return false
    if (count > 1) this.#counts.set(name, count - 1)
    else this.#counts.delete(name)
    return true
  }

  #forgetOldest(): void {
    const [oldest] = this.#counts.keys()
    if (oldest !== undefined) this.#counts.delete(oldest)
  }
}
