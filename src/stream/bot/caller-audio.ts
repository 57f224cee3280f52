import type {Violation} from '../../protocol/events.js'
import {PACKET_MS} from '../../protocol/limits.js'
import type {MediaMessage, SampleRateHz} from '../../protocol/messages.js'
import {decodePayload, hasNoHeader, isPlainBase64, payloadBytes} from '../../protocol/payload.js'
import {bytesToPcm, type Codec} from '../codec.js'
import {CodecDecision} from './codec-decision.js'
import {HeardAudio} from './heard-audio.js'

const ULAW_NAME = /mu-?law|ulaw|pcmu/i

/** In milliseconds a call of three years, and since 1970 a day in 1973. */
const SURELY_SINCE_EPOCH_MS = 1e11
/** Of base64, which stand for no byte of audio. */
const MOST_PADDING_BYTES = 2

type Decoded = {
  /** What stood in the payload. */
  readonly bytes: Uint8Array
  readonly pcm: Int16Array
  readonly violations: readonly Violation[]
}

/** The caller's audio, from payloads of whatever size to samples. */
export class CallerAudio {
  readonly #sampleRateHz: SampleRateHz
  #codec: Codec = 'pcm16'
  #decision: CodecDecision | undefined
  /** The first byte of a sample whose second comes with the next payload. */
  #half: number | undefined

  constructor(sampleRateHz: SampleRateHz) {
    this.#sampleRateHz = sampleRateHz
  }

  /** What the caller sends, and is to be answered with, as far as is known by now. */
  get codec(): Codec {
    return this.#codec
  }

  /** What `start` says of the encoding; PCM has many names, and only mu-law is another codec. */
  announce(encoding: string | undefined): void {
    if (encoding === undefined || !ULAW_NAME.test(encoding)) return
    this.#decision = new CodecDecision(this.#sampleRateHz)
    this.#codec = this.#decision.codec
  }

  /**
   * The audio of a message in which nothing is odd, for whoever may not look at its samples. Nothing
   * where only `decode` tells what it is.
   */
  hear({payload, timestampMs}: MediaMessage): HeardAudio | undefined {
    if (this.#decision !== undefined || this.#half !== undefined) return undefined
    if (timestampMs !== undefined && timestampMs > SURELY_SINCE_EPOCH_MS) return undefined
    const codec = this.#codec
    const samples = payloadBytes(payload) / (codec === 'ulaw' ? 1 : 2)
    const isSound = Number.isInteger(samples) && isPlainBase64(payload) && hasNoHeader(payload)
    return isSound ? new HeardAudio(payload, codec, samples) : undefined
  }

  decode({payload, timestampMs}: MediaMessage): Decoded {
    const {bytes, violations} = decodePayload(payload, this.#codec)
    const isSound = violations.length === 0
    // What is no audio as it should be must neither decide the codec nor shift what follows.
    const isText = !isSound && violations.some(({rule}) => rule === 'payload-not-base64')
    if (isText) return {bytes, pcm: bytesToPcm(bytes, this.#codec), violations}
    const refuted = this.#decision && this.#judge(this.#decision, {bytes, timestampMs})
    const pcm = this.#samplesOf(bytes)
    const isSinceEpoch = timestampMs !== undefined && timestampMs > SURELY_SINCE_EPOCH_MS
    if (!refuted && !isSinceEpoch) return {bytes, pcm, violations}
    const more: Violation[] = []
    if (refuted) more.push(refuted)
    if (isSinceEpoch) more.push({rule: 'timestamp-since-epoch', detail: String(timestampMs)})
    return {bytes, pcm, violations: [...violations, ...more]}
  }

  /** Takes a payload into account before it is decoded; returns what is wrong with the announcement. */
  #judge(
    decision: CodecDecision,
    {bytes, timestampMs}: {bytes: Uint8Array; timestampMs: number | undefined},
  ): Violation | undefined {
    decision.hear(bytes, timestampMs)
    this.#codec = decision.codec
    if (!decision.isDecided) return undefined
    this.#decision = undefined
    return this.#codec === 'pcm16' ? {rule: 'ulaw-not-confirmed'} : undefined
  }

  /** Half a sample at the end of a payload goes before the next one. */
  #samplesOf(bytes: Uint8Array): Int16Array {
    if (this.#codec === 'ulaw') {
      this.#half = undefined
      return bytesToPcm(bytes, 'ulaw')
    }
    const whole = this.#half === undefined ? bytes : joined(this.#half, bytes)
    this.#half = whole.length % 2 === 1 ? whole.at(-1) : undefined
    return bytesToPcm(whole, 'pcm16')
  }

  msOf(samples: number): number {
    return (samples * 1000) / this.#sampleRateHz
  }

  /**
   * What a message counts for in a queue: its text if that were all audio, because what cannot be
   * decoded takes memory too; 20 ms at least.
   */
  weightMs(audio: {readonly pcm: Int16Array; readonly payload: string}): number {
    const bytes = (audio.payload.length * 3) / 4 - MOST_PADDING_BYTES
    const heard = audio instanceof HeardAudio ? audio.samples : audio.pcm.length
    const samples = Math.max(heard, bytes / (this.#codec === 'ulaw' ? 1 : 2))
    return Math.max(PACKET_MS, this.msOf(samples))
  }
}

function joined(first: number, rest: Uint8Array): Uint8Array {
  const whole = new Uint8Array(rest.length + 1)
  whole[0] = first
  whole.set(rest, 1)
  return whole
}
