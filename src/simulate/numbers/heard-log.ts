import {Column, type Series} from './column.js'

export type HeardMessage = {readonly atMs: number; readonly queuedMs: number}

/** The media messages of the bot that could be heard: what a turn asks for its first answer. */
export class HeardLog implements Series<HeardMessage> {
  readonly #atMs = new Column()
  readonly #queuedMs = new Column()

  get length(): number {
    return this.#atMs.length
  }

  push({atMs, queuedMs}: HeardMessage): void {
    this.#atMs.push(atMs)
    this.#queuedMs.push(queuedMs)
  }

  at(index: number): HeardMessage | undefined {
    const atMs = this.#atMs.at(index)
    return atMs === undefined ? undefined : {atMs, queuedMs: this.#queuedMs.at(index) ?? 0}
  }
}
