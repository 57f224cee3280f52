import type {BotCall} from '../../../stream/bot/bot.js'
import {pause} from './pause.js'

type Utterance = {
  readonly pcm: Int16Array
  /** Sent after the audio; it comes back when the audio has been played. */
  readonly mark: string
}

type AwaitedMark = {readonly mark: string; readonly returned: AbortController}

/** Up to 300 ms of audio is still to be played when the mark is sent; two seconds later it is lost. */
const MARK_PATIENCE_MS = 300 + 2000

/** The bot's voice in one call: one thing said at a time, until its last mark has come back. */
export class Mouth {
  readonly #call: BotCall
  #stop: AbortController | undefined
  #awaited: AwaitedMark | undefined

  constructor(call: BotCall) {
    this.#call = call
  }

  /** Audio of the bot is being sent, or has been sent and is not known to be played. */
  get isBusy(): boolean {
    return this.#stop !== undefined
  }

  /** Says this instead of anything else; resolves with whether it was said to the end. */
  async say(utterances: readonly Utterance[]): Promise<boolean> {
    this.hush()
    const stop = new AbortController()
    this.#stop = stop
    const isSaid = await this.#utter(utterances, stop.signal)
    if (this.#stop === stop) this.#stop = undefined
    return isSaid
  }

  /** Stops at once, and drops what was sent and not played. */
  hush(): void {
    if (!this.#stop) return
    this.fallSilent()
    this.#call.clear()
  }

  /** Sends nothing more. */
  fallSilent(): void {
    this.#stop?.abort()
    this.#stop = undefined
    this.#awaited = undefined
  }

  marked(name: string): void {
    if (this.#awaited?.mark === name) this.#awaited.returned.abort()
  }

  async #utter(utterances: readonly Utterance[], signal: AbortSignal): Promise<boolean> {
    let last: AwaitedMark | undefined
    for (const {pcm, mark} of utterances) {
      const isSent = await this.#call.speak(pcm, signal)
      if (!isSent || signal.aborted) return false
      last = {mark, returned: new AbortController()}
      this.#awaited = last
      this.#call.mark(mark)
    }
    if (last) await this.#untilBack(last, signal)
    return !signal.aborted && !this.#call.signal.aborted
  }

  async #untilBack({mark, returned}: AwaitedMark, signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, returned.signal])
    const isLost = await pause(this.#call, MARK_PATIENCE_MS, either)
    if (isLost)
      this.#call.log.warn({category: 'BIDIRECTIONAL', mark}, 'a mark did not come back; going on')
  }
}
