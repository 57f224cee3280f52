import {EnergyVad, type VadEdge} from '../../audio/vad.js'

export type Heard = 'caller-started' | 'caller-finished'

type EarOptions = {
  readonly sampleRateHz: number
  /** The caller's turn ends after so much quiet. */
  readonly silenceMs: number
}

/**
 * Long enough that a click or a knock stops nothing, short enough that the caller, with the way there
 * and back in packets of 20 ms, hears the bot for less than 250 ms more.
 */
const SPEECH_MS = 60
/** What a line may be late before it counts as silent. */
const LATE_MS = 150

/** Hears when the caller begins and ends to speak, over a noisy line too. */
export class Ear {
  readonly #options: EarOptions
  readonly #vad: EnergyVad
  #isCallerSpeaking = false
  #audioUntilMs = 0

  constructor(options: EarOptions) {
    this.#options = options
    const {sampleRateHz, silenceMs: stopMs} = options
    this.#vad = new EnergyVad({sampleRateHz, startMs: SPEECH_MS, stopMs, adaptive: true})
  }

  push(pcm: Int16Array, nowMs: number): readonly Heard[] {
    const audioMs = (pcm.length / this.#options.sampleRateHz) * 1000
    this.#audioUntilMs = Math.max(this.#audioUntilMs, nowMs) + audioMs
    return this.#vad.push(pcm).map((edge) => this.#hear(edge))
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
    return this.#vad.finish().map((edge) => this.#hear(edge))
  }

  #hear(edge: VadEdge): Heard {
    this.#isCallerSpeaking = edge.type === 'start'
    return this.#isCallerSpeaking ? 'caller-started' : 'caller-finished'
  }
}
