import {join, resolve} from 'node:path'

import {dbfsToRms, rms} from '../../audio/level.js'
import {toPcm16Sample} from '../../audio/pcm16.js'
import {resample} from '../../audio/resampler.js'
import {noise} from '../../audio/tone.js'
import {speechSpans} from '../../audio/vad.js'
import type {SampleRateHz} from '../../protocol/messages.js'
import {seededRandom} from '../../random.js'
import {readWav} from '../../record/wav-reader.js'
import {speakText, type SpeechOptions} from '../../speech/speak-text.js'
import {BUILT_IN_NOISES, type SoundFile} from './format/fields.js'
import type {Clip} from './scenario.js'

const STREET = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'audio', 'street.wav')

/** Of the noises that come with exostream, unless said. */
const NOISE_MS = 3000
const NOISE_DBFS = -35
/** Long enough that nobody hears it come round. */
const WHITE_LOOP_MS = 5000

type AudioOptions = {
  readonly sampleRateHz: SampleRateHz
  /** What speaks the texts. */
  readonly speech?: SpeechOptions
}

export type Audio = Omit<Clip, 'label'>

type NoiseFile = {
  readonly noise: string
  readonly ms?: number | undefined
  readonly dbfs?: number | undefined
}

/** Reads the audio of a scenario, one after the other and each only once. */
export class ClipReader {
  readonly #options: AudioOptions
  readonly #known = new Map<string, Promise<Int16Array>>()

  constructor(options: AudioOptions) {
    this.#options = options
  }

  /** A recording or words, with the edges of the speech in it. */
  async speech(sound: SoundFile, folder: string): Promise<Audio> {
    const {sampleRateHz} = this.#options
    const pcm = await (typeof sound === 'string' ? this.#wav(sound, folder) : this.#words(sound))
    const spans = speechSpans(pcm, {sampleRateHz})
    // A clip without anything loud is a caller who makes a soft noise: all of it counts.
    return {
      pcm,
      speechStartMs: spans[0]?.startMs ?? 0,
      speechEndMs: spans.at(-1)?.endMs ?? this.#lengthMs(pcm),
    }
  }

  /** A noise of its length and at its level; all of it counts as sound. */
  async noise({noise: name, ms, dbfs}: NoiseFile, folder: string): Promise<Audio> {
    const isBuiltIn = BUILT_IN_NOISES.some((builtIn) => builtIn === name)
    const found = await this.#noise(name, folder)
    const lengthMs = ms ?? (isBuiltIn ? NOISE_MS : this.#lengthMs(found))
    const samples = Math.round((lengthMs * this.#options.sampleRateHz) / 1000)
    const looped = Int16Array.from({length: samples}, (_, at) => found[at % found.length] ?? 0)
    const level = dbfs ?? (isBuiltIn ? NOISE_DBFS : undefined)
    const pcm = level === undefined ? looped : atLevel(looped, level)
    return {pcm, speechStartMs: 0, speechEndMs: lengthMs}
  }

  /** A noise at its level, to be looped as long as the call is. */
  async loop(
    {noise: name, dbfs}: {noise: string; dbfs: number},
    folder: string,
  ): Promise<Int16Array> {
    return atLevel(await this.#noise(name, folder), dbfs)
  }

  #noise(name: string, folder: string): Promise<Int16Array> {
    if (name === 'white') return this.#once('white', () => Promise.resolve(this.#white()))
    return this.#wav(name === 'street' ? STREET : name, folder)
  }

  #white(): Int16Array {
    const random = seededRandom(1)
    const samples = (this.#options.sampleRateHz * WHITE_LOOP_MS) / 1000
    return noise({samples, dbfs: NOISE_DBFS, random: () => random.next()})
  }

  #wav(path: string, folder: string): Promise<Int16Array> {
    const {sampleRateHz} = this.#options
    const resolved = resolve(folder, path)
    return this.#once(`wav ${resolved}`, () => readWav(resolved, {sampleRateHz}))
  }

  #words({text, language}: Exclude<SoundFile, string>): Promise<Int16Array> {
    const {sampleRateHz, speech} = this.#options
    return this.#once(`words ${JSON.stringify([text, language])}`, async () => {
      const words = language === undefined ? {text} : {text, language}
      const spoken = await speakText(words, speech)
      return resample(spoken.pcm, {fromHz: spoken.sampleRateHz, toHz: sampleRateHz})
    })
  }

  /** A line that is said again shares its samples. */
  #once(key: string, read: () => Promise<Int16Array>): Promise<Int16Array> {
    const audio = this.#known.get(key) ?? read()
    this.#known.set(key, audio)
    return audio
  }

  #lengthMs(pcm: Int16Array): number {
    return (pcm.length / this.#options.sampleRateHz) * 1000
  }
}

/** Digital silence stays what it is. */
function atLevel(pcm: Int16Array, level: number): Int16Array {
  const now = rms(pcm)
  if (now === 0) return pcm
  const gain = dbfsToRms(level) / now
  return pcm.map((sample) => toPcm16Sample(sample * gain))
}
