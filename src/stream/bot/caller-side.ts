import {decodeExotel} from '../../protocol/decode.js'
import {DEFAULT_SAMPLE_RATE_HZ} from '../../protocol/limits.js'
import {MediaReader} from '../../protocol/media-reader.js'
import type {
  ExotelMessage,
  MarkMessage,
  MediaMessage,
  SampleRateHz,
  StartMessage,
  StopMessage,
} from '../../protocol/messages.js'
import {SequenceCheck} from '../sequence.js'
import type {BotEvent} from './bot.js'
import {CallerAudio} from './caller-audio.js'
import {identifiedBy, identityOf, impliedIdentity, withSidOf} from './identity.js'
import type {StreamLog} from './stream-log.js'
import type {StreamRecord} from './stream-record.js'
import type {StreamIdentity} from './stream-watch.js'

export type CallerSideOptions = {
  readonly record: StreamRecord
  readonly log: StreamLog
  readonly urlSampleRateHz: SampleRateHz | undefined
  /** Whether a mark that came is one of the bot's own, coming back. */
  readonly takeBack: (name: string) => boolean
  /** Called once, when the stream has begun: from then on its rate stays. */
  readonly began: (identity: StreamIdentity) => void
}

type Data = string | Uint8Array

/** Of what may come before any `start`, these tell no rate. */
const WITHOUT_A_RATE: ReadonlySet<string> = new Set(['dtmf', 'mark', 'clear'])

/**
 * What the caller of one stream says, in order, for the bot that runs here and for a relay alike:
 * who calls, at which rate, the audio, whose a mark is, and what was not as the protocol has it.
 */
export class CallerSide {
  readonly #options: CallerSideOptions
  readonly #sequence = new SequenceCheck()
  readonly #reader = new MediaReader()
  #audio = new CallerAudio(DEFAULT_SAMPLE_RATE_HZ)
  /** Of what came before `start` and told no rate, which `start` may still bring. */
  #early: StreamIdentity | undefined
  #identity: StreamIdentity | undefined
  #hasStopped = false

  constructor(options: CallerSideOptions) {
    this.#options = options
  }

  /** Once the stream has begun. */
  get identity(): StreamIdentity | undefined {
    return this.#identity
  }

  get audio(): CallerAudio {
    return this.#audio
  }

  get hasStopped(): boolean {
    return this.#hasStopped
  }

  /** Something came, but neither a `start` nor audio that would begin the stream. */
  get awaitsStart(): boolean {
    return this.#early !== undefined && this.#identity === undefined
  }

  /** What a message is to the bot; nothing where it is none of its business, or comes after `stop`. */
  hear(data: Data): BotEvent | undefined {
    const {record} = this.#options
    const {message, violations} = decodeExotel(data)
    const count = record.received(data, message)
    for (const violation of violations) record.violated(violation)
    this.#checkSequence(message)
    if (this.#hasStopped) {
      record.violated({rule: 'message-after-stop', detail: message.event})
      return undefined
    }
    if (!this.#identity) this.#imply(message, data)
    if (message.event !== 'start') return this.#take(message, count)
    this.#started(message, {data, count})
    return undefined
  }

  /** The same for text that is still bytes; the usual media message of a stream that goes on stays so. */
  hearText(bytes: Buffer): BotEvent | undefined {
    const {record} = this.#options
    const isUsual = this.#identity !== undefined && !this.#hasStopped && !record.tellsMessages
    const message = isUsual ? this.#reader.read(bytes) : undefined
    if (!message) return this.hear(bytes.toString('utf8'))
    const count = record.received(bytes, message)
    this.#checkSequence(message)
    return this.#media(message, count)
  }

  #checkSequence(message: ExotelMessage): void {
    for (const {counter, expected, got} of this.#sequence.message(message)) {
      const detail = `${counter} ${String(got)} where ${String(expected)} was expected`
      this.#options.record.violated({rule: 'counter-not-ascending', detail})
    }
  }

  /** No `start` is waited for any longer: what has come already begins the stream. */
  settle(): void {
    if (this.#early && !this.#identity) this.#begin(this.#early)
  }

  #imply(message: ExotelMessage, data: Data): void {
    const isMedia = message.event === 'media'
    if (!isMedia && !WITHOUT_A_RATE.has(message.event)) return
    const {record, urlSampleRateHz} = this.#options
    if (!this.#early) {
      record.violated({rule: 'start-missing', detail: `${message.event} came first`})
    }
    const implied = impliedIdentity(message, {urlSampleRateHz, data})
    this.#early = withSidOf(this.#early, implied)
    if (isMedia) this.#begin(this.#early)
  }

