import {decodeExotel} from '../../../protocol/decode.js'
import type {
  ExotelMessage,
  MediaMessage,
  SampleRateHz,
  StartMessage,
} from '../../../protocol/messages.js'
import {CallerAudio} from '../../../stream/bot/caller-audio.js'
import {identifiedBy, identityOf, impliedIdentity} from '../../../stream/bot/identity.js'
import type {StreamIdentity} from '../../../stream/bot/stream-watch.js'
import type {Codec} from '../../../stream/codec.js'
import {type LookOptions, Tally} from './tally.js'

export type CallerLookOptions = LookOptions & {
  readonly urlSampleRateHz: SampleRateHz | undefined
  /** Called once, when it is known what the audio of the stream is. */
  readonly started: (identity: StreamIdentity) => void
}

type Data = string | Uint8Array

/** What begins a stream where no `start` has. */
const BEGINNINGS: ReadonlySet<ExotelMessage['event']> = new Set(['media', 'dtmf', 'mark', 'clear'])

/** What is seen of the caller's messages on their way to the bot. Changes nothing. */
export class CallerLook {
  readonly tally: Tally
  readonly #options: CallerLookOptions
  readonly #received = new Map<ExotelMessage['event'], number>()
  #identity: StreamIdentity | undefined
  #audio: CallerAudio | undefined
  #heardMs = 0
  #stopReason: string | undefined

  constructor(options: CallerLookOptions) {
    this.#options = options
    this.tally = new Tally('caller', options)
  }

  /** Of the audio, as far as it has shown itself. */
  get codec(): Codec {
    return this.#audio?.codec ?? 'pcm16'
  }

  /** Messages by event. */
  get received(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#received)
  }

  /** Of the caller's audio. */
  get heardMs(): number {
    return this.#heardMs
  }

  get hasStopped(): boolean {
    return this.#received.has('stop')
  }

  get stopReason(): string | undefined {
    return this.#stopReason
  }

  look(data: Data): ExotelMessage {
    const {message, violations} = decodeExotel(data)
    const count = (this.#received.get(message.event) ?? 0) + 1
    this.#received.set(message.event, count)
    const {watch, now} = this.#options
    watch?.({type: 'received', atMs: now(), raw: data, message})
    for (const violation of violations) this.tally.add(violation)
    if (this.hasStopped && message.event !== 'stop') this.tally.add({rule: 'message-after-stop'})
    if (message.event === 'start') this.#start(message, {data, count})
    else {
      if (!this.#audio && BEGINNINGS.has(message.event)) this.#imply(message, data)
      this.#follow(message, count)
    }
    return message
  }

  #follow(message: Exclude<ExotelMessage, StartMessage>, count: number): void {
    const {log} = this.#options
    switch (message.event) {
      case 'connected':
        log.connected(count)
        return
      case 'media':
        this.#media(message, count)
        return
      case 'dtmf':
        log.digit(message.digit, count)
        return
      case 'mark':
        log.mark(message.name, true)
        return
      case 'clear':
        log.clear(count)
        return
      case 'stop':
        if (count > 1) return
        this.#stopReason = message.reason
        log.stopped(message.reason)
        return
      case 'unknown':
      case 'invalid':
        log.kept(message)
    }
  }

  #start(start: StartMessage, {data, count}: {data: Data; count: number}): void {
    if (count > 1) {
      this.tally.add({rule: 'start-repeated'})
      return
    }
    if (!this.#received.has('connected')) this.tally.add({rule: 'connected-missing'})
    const {now, watch, log, urlSampleRateHz} = this.#options
    const named = identityOf(start, {urlSampleRateHz, data})
    if (!this.#identity) {
      this.#begin(named)
      return
    }
    const identity = identifiedBy(named, this.#identity)
    this.#identity = identity
    this.#audio?.announce(identity.encoding)
    log.identified(identity)
    watch?.({type: 'identified', atMs: now(), identity})
  }

  /** Audio or another event before any `start` begins the stream, too. */
  #imply(message: ExotelMessage, data: Data): void {
    const {urlSampleRateHz} = this.#options
    this.tally.add({rule: 'start-missing'})
    this.#begin(impliedIdentity(message, {urlSampleRateHz, data}))
  }

  #begin(identity: StreamIdentity): void {
    const {started, log, now, watch} = this.#options
    const audio = new CallerAudio(identity.sampleRateHz)
    audio.announce(identity.encoding)
    this.#identity = identity
    this.#audio = audio
    log.began(identity)
    started(identity)
    watch?.({type: 'started', atMs: now(), identity})
  }

  #media(message: MediaMessage, count: number): void {
    const audio = this.#audio
    if (!audio) return
    const {log, watch, now} = this.#options
    const {bytes, pcm, violations} = audio.decode(message)
    for (const violation of violations) this.tally.add(violation)
    const {codec} = audio
    this.#heardMs += audio.msOf(pcm.length)
    if (count === 1) log.firstMedia(pcm.length, codec)
    log.media(pcm, count, this.#heardMs)
    watch?.({type: 'audio', atMs: now(), message, bytes, pcm, codec})
  }
}
