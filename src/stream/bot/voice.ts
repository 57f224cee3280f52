import {Chunker} from '../../audio/chunker.js'
import type {Clock} from '../../clock.js'
import {encodeBot} from '../../protocol/encode.js'
import {packetBytes, PACKET_MS} from '../../protocol/limits.js'
import type {BotMessage, SampleRateHz} from '../../protocol/messages.js'
import {type Codec, pcmToPayload} from '../codec.js'
import type {StreamSocket} from '../socket.js'
import {speakChunks} from './speak.js'

/** 200 ms: the least that Exotel asks for at 8 kHz, and legal at every rate. */
const CHUNK_MS = 200

type VoiceOptions = {
  readonly streamSid: string
  readonly sampleRateHz: SampleRateHz
  readonly codec: Codec
  readonly clock: Clock
  /** Aborted when the call has ended. */
  readonly signal: AbortSignal
}

/** What a bot says in one call: audio in legal chunks, marks and clears. */
export class Voice {
  readonly #socket: StreamSocket
  readonly #options: VoiceOptions
  /** When all that was sent will have been played. */
  #playedAt = 0

  constructor(socket: StreamSocket, options: VoiceOptions) {
    this.#socket = socket
    this.#options = options
  }

  play(pcm: Int16Array): void {
    for (const chunk of this.#chunksOf(pcm)) this.#sendPcm(chunk)
  }

  playPayload(payload: string): void {
    this.#send({event: 'media', payload})
  }

  speak(pcm: Int16Array, given?: AbortSignal): Promise<boolean> {
    const {clock, signal} = this.#options
    return speakChunks({
      chunks: this.#chunksOf(pcm),
      chunkMs: CHUNK_MS,
      startAt: Math.max(clock.now(), this.#playedAt),
      clock,
      signal: given ? AbortSignal.any([signal, given]) : signal,
      send: (chunk) => {
        this.#sendPcm(chunk)
      },
    })
  }

  mark(name: string): void {
    this.#send({event: 'mark', name})
  }

  clear(): void {
    this.#playedAt = 0
    this.#send({event: 'clear'})
  }

  /** Legal chunks; the last is filled up with silence to whole packets. */
  #chunksOf(pcm: Int16Array): Int16Array[] {
    // Bots are JavaScript too, and a Buffer would be played as noise.
    if (!((pcm as unknown) instanceof Int16Array)) {
      throw new TypeError(
        'call.play and call.speak take 16-bit samples as an Int16Array; readWav(path, {sampleRateHz}) of exostream gives one',
      )
    }
    const packet = packetBytes(this.#options.sampleRateHz)
    const chunker = new Chunker({
      chunkBytes: (packet * CHUNK_MS) / PACKET_MS,
      packetBytes: packet,
    })
    const whole = chunker.push(pcm)
    const last = chunker.flush()
    return last ? [...whole, last] : whole
  }

  #sendPcm(pcm: Int16Array): void {
    const {clock, sampleRateHz, codec} = this.#options
    const audioMs = (pcm.length * 1000) / sampleRateHz
    this.#playedAt = Math.max(clock.now(), this.#playedAt) + audioMs
    this.#send({event: 'media', payload: pcmToPayload(pcm, codec)})
  }

  #send(message: Exclude<BotMessage, {event: 'unknown' | 'invalid'}>): void {
    const {streamSid} = this.#options
    this.#socket.send(encodeBot(streamSid === '' ? message : {...message, streamSid}))
  }
}
