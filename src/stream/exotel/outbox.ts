import {isAudible} from '../../audio/level.js'
import {encodeExotel} from '../../protocol/encode.js'
import type {StreamEvent} from '../../protocol/events.js'
import type {ExotelMessage, MediaMessage, SampleRateHz} from '../../protocol/messages.js'
import type {Profile} from '../../protocol/profiles.js'
import type {StreamSocket} from '../socket.js'
import type {CallerFrame} from './caller-frame.js'
import type {CallIdentity} from './identity.js'
import {MediaParts} from './media-parts.js'

export type OutboxOptions = {
  readonly identity: CallIdentity
  readonly profile: Profile
  readonly record: (event: StreamEvent) => void
  /** The time on the call's own clock. */
  readonly now: () => number
  /** Whether the next frame is lost before it reaches the stream. */
  readonly isLost: () => boolean
}

type Counted = Extract<ExotelMessage, {event: 'dtmf' | 'mark' | 'clear' | 'stop'}>

/** A frame this soon after the caller's voice still belongs to it, as where lines suppress silence. */
const HANGOVER_MS = 200

/** What leaves Exotel's end, in the profile's dialect, with the counters that all of it shares. */
export class Outbox {
  readonly #socket: StreamSocket
  readonly #options: OutboxOptions
  readonly #parts: MediaParts
  #sequenceNumber = 0
  #chunk = 0
  /** Of the profile's length, sent or not. */
  #frames = 0
  #quietMs = Number.POSITIVE_INFINITY

  constructor(socket: StreamSocket, options: OutboxOptions) {
    this.#socket = socket
    this.#options = options
    this.#parts = new MediaParts(options.profile)
  }

  connected(): void {
    this.#send({event: 'connected'})
  }

  start(customParameters: Readonly<Record<string, string>>, sampleRateHz: SampleRateHz): void {
    const {identity, profile} = this.#options
    const {encoding, bitRate} = profile
    this.#send({
      event: 'start',
      sequenceNumber: this.#nextSequence(),
      ...identity,
      customParameters,
      mediaFormat: {encoding, sampleRateHz, bitRate},
    })
  }

  /** One frame of the profile's length; one that is suppressed or lost still takes its time. */
  frame(frame: CallerFrame, intendedMs: number): void {
    const {profile, identity, isLost, record, now} = this.#options
    const timestampMs = this.#frames * profile.frameMs
    this.#frames += 1
    if (profile.silence === 'suppressed' && this.#isSilent(frame.pcm)) return
    this.#chunk += 1
    const sequenceNumber = this.#nextSequence()
    if (isLost()) return
    const {streamSid} = identity
    const payload = frame.payload()
    this.#sendMedia({sequenceNumber, streamSid, chunk: this.#chunk, timestampMs, payload})
    record({type: 'frame', atMs: now(), intendedMs, chunk: this.#chunk})
  }

  #sendMedia(media: Required<Omit<MediaMessage, 'event'>>): void {
    const {profile} = this.#options
    const socket = this.#socket
    const parts = socket.sendAscii && !profile.isBinary ? this.#parts.of(media) : undefined
    if (parts) socket.sendAscii?.(parts)
    else socket.send(encodeExotel({event: 'media', ...media}, profile), profile.isBinary)
  }

  /** Members that every counted message shares are added here. */
  counted(message: Counted): void {
    const {streamSid} = this.#options.identity
    this.#send({...message, streamSid, sequenceNumber: this.#nextSequence()})
  }

  /** As it is, whatever it is. */
  raw(text: string): void {
    const {profile, record, now} = this.#options
    this.#socket.send(text, profile.isBinary)
    record({type: 'sent', atMs: now(), text})
  }

  #send(message: ExotelMessage): void {
    this.raw(encodeExotel(message, this.#options.profile))
  }

  #isSilent(pcm: Int16Array): boolean {
    this.#quietMs = isAudible(pcm) ? 0 : this.#quietMs + this.#options.profile.frameMs
    return this.#quietMs > HANGOVER_MS
  }

  #nextSequence(): number {
    this.#sequenceNumber += 1
    return this.#sequenceNumber
  }
}
