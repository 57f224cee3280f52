import type {Closing, Violation} from '../../protocol/events.js'
import {MIN_CHUNK_BYTES} from '../../protocol/limits.js'
import type {Profile} from '../../protocol/profiles.js'
import type {RuleId} from '../../protocol/rules.js'
import type {BotMessage} from '../../protocol/messages.js'
import type {Gap} from './gaps.js'
import type {MarkVerdict} from './mark-loop.js'

/** A bot may run ahead of the ear by this much; our policy, from what barge-in must throw away. */
const LEAD_LONG_MS = 2000
const LEAD_EXCESSIVE_MS = 15_000
/** What was on its way when `stop` was sent is nobody's fault. */
const STOP_GRACE_MS = 500
const HANDSHAKE_SLOW_MS = 2000

/**
 * Watches what a bot sends and what the playout makes of it, and reports each rule that is broken.
 * What a single message shows is judged by `protocol/`; here is what needs memory.
 */
export class Conformance {
  readonly #report: (violation: Violation) => void
  readonly #streamSid: string
  readonly #applet: Profile['applet']
  readonly #markNames = new Set<string>()
  #mediaCount = 0
  #smallCount = 0
  #lateGaps = 0
  #markCount = 0
  #emptyClears = 0
  #startSent = false
  #stoppedAtMs: number | undefined

  constructor(
    {streamSid, applet}: {streamSid: string; applet: Profile['applet']},
    report: (violation: Violation) => void,
  ) {
    this.#streamSid = streamSid
    this.#applet = applet
    this.#report = report
  }

  handshake(handshakeMs: number): void {
    if (handshakeMs > HANDSHAKE_SLOW_MS) {
      this.#broken('handshake-slow', `It took ${String(Math.round(handshakeMs))} ms.`)
    }
  }

  startSent(): void {
    this.#startSent = true
  }

  stopSent(atMs: number): void {
    this.#stoppedAtMs = atMs
  }

  message(message: BotMessage, atMs: number): void {
    if (this.#stoppedAtMs !== undefined && atMs > this.#stoppedAtMs + STOP_GRACE_MS) {
      this.#broken('sent-after-stop')
    }
    if (!this.#startSent) this.#broken('sent-before-start')
    if (this.#applet === 'stream') this.#broken('sent-on-stream-applet')
    if (message.event === 'unknown') {
      if (message.name === 'dtmf')
        this.#broken('event-answered-with-itself', 'It sent a dtmf event.')
      return
    }
    if (message.event === 'invalid') return
    this.#streamSidOf(message.streamSid)
  }

  media(bytes: number, queuedMs: number): void {
    this.#mediaCount += 1
    this.#emptyClears = 0
    if (bytes < MIN_CHUNK_BYTES) this.#smallCount += 1
    if (queuedMs > LEAD_EXCESSIVE_MS) {
      this.#broken('lead-excessive', `${seconds(queuedMs)} waited to be played.`)
    } else if (queuedMs > LEAD_LONG_MS) {
      this.#broken('lead-long', `${seconds(queuedMs)} waited to be played.`)
    }
  }

  mark(name: string, verdict: MarkVerdict): void {
    this.#markCount += 1
    if (verdict === 'fine') {
      if (name !== '' && this.#markNames.has(name)) {
        this.#broken('mark-name-repeated', `The name was ${JSON.stringify(name.slice(0, 40))}.`)
      }
    } else {
      this.#broken(
        verdict === 'loop' ? 'mark-loop' : 'event-answered-with-itself',
        `The mark was ${JSON.stringify(name.slice(0, 40))}.`,
      )
    }
    if (this.#markNames.size < MOST_NAMES) this.#markNames.add(name)
  }

  clear(droppedMs: number): void {
    this.#emptyClears = droppedMs > 0 ? 0 : this.#emptyClears + 1
    if (this.#emptyClears > 1) this.#broken('clear-storm')
  }

  gap(gap: Gap): void {
    if (gap.cause !== 'late-chunk') return
    this.#lateGaps += 1
    this.#broken('underrun-in-utterance', `The first hole lasted ${String(gap.gapMs)} ms.`)
  }

  /** We closed, because what came could not be taken. */
  refused(code: number): void {
    if (code === 1009) this.#broken('chunk-too-large', 'A message over 16 MB was refused.')
    else this.#broken('message-not-an-event', 'What came was no WebSocket message.')
  }

  /** @param left what still waited: bot audio to be played, and messages the bot did not read */
  closed(closing: Closing, left: {readonly queuedMs: number; readonly dropped: number}): void {
    if (left.dropped > 0) {
      this.#broken('receive-loop-blocked', `${String(left.dropped)} messages could not be sent.`)
    }
    if (closing.by === 'bot' && closing.code !== 1000) {
      this.#broken('close-not-1000', `The code was ${String(closing.code)}.`)
    }
    // A first utterance that the end of the call cut off had no time for its mark.
    if (this.#mediaCount > 0 && this.#markCount === 0 && left.queuedMs === 0) {
      this.#broken('turn-without-mark')
    }
    if (this.#smallCount * 2 > this.#mediaCount) {
      this.#broken(this.#lateGaps >= IRREGULAR_GAPS ? 'chunk-small-irregular' : 'chunk-small')
    }
  }

  #streamSidOf(streamSid: string | undefined): void {
    if (streamSid === undefined || streamSid === '') this.#broken('stream-sid-absent')
    else if (streamSid !== this.#streamSid) {
      this.#broken('stream-sid-mismatch', `It was ${JSON.stringify(streamSid.slice(0, 40))}.`)
    }
  }

  #broken(rule: RuleId, detail?: string): void {
    this.#report(detail === undefined ? {rule} : {rule, detail})
  }
}

/** One late chunk may be the machine's fault. */
const IRREGULAR_GAPS = 3

/** Names beyond this are not compared any more: memory must not grow with a hostile bot. */
const MOST_NAMES = 10_000

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
