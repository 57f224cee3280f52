import {PACKET_MS} from '../../protocol/limits.js'
import type {BotEvent} from './bot.js'
import {HeardAudio} from './heard-audio.js'

type QueueRules<T> = {
  /** What may wait, in the unit of `weigh`; the newest item may go beyond it, however large. */
  readonly limit: number
  readonly weigh: (item: T) => number
  readonly mayDrop: (item: T) => boolean
  /** What an iteration gives of it; itself unless said. */
  readonly shown?: (item: T) => T
}

/** Who hears what comes at once. */
type Reader<T> = {
  readonly hear: (item: T) => void
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

type Queued<T> = {readonly item: T; readonly weight: number}

/**
 * A bounded queue with one reader. When the reader falls behind, the oldest audio goes first and
 * is counted: a bot that cannot keep up must not fill our memory.
 */
export class EventQueue<T> implements AsyncIterable<T> {
  readonly #rules: QueueRules<T>
  readonly #queued: Queued<T>[] = []
  #weight = 0
  #waiting: ((result: IteratorResult<T, undefined>) => void) | undefined
  #reader: Reader<T> | undefined
  #ended = false
  #dropped = 0

  constructor(rules: QueueRules<T>) {
    this.#rules = rules
  }

  get dropped(): number {
    return this.#dropped
  }

  /** Whether everything has been read that may still be. */
  get isEmpty(): boolean {
    return this.#queued.length === 0
  }

  push(item: T): void {
    if (this.#ended) return
    if (this.#reader) {
      this.#hand(item, this.#reader)
      return
    }
    if (this.#waiting) {
      const wake = this.#waiting
      this.#waiting = undefined
      wake({value: this.#show(item), done: false})
      return
    }
    while (this.#weight >= this.#rules.limit) this.#dropOldest()
    const weight = this.#rules.weigh(item)
    this.#queued.push({item, weight})
    this.#weight += weight
  }

  /** What is queued is still read; then the iteration ends. */
  end(): void {
    this.#ended = true
    this.#waiting?.({value: undefined, done: true})
    this.#waiting = undefined
    this.#reader?.resolve()
    this.#reader = undefined
  }

  /**
   * Hands each item over in the very moment in which it comes, without the promises of an iteration,
   * which cost 2 µs an item. Resolves at the end; rejects with what `hear` throws, and ends with it.
   */
  each(hear: (item: T) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const reader = {hear, resolve, reject}
      this.#reader = reader
      this.#weight = 0
      // What it throws is the end of it.
      for (const {item} of this.#queued.splice(0)) if (this.#isRead()) this.#hand(item, reader)
      if (this.#ended) this.end()
    })
  }

  #isRead(): boolean {
    return this.#reader !== undefined
  }

  #hand(item: T, {hear, reject}: Reader<T>): void {
    try {
      hear(item)
    } catch (error) {
      this.#reader = undefined
      this.#ended = true
      reject(error)
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return {
      next: () => {
        const next = this.#queued.shift()
        if (next) {
          this.#weight -= next.weight
          return Promise.resolve({value: this.#show(next.item), done: false})
        }
        if (this.#ended) return Promise.resolve({value: undefined, done: true})
        return new Promise((resolve) => {
          this.#waiting = resolve
        })
      },
      return: () => {
        this.#queued.length = 0
        this.#ended = true
        return Promise.resolve({value: undefined, done: true})
      },
    }
  }

  #show(item: T): T {
    return this.#rules.shown?.(item) ?? item
  }

  /** The oldest of what may be dropped; when nothing may, the oldest of all. */
  #dropOldest(): void {
    const oldest = this.#queued.findIndex(({item}) => this.#rules.mayDrop(item))
    const [dropped] = this.#queued.splice(Math.max(oldest, 0), 1)
    this.#weight -= dropped?.weight ?? 0
    this.#dropped += 1
  }
}

/** All events of a call, for who never waits: of our own queue at once, of any other in turn. */
export async function eachEvent(
  events: AsyncIterable<BotEvent>,
  hear: (event: BotEvent) => void,
): Promise<void> {
  if (events instanceof EventQueue) {
    // Of a call it holds nothing else, which instanceof cannot tell.
    await (events as EventQueue<BotEvent>).each(hear)
    return
  }
  for await (const event of events) hear(event)
}

/** A bot that is further behind does not hear the oldest audio. Other events count as 20 ms. */
const MOST_QUEUED_MS = 30_000

/** What waits for a bot, by how much sound it stands for. */
export function queueOfBot(
  weightMs: (audio: Extract<BotEvent, {type: 'audio'}>) => number,
  limit = MOST_QUEUED_MS,
): EventQueue<BotEvent> {
  return new EventQueue({
    limit,
    weigh: (event) => (event.type === 'audio' ? weightMs(event) : PACKET_MS),
    mayDrop: (event) => event.type === 'audio',
    // A bot of somebody else's may copy it, and a copy is of what is the event's own.
    shown: (event) => (event instanceof HeardAudio ? event.asPlain() : event),
  })
}
