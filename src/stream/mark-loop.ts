/** A mark of a name that came back without any audio in between, this often, is no measurement any more. */
const SUSPICIOUS = 3
const LOOP = 12
/** Names beyond this are not watched: memory must not grow with a hostile bot. */
const MOST_NAMES = 10_000

export type MarkVerdict = 'fine' | 'answered' | 'loop'

/**
 * Notices a bot that answers each returned mark with the same mark, as exotel/Agent-Stream-echobot
 * does: against a caller that returns marks it never ends.
 */
export class MarkLoop {
  readonly #returned = new Map<string, number>()

  /** A mark of the bot's arrived. `loop`: it must not be returned any more. */
  arrived(name: string): MarkVerdict {
    const rounds = this.#returned.get(name)
    if (rounds === undefined || rounds < SUSPICIOUS) return 'fine'
    return rounds < LOOP ? 'answered' : 'loop'
  }

  returned(name: string): void {
    const rounds = this.#returned.get(name)
    if (rounds !== undefined || this.#returned.size < MOST_NAMES)
      this.#returned.set(name, (rounds ?? 0) + 1)
  }

  /** Audio makes any mark after it a new one. */
  audio(): void {
    if (this.#returned.size > 0) this.#returned.clear()
  }
}