  #take(message: Exclude<ExotelMessage, StartMessage>, count: number): BotEvent | undefined {
    const {log, record} = this.#options
    switch (message.event) {
      case 'connected':
        log.connected(count)
        return undefined
      case 'media':
        return this.#decoded(message, count)
      case 'dtmf': {
        const {digit, durationMs} = message
        log.digit(digit, count)
        return {type: 'dtmf', digit, ...(durationMs === undefined ? {} : {durationMs})}
      }
      case 'mark':
        return this.#mark(message)
      case 'clear':
        log.clear(count)
        record.violated({rule: 'caller-sent-clear'})
        return {type: 'clear'}
      case 'stop':
        return this.#stopped(message)
      case 'unknown':
      case 'invalid':
        log.kept(message)
        return undefined
    }
  }

  #mark({name}: MarkMessage): BotEvent {
    const {log, record, takeBack} = this.#options
    const isOwn = takeBack(name)
    log.mark(name, isOwn)
    if (!isOwn) record.violated({rule: 'caller-sent-mark'})
    return {type: 'mark', name}
  }

  #stopped({reason}: StopMessage): BotEvent {
    const {log, record} = this.#options
    this.settle()
    this.#hasStopped = true
    record.stopReason = reason
    log.stopped(reason)
    return {type: 'stop', ...(reason === undefined ? {} : {reason})}
  }

  #started(start: StartMessage, {data, count}: {data: Data; count: number}): void {
    const {record, urlSampleRateHz} = this.#options
    if (count > 1) {
      record.violated({rule: 'start-repeated'})
      return
    }
    if (!record.has('connected')) record.violated({rule: 'connected-missing'})
    const named = identityOf(start, {urlSampleRateHz, data})
    if (this.#identity) this.#identify(named, this.#identity)
    else this.#begin(this.#early ? withSidOf(named, this.#early) : named)
  }

  #begin(identity: StreamIdentity): void {
    const {record, log, began} = this.#options
    this.#identity = identity
    this.#audio = new CallerAudio(identity.sampleRateHz)
    this.#audio.announce(identity.encoding)
    log.began(identity)
    record.tell({type: 'started', identity})
    began(identity)
  }

  /** A `start` that came after the audio: who has heard at one rate cannot go on at another. */
  #identify(named: StreamIdentity, known: StreamIdentity): void {
    const {record, log} = this.#options
    if (named.rateFrom === 'start' && named.sampleRateHz !== known.sampleRateHz) {
      const rates = `${String(named.sampleRateHz)} Hz in start, ${String(known.sampleRateHz)} Hz in use`
      record.violated({rule: 'rate-came-late', detail: rates})
    }
    const identity = identifiedBy(named, known)
    this.#identity = identity
    this.#audio.announce(identity.encoding)
    log.identified(identity)
    record.tell({type: 'identified', identity})
  }

  /** Without its samples, where nothing is odd. */
  #media(message: MediaMessage, count: number): BotEvent {
    const {record, log} = this.#options
    const audio = this.#audio
    const heard = audio.hear(message)
    if (!heard) return this.#decoded(message, count)
    record.heard(audio.msOf(heard.samples), audio.codec)
    if (count === 1) log.firstMedia(heard.samples, audio.codec)
    if (log.looksAt(count)) log.media(heard.pcm, count, record.heardMs)
    return heard
  }

  /** With all that it takes: for a watch, and where something may be odd. */
  #decoded(message: MediaMessage, count: number): BotEvent {
    const {record, log} = this.#options
    const audio = this.#audio
    const {bytes, pcm, violations} = audio.decode(message)
    for (const violation of violations) record.violated(violation)
    const {codec} = audio
    record.heard(audio.msOf(pcm.length), codec)
    if (count === 1) log.firstMedia(pcm.length, codec)
    if (log.looksAt(count)) log.media(pcm, count, record.heardMs)
    if (record.tellsMessages) record.tell({type: 'audio', message, bytes, pcm, codec})
    return {type: 'audio', payload: message.payload, pcm}
  }
}
