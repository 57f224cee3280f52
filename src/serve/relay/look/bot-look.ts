import {decodeBot} from '../../../protocol/decode.js'
import type {Closing, StreamEvent} from '../../../protocol/events.js'
import {PACKET_MS} from '../../../protocol/limits.js'
import type {BotMessage, SampleRateHz} from '../../../protocol/messages.js'
import {type Casing, profiles} from '../../../protocol/profiles.js'
import type {SentMarks} from '../../../stream/bot/sent-marks.js'
import type {Codec} from '../../../stream/codec.js'
import {Conformance} from '../../../stream/exotel/conformance.js'
import {Ear} from '../../../stream/exotel/ear.js'
import {Tally, type TallyOptions} from './tally.js'

export type BotLookOptions = TallyOptions & {
  /** Hears of each mark that goes out. */
  readonly marks: SentMarks
  /** Of the stream, as far as the caller's audio has shown it. */
  readonly codec: () => Codec
  /** By how much this process itself is late. */
  readonly lateMs: () => number
}

type Begun = {
  readonly streamSid: string
  readonly sampleRateHz: SampleRateHz
  readonly casing: Casing
  readonly handshakeMs: number
}

type Lost = {
  /** Messages that the bot did not read in time. */
  readonly dropped: number
  /** The code with which we closed, because what the bot sent could not be taken. */
  readonly refusedWith: number | undefined
}

/** What would be played later than this is not queued in the shadow: it is an error long before. */
const MOST_QUEUED_MS = 5 * 60_000
/** After so much silence nothing that the shadow remembers has a bearing on what comes next. */
const FORGOTTEN_TICKS = 100

/**
 * What is seen of a bot's messages on their way to the caller: judged by the rules, and played to
 * nobody, in a shadow of the caller's playout, so that its lead and its holes show. Changes nothing.
 */
export class BotLook {
  readonly tally: Tally
  readonly #options: BotLookOptions
  /** What is being looked at, as it came. */
  #raw: string | Uint8Array = ''
  #ear: Ear | undefined
  #conformance: Conformance | undefined
  #startedAtMs = 0
  #ticks = 0
  #hasSpoken = false

  constructor(options: BotLookOptions) {
    this.#options = options
    this.tally = new Tally(options)
  }

  /** The bot was sent `start`, or what stands for it. */
  start({streamSid, sampleRateHz, casing, handshakeMs}: Begun): void {
    const violated = this.tally.add.bind(this.tally)
    const {codec} = this.#options
    this.#startedAtMs = this.#options.now()
    // Where the caller has given no id there is none to compare with.
    this.#conformance = new Conformance({streamSid, applet: 'voicebot'}, (violation) => {
      if (streamSid !== '' || !violation.rule.startsWith('stream-sid-')) violated(violation)
    })
    this.#conformance.handshake(handshakeMs)
    this.#conformance.startSent()
    this.#ear = new Ear({
      profile: {
        ...profiles['docs-strings'],
        casing,
        get codec() {
          return codec()
        },
      },
      sampleRateHz,
      samplesPerPacket: (sampleRateHz / 1000) * PACKET_MS,
      clear: 'packet',
      marksOnClear: 'drop',
      maxQueuedMs: MOST_QUEUED_MS,
      conformance: this.#conformance,
      violated,
      record: (event) => {
        this.#record(event)
      },
      heard: (message) => {
        this.#note(message)
      },
    })
  }

  look(data: string | Uint8Array): void {
    this.#raw = data
    if (!this.#ear) {
      this.#lookEarly(data)
      return
    }
    this.advance()
    this.#ear.hear(data, this.#options.now())
  }

  /** Plays to the shadow's ear what is due by now. */
  advance(): void {
    const ear = this.#ear
    if (!ear) return
    const due = Math.floor((this.#options.now() - this.#startedAtMs) / PACKET_MS)
    const lateMs = this.#options.lateMs()
    for (let idle = 0; this.#ticks < due && idle < FORGOTTEN_TICKS; this.#ticks += 1) {
      const tick = ear.tick()
      idle = tick.pcm ? 0 : idle + 1
      ear.judge(tick, this.#startedAtMs + this.#ticks * PACKET_MS, lateMs)
    }
    this.#ticks = Math.max(this.#ticks, due)
  }

  markReturned(name: string): void {
    this.#ear?.markReturned(name)
  }

  stopSent(): void {
    this.#conformance?.stopSent(this.#options.now())
  }

  closed(closing: Closing, {dropped, refusedWith}: Lost): void {
    this.advance()
    if (refusedWith !== undefined) this.#conformance?.refused(refusedWith)
    this.#conformance?.closed(closing, {queuedMs: this.#ear?.queuedMs ?? 0, dropped})
  }

  #lookEarly(data: string | Uint8Array): void {
    const {message, violations} = decodeBot(data)
    this.#note(message)
    for (const violation of violations) this.tally.add(violation)
    this.tally.add({rule: 'sent-before-start'})
  }

  #note(message: BotMessage): void {
    const {record, marks, codec} = this.#options
    if (message.event === 'mark') marks.sent(message.name)
    record.sent(message)
    if (record.tellsMessages) record.tell({type: 'sent', raw: this.#raw, message, codec: codec()})
  }

  #record(event: StreamEvent): void {
    if (event.type !== 'bot-audio') return
    const {log, record} = this.#options
    if (!this.#hasSpoken) log.spoke(event.audioMs)
    this.#hasSpoken = true
    record.said(event.audioMs)
  }
}
