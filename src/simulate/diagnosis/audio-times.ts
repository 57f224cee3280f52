import {firstWhere} from '../numbers/ascending.js'
import {Column, type Series} from '../numbers/column.js'

type Message = {readonly atMs: number; readonly audioMs: number; readonly queuedMs: number}

/** When the bot's media messages came, how much sound was in each, and what then waited. */
export class AudioTimes implements Series<Message> {
  readonly #atMs = new Column()
  readonly #audioMs = new Column()
  readonly #queuedMs = new Column()
  /** The sound of all messages up to each of them, once it was asked for. */
  #soFarMs = new Float64Array(0)

  get length(): number {
    return this.#atMs.length
  }

  push({atMs, audioMs, queuedMs}: Message): void {
    this.#atMs.push(atMs)
    this.#audioMs.push(audioMs)
    this.#queuedMs.push(queuedMs)
  }

  at(index: number): Message | undefined {
    const atMs = this.#atMs.at(index)
    if (atMs === undefined) return undefined
    return {
      atMs,
      audioMs: this.#audioMs.at(index) ?? 0,
      queuedMs: this.#queuedMs.at(index) ?? 0,
    }
  }

  /** The sound that had arrived by then. */
  soundUntilMs(untilMs: number): number {
    if (this.#soFarMs.length !== this.length) this.#sumUp()
    const after = firstWhere(this.#atMs, (atMs) => atMs > untilMs)
    return this.#soFarMs[after - 1] ?? 0
  }

  #sumUp(): void {
    let sum = 0
    this.#soFarMs = Float64Array.from({length: this.length}, (_, index) => {
      sum += this.#audioMs.at(index) ?? 0
      return sum
    })
  }
}
