type Rule = {
  /** So long what comes under a name may be the answer to what was sent under it. */
  readonly returnsWithinMs: number
  /** At most so many at once under one name, and from then on one in `everyMs`. */
  readonly mostAtOnce: number
  readonly everyMs: number
}

/**
 * Exotel returns a mark when its audio has been played, and nothing else: a mark that is not back by
 * then will not come back. A `clear` or a digit is never the return of ours; but another echo answers
 * at once, and what comes back within the shortest interval is not answered, so that it ends there.
 */
const RULES = {
  mark: {returnsWithinMs: 4000, mostAtOnce: 8, everyMs: 4000},
  clear: {returnsWithinMs: 0, mostAtOnce: 1, everyMs: 500},
  dtmf: {returnsWithinMs: 0, mostAtOnce: 1, everyMs: 150},
} as const satisfies Record<string, Rule>

/** Under one name in a call: against another echo so far away that every answer looks new. */
const MOST_TIMES = 1000
/** Memory must not grow with a hostile caller: what could not be recognised again is not sent. */
const MOST_NAMES = 10_000
const MOST_CHARACTERS = 256

type Sent = {
  readonly times: number
  readonly atMs: number
  /** How many may still go out at once, as of `atMs`. */
  readonly left: number
  readonly isAwaited: boolean
}

/** `own`: the bot's own has come back; `beyond`: more than is acknowledged. */
type Verdict = 'acknowledge' | 'own' | 'beyond'

/**
 * Tells what the caller originated from what comes back of the bot's own, by remembering what was
 * acknowledged under each name and has not been seen again. A name is acknowledged 1,000 times a call
 * at most: a mark 8 times at once and then every 4 s, a `clear` every 500 ms, a digit every 150 ms.
 * There may be 10,000 names, of up to 256 characters.
 */
export class Acknowledgements {
  /** The longest unused first. */
  readonly #sent = new Map<string, Sent>()

  /** What to do with what has come; to be acknowledged, it counts as sent. */
  take(event: keyof typeof RULES, name: string, nowMs: number): Verdict {
    if (name === '' || name.length > MOST_CHARACTERS) return 'beyond'
    const rule: Rule = RULES[event]
    const key = `${event} ${name}`
    const sent = this.#sent.get(key)
    if (sent?.isAwaited === true && nowMs - sent.atMs <= rule.returnsWithinMs) {
      this.#sent.set(key, {...sent, isAwaited: false})
      return 'own'
    }
    const left = leftOf(rule, sent, nowMs)
    const times = sent?.times ?? 0
    if (left < 1 || times >= MOST_TIMES || !this.#hasRoom(key, nowMs)) return 'beyond'
    this.#sent.delete(key)
    const isAwaited = rule.returnsWithinMs > 0
    this.#sent.set(key, {times: times + 1, atMs: nowMs, left: left - 1, isAwaited})
    return 'acknowledge'
  }

  /** Forgets the longest unused name for a new one, unless its own may still come back. */
  #hasRoom(key: string, nowMs: number): boolean {
    if (this.#sent.size < MOST_NAMES || this.#sent.has(key)) return true
    const [oldest] = this.#sent
    if (!oldest) return true
    const [name, {atMs, isAwaited}] = oldest
    if (isAwaited && nowMs - atMs <= RULES.mark.returnsWithinMs) return false
    return this.#sent.delete(name)
  }
}

function leftOf({mostAtOnce, everyMs}: Rule, sent: Sent | undefined, nowMs: number): number {
  if (!sent) return mostAtOnce
  return Math.min(mostAtOnce, sent.left + (nowMs - sent.atMs) / everyMs)
}
