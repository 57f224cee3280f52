import type {Span} from '../../report/report.js'
import {firstWhere} from './ascending.js'
import {Column} from './column.js'

/** How late each of our own frames or ticks was, by the time at which it was meant. */
export class LatenessLog {
  readonly #intendedMs = new Column()
  readonly #atMs = new Column()
  #worstMs = 0

  /** Of all of them. */
  get worstMs(): number {
    return this.#worstMs
  }

  push({atMs, intendedMs}: {readonly atMs: number; readonly intendedMs: number}): void {
    this.#intendedMs.push(intendedMs)
    this.#atMs.push(atMs)
    this.#worstMs = Math.max(this.#worstMs, atMs - intendedMs)
  }

  worstIn({startMs, endMs}: Span): number {
    let worst = 0
    const first = firstWhere(this.#intendedMs, (intendedMs) => intendedMs >= startMs)
    for (let at = first; at < this.#intendedMs.length; at += 1) {
      const intendedMs = this.#intendedMs.at(at) ?? 0
      if (intendedMs > endMs) break
      worst = Math.max(worst, (this.#atMs.at(at) ?? 0) - intendedMs)
    }
    return worst
  }
}
