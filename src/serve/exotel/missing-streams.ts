import type {Clock} from '../../clock.js'
import type {Logger} from '../../log.js'
import {Recent} from './recent.js'

type World = {readonly clock: Clock; readonly log: Logger}

const STREAM_WITHIN_MS = 15_000
const MOST_WATCHES = 1000
const MOST_CALLS = 10_000
const CALL_KEPT_MS = 60 * 60 * 1000

/** Waits for the stream of each call whose flow asked a Passthru first, and says when none comes. */
export class MissingStreams {
  readonly #world: World
  readonly #waiting = new Map<string, AbortController>()
  /** Calls of which nothing more is to be said: they had a stream, or it was said that it is missing. */
  readonly #settled: Recent<true>
  #isClosed = false

  constructor(world: World) {
    this.#world = world
    this.#settled = new Recent({clock: world.clock, most: MOST_CALLS, keepMs: CALL_KEPT_MS})
  }

  expect(callSid: string): void {
    if (this.#isClosed || this.#waiting.has(callSid) || this.#settled.get(callSid)) return
    if (this.#waiting.size >= MOST_WATCHES) return
    const {clock} = this.#world
    const waiting = new AbortController()
    this.#waiting.set(callSid, waiting)
    clock.sleepUntil(clock.now() + STREAM_WITHIN_MS, waiting.signal).then(
      () => this.#say(callSid),
      // Aborted: the stream is there, or nobody waits any more.
      () => undefined,
    )
  }

  /** A stream of the call is there. */
  settle(callSid: string): void {
    this.#settled.set(callSid, true)
    this.#waiting.get(callSid)?.abort()
    this.#waiting.delete(callSid)
  }

  close(): void {
    this.#isClosed = true
    for (const waiting of this.#waiting.values()) waiting.abort()
    this.#waiting.clear()
  }

  #say(callSid: string): void {
    this.settle(callSid)
    this.#world.log.warn(
      {category: 'CONNECTION', callSid},
      'no stream came within 15 s after a Passthru: the Voicebot or Stream applet is missing after it, or its URL cannot be reached',
    )
  }
}
