type Rule = {
  /** So long what comes under a name may be the answer to what was sent under it. */
  readonly returnsWithinMs: number
  /** Against a caller that returns everything twice, or so late that it looks new. */
  readonly mostTimes: number
}

/**
 * Exotel returns a mark whenever its audio has been played, and nothing else: a `clear` or a digit
 * that follows ours at once is the answer of another echo.
 */
const RULES = {
  mark: {returnsWithinMs: Infinity, mostTimes: 8},
  clear: {returnsWithinMs: 2000, mostTimes: 100},
  dtmf: {returnsWithinMs: 100, mostTimes: 100},
} as const satisfies Record<string, Rule>

/** Memory must not grow with a hostile caller: what could not be recognised again is not sent. */
const MOST_AWAITED = 10_000
const MOST_RETURNED = 1000
const MOST_CHARACTERS = 256

type Sent = {readonly times: number; readonly atMs: number}

/**
 * Tells what the caller originated from what comes back of the bot's own, by remembering what was
 * acknowledged under each name and has not been seen again.
 */
export class Acknowledgements {
  readonly #awaited = new Map<string, Sent>()
  /** Came back; kept for how often it was sent. */
  readonly #returned = new Map<string, Sent>()

  /** Whether to acknowledge what has come; if so it counts as sent. */
  take(event: keyof typeof RULES, name: string, nowMs: number): boolean {
    if (name === '' || name.length > MOST_CHARACTERS) return false
    const {returnsWithinMs, mostTimes} = RULES[event]
    const key = `${event} ${name}`
    const awaited = this.#awaited.get(key)
    if (awaited && nowMs - awaited.atMs <= returnsWithinMs) {
      this.#hasReturned(key, awaited)
      return false
    }
    const {times} = awaited ?? this.#returned.get(key) ?? {times: 0}
    if (times >= mostTimes || (!awaited && this.#awaited.size >= MOST_AWAITED)) return false
    this.#returned.delete(key)
    this.#awaited.set(key, {times: times + 1, atMs: nowMs})
    return true
  }

  #hasReturned(key: string, sent: Sent): void {
    this.#awaited.delete(key)
    const [oldest] = this.#returned.keys()
    if (oldest !== undefined && this.#returned.size >= MOST_RETURNED) this.#returned.delete(oldest)
    this.#returned.set(key, sent)
  }
}
