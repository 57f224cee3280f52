/** A longer break in the arrival of audio is the end of what the bot had to say. */
const BURST_BREAK_MS = 500

type Arrival = {readonly atMs: number; readonly audioMs: number}

/** When the bot's media messages came, against the audio that is in them; summed as they come. */
export class Cadence {
  #messages = 0
  #firstMs: number | undefined
  #lateCount = 0
  #lateSumMs = 0
  #lateMostMs = 0
  #dueMs = Number.NEGATIVE_INFINITY
  #last: Arrival | undefined
  #audioMs = 0
  #takenMs = 0

  get messages(): number {
    return this.#messages
  }

  /** When the first of them came. */
  get firstMs(): number | undefined {
    return this.#firstMs
  }

  arrived({atMs, audioMs}: Arrival): void {
    this.#messages += 1
    this.#firstMs ??= atMs
    this.#late(atMs, audioMs)
    const last = this.#last
    if (last && atMs - last.atMs <= last.audioMs + BURST_BREAK_MS) {
      this.#audioMs += last.audioMs
      this.#takenMs += atMs - last.atMs
    }
    this.#last = {atMs, audioMs}
  }

  /**
   * How late the messages were against their own cadence: each is due when the audio before it,
   * counted from its own arrival, has run out. Who sends ahead is not late. On average, as Exotel's
   * own dashboard counts it, and at worst; undefined before two messages of one utterance.
   */
  interEvent(): {readonly interEventMs?: number; readonly interEventMaxMs?: number} {
    if (this.#lateCount === 0) return {}
    return {
      interEventMs: this.#lateSumMs / this.#lateCount,
      interEventMaxMs: this.#lateMostMs,
    }
  }

  /** Seconds of audio to the seconds it took to send them, over runs of at least two messages. */
  deliveryRatio(): number | undefined {
    return this.#takenMs > 0 ? this.#audioMs / this.#takenMs : undefined
  }

  #late(atMs: number, audioMs: number): void {
    if (atMs <= this.#dueMs + BURST_BREAK_MS) {
      const lateMs = Math.max(0, atMs - this.#dueMs)
      this.#lateCount += 1
      this.#lateSumMs += lateMs
      this.#lateMostMs = Math.max(this.#lateMostMs, lateMs)
    }
    this.#dueMs = Math.max(this.#dueMs, atMs) + audioMs
  }
}
