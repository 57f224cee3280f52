import type {GapCause} from '../../protocol/events.js'

type Gap = {readonly atMs: number; readonly gapMs: number; readonly cause: GapCause}

/** The silence that the playout had to put into the bot's speech, by its cause. */
export class GapSums {
  #count = 0
  #fromMs: number | undefined
  #sumMs = 0
  readonly #ofMs = new Map<GapCause, number>()

  get count(): number {
    return this.#count
  }

  /** When the first of them was. */
  get fromMs(): number | undefined {
    return this.#fromMs
  }

  get sumMs(): number {
    return this.#sumMs
  }

  /** @param most so many are counted */
  add({atMs, gapMs, cause}: Gap, most: number): void {
    this.#fromMs ??= atMs
    if (this.#count >= most) return
    this.#count += 1
    this.#sumMs += gapMs
    this.#ofMs.set(cause, this.of(cause) + gapMs)
  }

  of(cause: GapCause): number {
    return this.#ofMs.get(cause) ?? 0
  }
}
