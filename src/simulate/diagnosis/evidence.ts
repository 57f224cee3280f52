import {decodeBot} from '../../protocol/decode.js'
import type {Closing, StreamEvent} from '../../protocol/events.js'
import type {BotMessage} from '../../protocol/messages.js'
import {AudioEvidence} from './audio-evidence.js'
import {FlowEvidence} from './flow-evidence.js'
import {WireEvidence} from './wire-evidence.js'

type CallEvent = Extract<StreamEvent, {type: 'call'}>

/** What a call showed of its bot, as far as a diagnosis needs it; bounded, whatever the bot sends. */
export class Evidence {
  readonly wire = new WireEvidence(() => this.call?.streamSid)
  readonly audio = new AudioEvidence(() => this.sampleRateHz)
  readonly flow = new FlowEvidence()
  #call: CallEvent | undefined
  #wantedCode: number | undefined

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

  #received(
    event: Extract<StreamEvent, {type: 'received'}>,
    message = decodeBot(event.text).message,
  ): void {
    const bytes = this.wire.received(event, message)
    if (bytes) this.audio.count(bytes.length)
    if (bytes && this.wire.isWhole) this.audio.push(bytes, event.atMs)
    if (message.event === 'mark') this.flow.mark(message.name, event.atMs)
  }
}

/** Whether the bot closed with the very code that it was to close with. */
export function isWantedClose({wantedCode}: Evidence, closing: Closing | undefined): boolean {
  return closing?.by === 'bot' && closing.code !== undefined && closing.code === wantedCode
}
