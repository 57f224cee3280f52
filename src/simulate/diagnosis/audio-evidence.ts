import {type CodecGuess, guessCodec, LOOKED_AT_BYTES} from '../../audio/codec-guess.js'
import {bytesToPcm16, concatPcm} from '../../audio/pcm16.js'
import {LOOKED_AT_MS, type VoiceSigns, voiceSigns} from '../../audio/voice-signs.js'
import {SampleCounts} from './sample-counts.js'

/** 20 s at 8 kHz: what is looked at of the audio, from the first message on. */
const MOST_BYTES = 320_000
/** A longer pause between two messages ends an utterance. */
const PAUSE_MS = 400
const MOST_SIZES = 100

type Looked = {
  /** How many bytes there were then. */
  readonly bytes: number
  readonly codec: CodecGuess | undefined
  voice?: {readonly signs: VoiceSigns | undefined}
}

/** The bytes of a bot's audio, as they were sent. */
export class AudioEvidence {
  /** How many chunks had this many bytes. */
  readonly sizes = new Map<number, number>()
  readonly #sampleRateHz: () => number
  readonly #counts = new SampleCounts()
  /** The first of them, until nothing would be found out of more. */
  #kept = new Uint8Array(FIRST_BYTES)
  #keptBytes = 0
  /** Where in it each utterance begins. */
  readonly #segments: number[] = []
  #seenBytes = 0
  /** Without the zeros behind each utterance, and how many of the last one's are in it. */
  #soundBytes = 0
  #segmentBytes = 0
  #segmentSound = 0
  #lastAtMs = Number.NEGATIVE_INFINITY
  #known: Looked | undefined

  /** @param sampleRateHz of the call, which is known once its audio comes */
  constructor(sampleRateHz = () => HIGHEST_RATE_HZ) {
    this.#sampleRateHz = sampleRateHz
  }

  count(bytes: number): void {
    if (bytes === 0 || (!this.sizes.has(bytes) && this.sizes.size >= MOST_SIZES)) return
    this.sizes.set(bytes, (this.sizes.get(bytes) ?? 0) + 1)
  }

  /** The next bytes; none may be left out before them. */
  push(bytes: Uint8Array, atMs: number): void {
    if (bytes.length === 0 || this.#seenBytes + bytes.length > MOST_BYTES) return
    this.#seenBytes += bytes.length
    const isNew = atMs - this.#lastAtMs > PAUSE_MS
    this.#lastAtMs = atMs
    if (isNew) this.#counts.cut()
    this.#counts.add(bytes)
    if (this.#isEnough()) return
    if (isNew) this.#beginSegment()
    this.#keep(bytes)
  }

  /** The size that most chunks have. */
  get usualBytes(): number {
    const [usual = [0, 0]] = [...this.sizes].toSorted(([, one], [, other]) => other - one)
    return usual[0]
  }

  /** The share of the chunks whose size is as asked, 0 to 1. */
  share(isMeant: (bytes: number) => boolean): number {
    let all = 0
    let meant = 0
    for (const [bytes, count] of this.sizes) {
      all += count
      if (isMeant(bytes)) meant += count
    }
    return all > 0 ? meant / all : 0
  }

  codec(): CodecGuess | undefined {
    return this.#looked().codec
  }

  voice(sampleRateHz: number): VoiceSigns | undefined {
    const looked = this.#looked()
    looked.voice ??= {signs: voiceSigns(this.#pcm(), sampleRateHz)}
    return looked.voice.signs
  }

  /** How loud it is on the whole, read as 16-bit PCM; -Infinity for digital silence. */
  levelDbfs(): number {
    return this.#counts.levelDbfs()
  }

  /** The share of the audible samples that lie at the end of the scale, 0 to 1, runs only. */
  clipped(): number {
    return this.#counts.clipped()
  }

  #beginSegment(): void {
    this.#segments.push(this.#keptBytes)
    this.#soundBytes += this.#segmentSound
    this.#segmentBytes = 0
    this.#segmentSound = 0
  }

  #keep(bytes: Uint8Array): void {
    // A copy: a short decoded payload holds the memory of many others.
    if (this.#keptBytes + bytes.length > this.#kept.length) this.#grow(bytes.length)
    this.#kept.set(bytes, this.#keptBytes)
    this.#keptBytes += bytes.length
    let sound = bytes.length
    while (sound > 0 && bytes[sound - 1] === 0) sound -= 1
    if (sound > 0) this.#segmentSound = this.#segmentBytes + sound
    this.#segmentBytes += bytes.length
  }

  #grow(by: number): void {
    const wider = new Uint8Array(Math.max(2 * this.#kept.length, this.#keptBytes + by))
    wider.set(this.#kept)
    this.#kept = wider
  }

  /** Neither the guess of the codec nor the look at the voice goes further; half samples are left out. */
  #isEnough(): boolean {
    if (this.#soundBytes + this.#segmentSound < LOOKED_AT_BYTES) return false
    const voiceBytes = (this.#sampleRateHz() * 2 * LOOKED_AT_MS) / 1000
    return this.#keptBytes - this.#segments.length >= voiceBytes
  }

  /** What was found out of the bytes so far; asked for more than once, and costly. */
  #looked(): Looked {
    if (this.#known?.bytes !== this.#keptBytes) {
      this.#known = {bytes: this.#keptBytes, codec: guessCodec(this.#utterances())}
    }
    return this.#known
  }

  #pcm(): Int16Array {
    return concatPcm(this.#utterances().map(bytesToPcm16))
  }

  /** Each utterance in one piece: chunks may be cut anywhere. */
  #utterances(): Uint8Array[] {
    return this.#segments.map((from, index) =>
      this.#kept.subarray(from, this.#segments[index + 1] ?? this.#keptBytes),
    )
  }
}

const HIGHEST_RATE_HZ = 24_000
const FIRST_BYTES = 4096
