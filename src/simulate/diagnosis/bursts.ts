/** Messages of a burst follow each other within this. */
const BURST_BREAK_MS = 100
/** Four times real time and quicker. */
const BURST_PART = 0.25

/** Runs of messages that came without a pause between them. */
export class Bursts {
  #fromMs = Number.NEGATIVE_INFINITY
  #lastMs = Number.NEGATIVE_INFINITY
  #audioMs = 0
  #largest = {audioMs: 0, tookMs: 0}

  /** The most audio that came at once. */
  get largest(): {readonly audioMs: number; readonly tookMs: number} {
    return this.#largest
  }

  arrived({atMs, audioMs}: {readonly atMs: number; readonly audioMs: number}): void {
    if (atMs - this.#lastMs <= BURST_BREAK_MS) this.#audioMs += audioMs
    else {
      this.#fromMs = atMs
      this.#audioMs = audioMs
    }
    this.#lastMs = atMs
    const tookMs = atMs - this.#fromMs
    const isQuick = tookMs <= this.#audioMs * BURST_PART
    if (isQuick && this.#audioMs > this.#largest.audioMs) {
      this.#largest = {audioMs: this.#audioMs, tookMs}
    }
  }
}
