import {type CodecGuess, guessCodec} from '../../audio/codec-guess.js'
import {dbfs} from '../../audio/level.js'
import {bytesToPcm16, concatPcm} from '../../audio/pcm16.js'
import {type VoiceSigns, voiceSigns} from '../../audio/voice-signs.js'

/** 20 s at 8 kHz: what is kept of the audio, from the first message on. */
const MOST_BYTES = 320_000
/** A longer pause between two messages ends an utterance. */
const PAUSE_MS = 400
const MOST_SIZES = 100
/** The sample is at the rail, or one step of a mu-law decoder below it. */
const RAIL = 32_600
const AUDIBLE_SAMPLE = 300
/** What a rail is hit by in a row, so that a lone peak does not count. */
const RAIL_RUN = 2

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
  #segments: Uint8Array[][] = []
  #keptBytes = 0
  #lastAtMs = Number.NEGATIVE_INFINITY
  #known: Looked | undefined

  count(bytes: number): void {
    if (bytes === 0 || (!this.sizes.has(bytes) && this.sizes.size >= MOST_SIZES)) return
    this.sizes.set(bytes, (this.sizes.get(bytes) ?? 0) + 1)
  }

  /** The next bytes; none may be left out before them. */
  push(bytes: Uint8Array, atMs: number): void {
    if (bytes.length === 0 || this.#keptBytes + bytes.length > MOST_BYTES) return
    this.#keptBytes += bytes.length
    if (atMs - this.#lastAtMs > PAUSE_MS) this.#segments.push([])
    this.#lastAtMs = atMs
    this.#segments.at(-1)?.push(bytes)
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
    return dbfs(this.#pcm())
  }

  /** The share of the audible samples that lie at the end of the scale, 0 to 1, runs only. */
  clipped(): number {
    let audible = 0
    let clipped = 0
    let run = 0
    for (const sample of this.#pcm()) {
      const size = Math.abs(sample)
      if (size > AUDIBLE_SAMPLE) audible += 1
      run = size >= RAIL ? run + 1 : 0
      if (run >= RAIL_RUN) clipped += 1
    }
    return audible > 0 ? clipped / audible : 0
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
    return this.#segments.map((chunks) => Buffer.concat(chunks))
  }
}
