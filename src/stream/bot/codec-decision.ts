import {ulawToPcm16} from '../../audio/g711.js'
import {bytesToPcm16} from '../../audio/pcm16.js'
import {packetBytes} from '../../protocol/limits.js'
import type {Codec} from '../codec.js'

/** 20 ms of mu-law at 8 kHz tell, if it is not white noise. */
const LEAST_BYTES = 160
/** Fewer tell nothing at all. */
const LEAST_FOR_A_GUESS_BYTES = 32
/** What has not told by then, half a second of mu-law or more, will not. */
const MOST_BYTES = 4000
/** How much louder and rougher the wrong reading is, but for sound louder than a telephone brings. */
const CLEAR = 2
/** Of 16 bits: below it both readings are silent, and their ratio is chance. */
const FLOOR = 16
/** Mu-law for no sound at all; as PCM it would be -1 for ever, which is as silent. */
const ULAW_SILENCE = 0xff

/**
 * Whether a caller who says mu-law sends it. Read as the other codec, either is loud noise: the low
 * bytes of PCM are any byte, and the quiet codes of mu-law are large as the high byte of a sample.
 * So the reading that is quieter and smoother is the right one, in speech, in noise and on a quiet
 * line. Only where it is very loud are both alike; then the size of the messages decides.
 */
export class CodecDecision {
  readonly #samplesPerMs: number
  readonly #packetBytes: number
  readonly #sizes: Record<Codec, number> = {pcm16: 0, ulaw: 0}
  readonly #effort: Record<Codec, Effort> = {pcm16: {sum: 0, count: 0}, ulaw: {sum: 0, count: 0}}
  #bytes = 0
  #codec: Codec = 'ulaw'
  #isDecided = false
  #previous: {readonly bytes: number; readonly timestampMs: number} | undefined

  constructor(sampleRateHz: number) {
    this.#samplesPerMs = sampleRateHz / 1000
    this.#packetBytes = packetBytes(sampleRateHz)
  }

  /** The best guess so far; mu-law, as was said, until something speaks against it. */
  get codec(): Codec {
    return this.#codec
  }

  /** From then on the codec stays. */
  get isDecided(): boolean {
    return this.#isDecided
  }

  /** The bytes of the next payload. */
  hear(bytes: Uint8Array, timestampMs?: number): void {
    if (this.#isDecided) return
    this.#weighSize(bytes.length, timestampMs)
    // Silence of mu-law tells nothing; it must not use up what may be looked at.
    if (bytes.every((byte) => byte === ULAW_SILENCE)) return
    const looked = bytes.subarray(0, MOST_BYTES)
    // Where samples of two bytes begin, when the payloads before had half a one too many.
    weigh(this.#effort.pcm16, bytesToPcm16(looked.subarray(this.#bytes % 2)))
    weigh(this.#effort.ulaw, ulawToPcm16(looked))
    this.#bytes += bytes.length
    this.#decide()
  }

  #decide(): void {
    if (this.#bytes < LEAST_FOR_A_GUESS_BYTES) return
    const pcm16 = effortOf(this.#effort.pcm16)
    const ulaw = effortOf(this.#effort.ulaw)
    const quieter = pcm16 < ulaw ? 'pcm16' : 'ulaw'
    const isClear = Math.max(pcm16, ulaw) >= CLEAR * Math.min(pcm16, ulaw)
    const isLast = this.#bytes >= MOST_BYTES
    // What nothing bears out is not mu-law.
    this.#codec = isClear ? quieter : (this.#bySize() ?? (isLast ? 'pcm16' : quieter))
    this.#isDecided = isLast || (isClear && this.#bytes >= LEAST_BYTES)
  }

  #bySize(): Codec | undefined {
    const {pcm16, ulaw} = this.#sizes
    if (pcm16 === ulaw) return undefined
    return pcm16 > ulaw ? 'pcm16' : 'ulaw'
  }

  /** By the time until the next message where there are timestamps, else by the usual sizes. */
  #weighSize(bytes: number, timestampMs: number | undefined): void {
    const previous = this.#previous
    this.#previous = timestampMs === undefined ? undefined : {bytes, timestampMs}
    if (timestampMs !== undefined && previous !== undefined) {
      const samples = (timestampMs - previous.timestampMs) * this.#samplesPerMs
      if (samples > 0 && previous.bytes === samples) this.#sizes.ulaw += SURE
      if (samples > 0 && previous.bytes === samples * 2) this.#sizes.pcm16 += SURE
    }
    if (bytes % this.#packetBytes === 0) this.#sizes.pcm16 += 1
    else if (bytes % (this.#packetBytes / 2) === 0) this.#sizes.ulaw += 1
  }
}

/** 320 bytes are 20 ms of PCM or 40 of mu-law: the usual size of a message is a hint, its time is a proof. */
const SURE = 4

type Effort = {sum: number; count: number}

/** Adds how far each sample is from nothing, and from the one before it. */
function weigh(effort: Effort, pcm: Int16Array): void {
  let last = pcm[0] ?? 0
  for (const sample of pcm) {
    effort.sum += Math.abs(sample) + Math.abs(sample - last)
    last = sample
  }
  effort.count += pcm.length
}

function effortOf({sum, count}: Effort): number {
  return count > 0 ? FLOOR + sum / count : FLOOR
}
