import {heldBytes, type WriteBudget} from '../../record/write-budget.js'

/** Of what comes before a start; who never starts must not keep others from being recorded. */
const MOST_BEFORE_START_BYTES = 256 * 1024

type Held = {readonly lines: readonly object[]; readonly audio: readonly Int16Array[]}

/** What a call has told before there are files for it, for as long as the budget has room. */
export class Early {
  readonly #budget: WriteBudget
  #lines: object[] = []
  #audio: Int16Array[] = []
  #bytes = 0

  constructor(budget: WriteBudget) {
    this.#budget = budget
  }

  /** False when there is no room; `hasStarted` makes it larger. */
  line(line: object, hasStarted: boolean): boolean {
    const bytes = heldBytes(JSON.stringify(line))
    const isTooMuch = !hasStarted && this.#bytes + bytes > MOST_BEFORE_START_BYTES
    if (isTooMuch || !this.#hold(bytes)) return false
    this.#lines.push(line)
    return true
  }

  audio(both: Int16Array): boolean {
    if (!this.#hold(both.byteLength)) return false
    this.#audio.push(both)
    return true
  }

  /** All of it, which is held no longer. */
  take(): Held {
    const held = {lines: this.#lines, audio: this.#audio}
    this.#budget.give(this.#bytes)
    this.#lines = []
    this.#audio = []
    this.#bytes = 0
    return held
  }

  #hold(bytes: number): boolean {
    if (!this.#budget.take(bytes)) return false
    this.#bytes += bytes
    return true
  }
}
