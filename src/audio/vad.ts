import {dbfsToRms} from './level.js'

export type VadState = 'quiet' | 'starting' | 'speaking' | 'stopping'

/** Where speech begins or ends, in milliseconds since the first sample pushed. */
export type VadEdge = {readonly type: 'start' | 'end'; readonly atMs: number}

export type SpeechSpan = {readonly startMs: number; readonly endMs: number}

export type VadOptions = {
  readonly sampleRateHz: number
  /** Levels are judged a step at a time, so an edge is exact to one step. */
  readonly stepMs?: number
  /** A step of at least this RMS is loud. */
  readonly thresholdDbfs?: number
  /** So much loudness without a break is speech. */
  readonly startMs?: number
  /** So much quiet without a break is its end. */
  readonly stopMs?: number
  /** Raises the threshold over steady noise on the line. */
  readonly adaptive?: boolean
}

/**
 * Speech as loudness that lasts. Edges are back-dated: a start is where the first loud step began,
 * an end is where the last loud step ended, not where they were noticed.
 */
export class EnergyVad {
  readonly #stepMs: number
  readonly #stepSamples: number
  readonly #startSteps: number
  readonly #stopSteps: number
  readonly #thresholdEnergy: number
  readonly #floor: NoiseFloor | undefined

  #state: VadState = 'quiet'
  #steps = 0
  #runStart = 0
  #lastLoudEnd = 0
  #stepEnergy = 0
  #stepFilled = 0

  constructor(options: VadOptions) {
    const {sampleRateHz, stepMs = 10, thresholdDbfs = -45, startMs = 30, stopMs = 200} = options
    this.#stepMs = stepMs
    this.#stepSamples = (sampleRateHz * stepMs) / 1000
    if (!Number.isInteger(this.#stepSamples) || this.#stepSamples <= 0) {
      throw new RangeError(
        `${String(stepMs)} ms at ${String(sampleRateHz)} Hz is not whole samples`,
      )
    }
    if (!(startMs >= 0 && stopMs >= 0)) {
      throw new RangeError(`startMs ${String(startMs)} and stopMs ${String(stopMs)} are durations`)
    }
    this.#startSteps = Math.max(1, Math.ceil(startMs / stepMs))
    this.#stopSteps = Math.max(1, Math.ceil(stopMs / stepMs))
    this.#thresholdEnergy = dbfsToRms(thresholdDbfs) ** 2
    this.#floor = options.adaptive ? new NoiseFloor(stepMs) : undefined
  }

  get state(): VadState {
    return this.#state
  }

  /** In so much more sound no edge is noticed yet, whatever it is. */
  get calmMs(): number {
    return (this.#stepsToEdge() - 1) * this.#stepMs
  }

  #stepsToEdge(): number {
    switch (this.#state) {
      case 'quiet':
        return this.#startSteps
      case 'starting':
        return this.#startSteps - (this.#steps - this.#runStart)
      case 'speaking':
      case 'stopping':
        return this.#stopSteps - (this.#steps - this.#lastLoudEnd)
    }
  }

  push(pcm: Int16Array): readonly VadEdge[] {
    let edges: VadEdge[] | undefined
    for (let from = 0; from < pcm.length;) {
      const until = Math.min(pcm.length, from + this.#stepSamples - this.#stepFilled)
      this.#add(pcm, from, until)
      from = until
      if (this.#stepFilled < this.#stepSamples) break
      const edge = this.#step(this.#stepEnergy / this.#stepSamples)
      if (edge) (edges ??= []).push(edge)
      this.#stepEnergy = 0
      this.#stepFilled = 0
    }
    return edges ?? NO_EDGES
  }

  /** Closes an open segment, at the end of the stream. A step that is not full is not judged. */
  finish(): readonly VadEdge[] {
    const isOpen = this.#state === 'speaking' || this.#state === 'stopping'
    this.#state = 'quiet'
    return isOpen ? [this.#edge('end', this.#lastLoudEnd)] : []
  }

  /** Sums of squares are whole numbers, so that the pieces of a step add up to the same energy. */
  #add(pcm: Int16Array, from: number, until: number): void {
    let energy = 0
    for (let index = from; index < until; index += 1) {
      const sample = pcm[index] ?? 0
      energy += sample * sample
    }
    this.#stepEnergy += energy
    this.#stepFilled += until - from
  }

  #step(energy: number): VadEdge | undefined {
    const isLoud = energy >= this.#threshold(energy)
    const step = this.#steps
    this.#steps += 1
    if (isLoud) this.#lastLoudEnd = this.#steps
    return isLoud ? this.#hearLoud(step) : this.#hearQuiet()
  }

  #threshold(energy: number): number {
    if (!this.#floor) return this.#thresholdEnergy
    return Math.max(this.#thresholdEnergy, this.#floor.follow(energy))
  }

  #hearLoud(step: number): VadEdge | undefined {
    if (this.#state === 'quiet') {
      this.#state = 'starting'
      this.#runStart = step
    }
    if (this.#state !== 'starting') {
      this.#state = 'speaking'
      return undefined
    }
    if (this.#steps - this.#runStart < this.#startSteps) return undefined
    this.#state = 'speaking'
    return this.#edge('start', this.#runStart)
  }

  #hearQuiet(): VadEdge | undefined {
    if (this.#state === 'starting') this.#state = 'quiet'
    if (this.#state === 'quiet') return undefined
    this.#state = 'stopping'
    if (this.#steps - this.#lastLoudEnd < this.#stopSteps) return undefined
    this.#state = 'quiet'
    return this.#edge('end', this.#lastLoudEnd)
  }

  #edge(type: VadEdge['type'], step: number): VadEdge {
    return {type, atMs: step * this.#stepMs}
  }
}

const NO_EDGES: readonly VadEdge[] = []

/** Where speech is in a whole clip. */
export function speechSpans(pcm: Int16Array, options: VadOptions): SpeechSpan[] {
  const vad = new EnergyVad(options)
  const spans: SpeechSpan[] = []
  let startMs = 0
  for (const edge of [...vad.push(pcm), ...vad.finish()]) {
    if (edge.type === 'start') startMs = edge.atMs
    else spans.push({startMs, endMs: edge.atMs})
  }
  return spans
}

const FLOOR_PART_MS = 500
const FLOOR_PARTS = 8
const ABOVE_FLOOR = 10 ** (12 / 10)
/** Never asks speech to be louder than this; what is steady at this level is not line noise. */
const HIGHEST_THRESHOLD_DBFS = -26

/**
 * The quietest step of the last four seconds. Speech has gaps between its sounds and so does not
 * lift it; noise has none, and lifts it in the time it takes to forget what was before.
 */
class NoiseFloor {
  readonly #partSteps: number
  readonly #highest = dbfsToRms(HIGHEST_THRESHOLD_DBFS) ** 2
  #parts: number[] = []
  #quietest = Infinity
  #filled = 0

  constructor(stepMs: number) {
    this.#partSteps = Math.max(1, Math.round(FLOOR_PART_MS / stepMs))
  }

  /** Takes a step in and returns the energy that is clearly above the noise. */
  follow(energy: number): number {
    this.#quietest = Math.min(this.#quietest, energy)
    const floor = Math.min(this.#quietest, ...this.#parts)
    this.#filled += 1
    if (this.#filled === this.#partSteps) {
      this.#parts = [...this.#parts, this.#quietest].slice(-FLOOR_PARTS)
      this.#quietest = Infinity
      this.#filled = 0
    }
    return Math.min(floor * ABOVE_FLOOR, this.#highest)
  }
}
