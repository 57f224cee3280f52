import type {BotMessage} from '../../protocol/messages.js'

type BotEventName = 'clear' | 'mark' | 'dtmf' | 'media'

/** A bot may name every mark anew; of so many, and so long, the time is kept. */
const MOST_MARK_NAMES = 1000
const MOST_NAME_CHARACTERS = 256

/** Listens to what the bot sends, for the steps that wait for a message and not for a sound. */
export class BotEar {
  /** When a mark of a name last came, the latest name last. */
  readonly #marks = new Map<string, number>()
  #lastMarkMs = Number.NEGATIVE_INFINITY
  #awaited: {readonly name: BotEventName; onArrival: (atMs: number) => void} | undefined

  hear(message: BotMessage, atMs: number): void {
    if (message.event === 'mark') this.#marked(message.name, atMs)
    // From a bot, dtmf is no event that Exotel knows.
    const name = message.event === 'unknown' ? message.name : message.event
    const awaited = this.#awaited
    // A message without an event has no name either.
    if (!awaited || awaited.name !== name) return
    this.#awaited = undefined
    awaited.onArrival(atMs)
  }

  /** Whether a mark of that name, any for `*`, came after that time. */
  hasMarkSince(name: string, ms: number): boolean {
    const lastMs = name === '*' ? this.#lastMarkMs : this.#marks.get(name)
    return lastMs !== undefined && lastMs > ms
  }

  /** Calls back once, when the next message of that event arrives. */
  awaitNext(name: BotEventName, onArrival: (atMs: number) => void): void {
    this.#awaited = {name, onArrival}
  }

  /** What comes now is no answer any more. */
  stopWaiting(): void {
    this.#awaited = undefined
  }

  #marked(name: string, atMs: number): void {
    this.#lastMarkMs = atMs
    const key = name.slice(0, MOST_NAME_CHARACTERS)
    this.#marks.delete(key)
    this.#marks.set(key, atMs)
    const [oldest] = this.#marks.keys()
    if (this.#marks.size > MOST_MARK_NAMES && oldest !== undefined) this.#marks.delete(oldest)
  }
}
