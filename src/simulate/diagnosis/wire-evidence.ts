import type {StreamEvent, Violation} from '../../protocol/events.js'
import type {BotMessage, MediaMessage} from '../../protocol/messages.js'
import type {RuleId} from '../../protocol/rules.js'
import {type PayloadFault, readPayload} from './payload-fault.js'

type Received = Extract<StreamEvent, {type: 'received'}>

/** How often something was seen, and how it looked the first time, cut short. */
export type Seen = {count: number; readonly first: string}

/** The first payloads are all looked at, and from then on one of so many. */
const LOOKED_AT = 400
const ONE_OF = 16
const EXCERPT_CHARACTERS = 40
const MOST_NAMES = 20

/** What the messages of a bot look like on the wire; of a fixed size, however many come. */
export class WireEvidence {
  messages = 0
  media = 0
  marks = 0
  binary = 0
  /** Binary messages that are no JSON either: bare samples. */
  binarySamples = 0
  /** Messages with `streamSid` in camelCase, among the payloads looked at. */
  camelCase = 0
  /** Media messages whose payload was looked at. */
  lookedAt = 0
  notUnderstood: Seen | undefined
  wrongSid: Seen | undefined
  noSid = 0
  readonly faults = new Map<PayloadFault, Seen>()
  readonly rules = new Map<RuleId, Seen>()
  readonly #streamSid: () => string | undefined
  readonly #looksAtFirst: number

  constructor(streamSid: () => string | undefined, looksAtFirst = LOOKED_AT) {
    this.#streamSid = streamSid
    this.#looksAtFirst = looksAtFirst
  }

  violated({rule, detail = ''}: Violation): void {
    const seen = this.rules.get(rule)
    if (seen) seen.count += 1
    else this.rules.set(rule, {count: 1, first: detail})
  }

  /** Returns the bytes of the audio in the message, where it has some and was looked at. */
  received({text, base64}: Received, message: BotMessage): Uint8Array | undefined {
    this.messages += 1
    if (base64 !== undefined) {
      this.binary += 1
      if (message.event === 'invalid') this.binarySamples += 1
    }
    if (message.event === 'invalid' || message.event === 'unknown') {
      this.notUnderstood = see(this.notUnderstood, text)
      return undefined
    }
    this.#sid(message)
    if (message.event === 'mark') this.marks += 1
    if (message.event !== 'media') return undefined
    this.media += 1
    if (!this.#isLookedAt(this.media)) return undefined
    this.lookedAt += 1
    // A media message in camelCase has the key once, near either end.
    if (text.slice(0, 400).includes('"streamSid"') || text.slice(-400).includes('"streamSid"'))
      this.camelCase += 1
    return this.#payload(message.payload)
  }

  /** So far no message was passed over: the audio is in one piece. */
  get isWhole(): boolean {
    return this.media <= this.#looksAtFirst
  }

  /** Counts a media message that is not looked at; false for one that is, or whose stream id is odd. */
  passesOver({streamSid}: MediaMessage): boolean {
    if (this.#isLookedAt(this.media + 1) || streamSid !== this.#streamSid()) return false
    this.messages += 1
    this.media += 1
    return true
  }

  #isLookedAt(number: number): boolean {
    return number <= this.#looksAtFirst || number % ONE_OF === 0
  }

  /** How many of the payloads looked at have the fault. */
  faulty(fault: PayloadFault): number {
    return this.faults.get(fault)?.count ?? 0
  }

  broken(rule: RuleId): number {
    return this.rules.get(rule)?.count ?? 0
  }

  #sid({streamSid}: Exclude<BotMessage, {event: 'invalid' | 'unknown'}>): void {
    if (streamSid === undefined || streamSid === '') this.noSid += 1
    else if (streamSid !== this.#streamSid()) this.wrongSid = see(this.wrongSid, streamSid)
  }

  #payload(payload: string): Uint8Array {
    const {bytes, fault} = readPayload(payload)
    if (fault !== undefined && this.faults.size < MOST_NAMES) {
      this.faults.set(fault, see(this.faults.get(fault), payload))
    }
    return bytes
  }
}

function see(seen: Seen | undefined, text: string): Seen {
  if (!seen) return {count: 1, first: text.slice(0, EXCERPT_CHARACTERS)}
  seen.count += 1
  return seen
}
