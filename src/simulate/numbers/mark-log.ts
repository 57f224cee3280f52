import {Column, type Series} from './column.js'

/** The marks that were returned. */
export class MarkLog implements Series<{readonly atMs: number}> {
  readonly #atMs = new Column()
  #slowestMs: number | undefined

  get length(): number {
    return this.#atMs.length
  }

  get slowestMs(): number | undefined {
    return this.#slowestMs
  }

  push({atMs, roundTripMs}: {readonly atMs: number; readonly roundTripMs: number}): void {
    this.#atMs.push(atMs)
    this.#slowestMs = Math.max(this.#slowestMs ?? 0, roundTripMs)
  }

  at(index: number): {readonly atMs: number} | undefined {
    const atMs = this.#atMs.at(index)
    return atMs === undefined ? undefined : {atMs}
  }
}
