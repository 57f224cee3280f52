/**
 * How far the bot's audio runs ahead of the ear. What waits drains as it is played, so between two
 * arrivals the lead is a straight line; its mean is over the time in which anything waited.
 */
export class LeadMeter {
  #atMs = 0
  #queuedMs = 0
  #mostMs: number | undefined
  /** The lead summed over time, and the time in which there was one. */
  #areaMs2 = 0
  #waitedMs = 0

  /** Audio arrived; `queuedMs` is what then waits. */
  arrived({atMs, queuedMs}: {readonly atMs: number; readonly queuedMs: number}): void {
    this.#drain(atMs)
    this.#queuedMs = queuedMs
    this.#mostMs = Math.max(this.#mostMs ?? 0, queuedMs)
  }

  cleared({atMs, droppedMs}: {readonly atMs: number; readonly droppedMs: number}): void {
    this.#drain(atMs)
    this.#queuedMs = Math.max(0, this.#queuedMs - droppedMs)
  }

  /** At most, and on average until `untilMs`; both undefined before any audio came. */
  read(untilMs: number): {readonly leadMs?: number; readonly leadMeanMs?: number} {
    if (this.#mostMs === undefined) return {}
    const rest = this.#drained(untilMs)
    const waitedMs = this.#waitedMs + rest.waitedMs
    const areaMs2 = this.#areaMs2 + rest.areaMs2
    return {leadMs: this.#mostMs, leadMeanMs: waitedMs > 0 ? areaMs2 / waitedMs : 0}
  }

  #drain(untilMs: number): void {
    const {waitedMs, areaMs2} = this.#drained(untilMs)
    this.#waitedMs += waitedMs
    this.#areaMs2 += areaMs2
    this.#queuedMs -= waitedMs
    this.#atMs = untilMs
  }

  #drained(untilMs: number): {readonly waitedMs: number; readonly areaMs2: number} {
    const waitedMs = Math.max(0, Math.min(untilMs - this.#atMs, this.#queuedMs))
    return {waitedMs, areaMs2: waitedMs * (this.#queuedMs - waitedMs / 2)}
  }
}
