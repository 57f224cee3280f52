import type {BotCall} from '../../../stream/bot/bot.js'
import type {Ear, Heard} from './ear.js'
import {pause} from './pause.js'

/** Ends the turn of a caller whose line sends nothing any more: some do in silence. */
export class LineWatch {
  readonly #call: BotCall
  readonly #ear: Ear
  #isWatching = false

  constructor(call: BotCall, ear: Ear) {
    this.#call = call
    this.#ear = ear
  }

  /** Watches until the turn has ended; resolves with what was heard of its end for want of audio. */
  async watch(): Promise<readonly Heard[]> {
    if (this.#isWatching) return []
    this.#isWatching = true
    let atMs = this.#ear.starvedAtMs
    while (atMs !== undefined && atMs > this.#call.now()) {
      if (!(await pause(this.#call, atMs - this.#call.now()))) return []
      atMs = this.#ear.starvedAtMs
    }
    this.#isWatching = false
    return this.#ear.starve()
  }
}
