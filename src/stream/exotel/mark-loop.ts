/** So many returned marks that came straight back are no measurement any more. */
const SUSPICIOUS = 3
const LOOP = 12
/** Names beyond this are not watched: memory must not grow with a hostile bot. */
const MOST_NAMES = 10_000

export type MarkVerdict = 'fine' | 'answered' | 'loop'

type Watched = {answers: number; returnedAt: number | undefined}

/**
 * Notices a bot that answers each returned mark with the same mark, as exotel/Agent-Stream-echobot
 * does: against a caller that returns marks it never ends. A mark behind new audio is a new mark,
 * whatever its name; one that follows its own return with nothing in between is an answer.
 */
export class MarkLoop {
  readonly #watched = new Map<string, Watched>()
  #audioMessages = 0

  /** A mark of the bot's arrived. `loop`: it must not be returned any more. */
  arrived(name: string): MarkVerdict {
    const mark = this.#watched.get(name)
    if (mark?.returnedAt !== this.#audioMessages) return 'fine'
    mark.answers += 1
    if (mark.answers >= LOOP) return 'loop'
    mark.returnedAt = undefined
    return mark.answers < SUSPICIOUS ? 'fine' : 'answered'
  }

  returned(name: string): void {
    const mark = this.#watched.get(name)
    if (mark) mark.returnedAt = this.#audioMessages
    else if (this.#watched.size < MOST_NAMES) {
      this.#watched.set(name, {answers: 0, returnedAt: this.#audioMessages})
    }
  }

  audio(): void {
    this.#audioMessages += 1
  }
}
