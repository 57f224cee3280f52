import {decodeBot} from '../../protocol/decode.js'
import type {Closing, StreamEvent} from '../../protocol/events.js'
import type {BotMessage, MediaMessage} from '../../protocol/messages.js'
import {payloadBytes} from '../../protocol/payload.js'
import {AudioEvidence} from './audio-evidence.js'
import {FlowEvidence} from './flow-evidence.js'
import {WireEvidence} from './wire-evidence.js'

type CallEvent = Extract<StreamEvent, {type: 'call'}>

export type EvidenceOptions = {
  /** Else what its audio is made of stays unknown, and what of it may be a cause is none. */
  readonly looksAtAudio?: boolean
}

/** What a call showed of its bot, as far as a diagnosis needs it; bounded, whatever the bot sends. */
export class Evidence {
  readonly wire: WireEvidence
  readonly audio = new AudioEvidence(() => this.sampleRateHz)
  readonly flow = new FlowEvidence()
  readonly looksAtAudio: boolean
  #call: CallEvent | undefined
  #wantedCode: number | undefined

  constructor({looksAtAudio = true}: EvidenceOptions = {}) {
    this.looksAtAudio = looksAtAudio
    const looksAtFirst = looksAtAudio ? undefined : FEW
    this.wire = new WireEvidence(() => this.call?.streamSid, looksAtFirst)
  }

  /** The call itself; absent before its first event. */
  get call(): CallEvent | undefined {
    return this.#call
  }

  /** The close code that the scenario waited for, once it had come to that. */
  get wantedCode(): number | undefined {
    return this.#wantedCode
  }

  get sampleRateHz(): number {
    return this.#call?.sampleRateHz ?? 8000
  }

  /** Whether the line takes 16-bit PCM, which is all that is known of what other audio looks like. */
  get isPcm16(): boolean {
    return (this.#call?.codec ?? 'pcm16') === 'pcm16'
  }

  /** Whether the caller is somewhere noisy all the time. */
  get hasBackground(): boolean {
    return this.#call?.background !== undefined
  }

  /** @param message of a `received` event, where it was decoded already */
  feed(event: StreamEvent, message?: BotMessage): void {
    if (event.type === 'call') this.#call = event
    else if (event.type === 'violation') this.wire.violated(event.violation)
    else if (event.type === 'received') this.#received(event, message)
    else if (event.type === 'turn-start') this.#wantedCode = event.code
    else this.flow.feed(event)
  }

  /**
   * A media message that is no `received` event, because there is nothing to be seen in it that others
   * do not show; false where it has to be one.
   */
  passesOver(message: MediaMessage): boolean {
    if (this.looksAtAudio || !this.wire.passesOver(message)) return false
    this.audio.count(payloadBytes(message.payload))
    return true
  }

  #received(
    event: Extract<StreamEvent, {type: 'received'}>,
    message = decodeBot(event.text).message,
  ): void {
    const bytes = this.wire.received(event, message)
    if (bytes) this.audio.count(bytes.length)
    if (bytes && this.looksAtAudio && this.wire.isWhole) this.audio.push(bytes, event.atMs)
    if (message.event === 'mark') this.flow.mark(message.name, event.atMs)
  }
}

/** Of the first messages, where the audio is not looked at. */
const FEW = 20

/** Whether the bot closed with the very code that it was to close with. */
export function isWantedClose({wantedCode}: Evidence, closing: Closing | undefined): boolean {
  return closing?.by === 'bot' && closing.code !== undefined && closing.code === wantedCode
}
