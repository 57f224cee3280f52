import {dbfs} from '../../../audio/level.js'
import {EnergyVad} from '../../../audio/vad.js'
import {voicing} from '../../../audio/voicing.js'
import {Insistence} from './insistence.js'

export type Heard =
  | 'caller-started'
  /** Said enough that the bot should stop for it; at most once between the two others. */
  | 'caller-insists'
  | 'caller-finished'

type EarOptions = {
  readonly sampleRateHz: number
  /** The caller's turn ends after so much quiet. */
  readonly silenceMs: number
  /** So much speech, as loud as this caller usually speaks, is more than a "mm-hmm". */
  readonly bargeInMs: number
}

/** Judged at a time; the voice in it is looked for together with the step before. */
const STEP_MS = 20
/** Noise and breath stay under 0.5; of a voice that was found, what is over 0.35 is the rest of it. */
const VOICED = 0.5
const STILL_VOICED = 0.35
/** A consonant between two vowels, and a vowel that glides, belong to the voice. */
const VOICE_LASTS_STEPS = 3
/** Long enough that a click or a knock is no caller. */
const START_STEPS = 3
const START_VOICED_STEPS = 2
/** What a line may be late before it counts as silent. */
const LATE_MS = 150

/**
 * Hears when the caller begins and ends to speak, over a noisy line too: speech is loud against the
 * line and has a voice in it, which a street, a cough and a knock have not.
 */
export class Ear {
  readonly #options: EarOptions
  readonly #stepSamples: number
  readonly #vad: EnergyVad
  readonly #insistence: Insistence
  /** Two steps, of which the later one is being filled. */
  readonly #window: Int16Array
  #filled = 0
  #voiceSteps = 0
  #run = {steps: 0, voiced: 0}
  #isCallerSpeaking = false
  #quietMs = 0
  #audioUntilMs = 0

  constructor(options: EarOptions) {
    const {sampleRateHz} = options
    this.#options = options
    this.#stepSamples = (sampleRateHz * STEP_MS) / 1000
    this.#window = new Int16Array(2 * this.#stepSamples)
    this.#vad = new EnergyVad({sampleRateHz, startMs: 10, stopMs: STEP_MS, adaptive: true})
    this.#insistence = new Insistence(options.bargeInMs)
  }

  get isCallerSpeaking(): boolean {
    return this.#isCallerSpeaking
  }

  /** Whether there was speech in the last 20 ms; it may be the beginning of a turn, or of nothing. */
  get hearsSpeech(): boolean {
    return this.#run.steps > 0
  }

  push(pcm: Int16Array, nowMs: number): readonly Heard[] {
    const audioMs = (pcm.length / this.#options.sampleRateHz) * 1000
    this.#audioUntilMs = Math.max(this.#audioUntilMs, nowMs) + audioMs
    const heard: Heard[] = []
    let at = 0
    while (at < pcm.length) {
      const piece = pcm.subarray(at, at + this.#stepSamples - this.#filled)
      this.#window.set(piece, this.#stepSamples + this.#filled)
      this.#filled += piece.length
      at += piece.length
      if (this.#filled === this.#stepSamples) heard.push(...this.#step())
    }
    return heard
  }

  /**
   * When a caller who spoke has finished for want of any more audio: some lines send nothing at all
   * in silence. Undefined while the caller does not speak.
   */
  get starvedAtMs(): number | undefined {
    if (!this.#isCallerSpeaking) return undefined
    return this.#audioUntilMs + this.#options.silenceMs + LATE_MS
  }

  /** Takes the missing audio for silence. */
  starve(): readonly Heard[] {
    return this.#isCallerSpeaking ? this.#finish() : []
  }

  /** Takes in soft speech again, of a caller who has not been heard for long. */
  listenCloser(): void {
    this.#insistence.listenCloser()
  }

  #step(): readonly Heard[] {
    const step = this.#window.subarray(this.#stepSamples)
    const isSpeech = this.#isSpeech(step)
    const levelDbfs = dbfs(step)
    this.#window.copyWithin(0, this.#stepSamples)
    this.#filled = 0
    if (!isSpeech || !this.#insistence.isNear(levelDbfs)) return this.#hearQuiet()
    this.#run.steps += 1
    this.#quietMs = 0
    return this.#hearSpeech(this.#insistence.add(levelDbfs, STEP_MS))
  }

  #isSpeech(step: Int16Array): boolean {
    this.#vad.push(step)
    const isLoud = this.#vad.state !== 'quiet'
    const enough = this.#voiceSteps > 0 ? STILL_VOICED : VOICED
    const isVoiced = isLoud && voicing(this.#window, this.#options.sampleRateHz) >= enough
    this.#voiceSteps = isVoiced ? VOICE_LASTS_STEPS : Math.max(0, this.#voiceSteps - 1)
    if (isVoiced) this.#run.voiced += 1
    return isLoud && this.#voiceSteps > 0
  }

  #hearSpeech(insists: boolean): readonly Heard[] {
    const heard: Heard[] = []
    if (!this.#isCallerSpeaking) {
      if (this.#run.steps < START_STEPS || this.#run.voiced < START_VOICED_STEPS) return []
      this.#isCallerSpeaking = true
      heard.push('caller-started')
    }
    if (insists) heard.push('caller-insists')
    return heard
  }

  #hearQuiet(): readonly Heard[] {
    this.#run = {steps: 0, voiced: 0}
    this.#quietMs += STEP_MS
    if (!this.#isCallerSpeaking) this.#insistence.drop()
    return this.#isCallerSpeaking && this.#quietMs >= this.#options.silenceMs ? this.#finish() : []
  }

  #finish(): readonly Heard[] {
    this.#isCallerSpeaking = false
    this.#run = {steps: 0, voiced: 0}
    this.#insistence.endOfTurn()
    return ['caller-finished']
  }
}
