import {rms} from './level.js'

/** What tells a voice that is played too slow or too fast. */
export type VoiceSigns = {
  /** The median pitch of voiced frames; undefined when too few are voiced. Found when it is first asked for. */
  readonly pitchHz: number | undefined
  /** The middle of the rhythm of loudness: 3 to 6 Hz in speech (its syllables), halved at half the speed. */
  readonly rhythmHz: number
  /** How alike neighbouring samples are, 0 to 1: speech at 8 kHz stays under 0.98. */
  readonly smoothness: number
}

/** Enough for a median, and cheap; the rest is not looked at. */
export const LOOKED_AT_MS = 6000
const SHORTEST_MS = 1000
const PITCH_RATE_HZ = 4000
const FRAME_SAMPLES = 320
const LOWEST_PITCH_HZ = 30
const HIGHEST_PITCH_HZ = 600
/** Autocorrelation of a frame with a pitch. */
const VOICED = 0.6
const FEWEST_VOICED = 8
/** The loudest frames, enough for a median. */
const MOST_FRAMES = 40

/** Undefined for less than a second of sound. */
export function voiceSigns(pcm: Int16Array, sampleRateHz: number): VoiceSigns | undefined {
  const most = pcm.subarray(0, (sampleRateHz * LOOKED_AT_MS) / 1000)
  if (most.length < (sampleRateHz * SHORTEST_MS) / 1000) return undefined
  let pitch: {readonly hz: number | undefined} | undefined
  return {
    rhythmHz: rhythm(most, sampleRateHz),
    smoothness: smoothnessOf(most),
    // Ten times as costly as the rest, and the rest mostly tells that no one needs it.
    get pitchHz() {
      pitch ??= {hz: medianPitch(decimate(most, Math.round(sampleRateHz / PITCH_RATE_HZ)))}
      return pitch.hz
    },
  }
}

function smoothnessOf(pcm: Int16Array): number {
  let product = 0
  let energy = 0
  let last = 0
  for (let index = 0, {length} = pcm; index < length; index += 1) {
    const sample = pcm[index] ?? 0
    product += sample * last
    energy += sample * sample
    last = sample
  }
  return energy > 0 ? Math.max(0, product / energy) : 0
}

/** The mean of every so many samples: enough of a filter for finding a pitch. */
function decimate(pcm: Int16Array, by: number): Float64Array {
  const samples = new Float64Array(Math.floor(pcm.length / by))
  for (let index = 0; index < samples.length; index += 1) {
    let sum = 0
    for (let at = index * by; at < (index + 1) * by; at += 1) sum += pcm[at] ?? 0
    samples[index] = sum / by
  }
  return samples
}

function medianPitch(samples: Float64Array): number | undefined {
  const frames: {readonly frame: Float64Array; readonly energy: number}[] = []
  for (let at = 0; at + FRAME_SAMPLES <= samples.length; at += FRAME_SAMPLES / 2) {
    const frame = samples.subarray(at, at + FRAME_SAMPLES)
    frames.push({frame, energy: frame.reduce((sum, sample) => sum + sample * sample, 0)})
  }
  const loud = frames.toSorted((one, other) => other.energy - one.energy)
  const pitches = loud
    .slice(0, Math.min(MOST_FRAMES, Math.ceil(loud.length * 0.6)))
    .map(({frame}) => pitchOf(frame))
    .filter((pitchHz) => pitchHz !== undefined)
    .toSorted((one, other) => one - other)
  return pitches.length < FEWEST_VOICED ? undefined : pitches[pitches.length >> 1]
}

/** The first period that a frame repeats itself after; undefined when it does not. */
function pitchOf(frame: Float64Array): number | undefined {
  const shortest = Math.floor(PITCH_RATE_HZ / HIGHEST_PITCH_HZ)
  const longest = Math.ceil(PITCH_RATE_HZ / LOWEST_PITCH_HZ)
  const alike: number[] = []
  for (let lag = 0; lag <= longest; lag += 1) alike.push(likenessAt(frame, lag))
  let lag = shortest
  while (lag < longest && (alike[lag] ?? 0) > 0.3) lag += 1
  const best = Math.max(0, ...alike.slice(lag, longest))
  if (best < VOICED) return undefined
  // A later period is as much alike as the first, and now and then a little more.
  for (; lag < longest; lag += 1) {
    if (isPeak(alike, lag) && (alike[lag] ?? 0) >= 0.88 * best) return PITCH_RATE_HZ / lag
  }
  return undefined
}

function isPeak(values: readonly number[], at: number): boolean {
  const [before = 0, here = 0, after = 0] = values.slice(at - 1, at + 2)
  return here >= before && here >= after
}

/** The correlation of a frame with itself, so many samples later. */
function likenessAt(frame: Float64Array, lag: number): number {
  let product = 0
  let one = 0
  let other = 0
  for (let index = lag; index < frame.length; index += 1) {
    const now = frame[index] ?? 0
    const before = frame[index - lag] ?? 0
    product += now * before
    one += now * now
    other += before * before
  }
  return one > 0 && other > 0 ? product / Math.sqrt(one * other) : 0
}

const STEP_MS = 10
/** Added to each level, so that line noise and silence count alike. */
const FLOOR = 100
const SLOWEST_HZ = 0.5
const FASTEST_HZ = 20
const RESOLUTION_HZ = 0.25

/** The centre of the spectrum of the loudness, in logarithms, between 0.5 and 20 Hz. */
function rhythm(pcm: Int16Array, sampleRateHz: number): number {
  const step = (sampleRateHz * STEP_MS) / 1000
  const levels = Float64Array.from({length: Math.floor(pcm.length / step)}, (_, index) =>
    Math.log(rms(pcm.subarray(index * step, (index + 1) * step)) + FLOOR),
  )
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length
  // A Hann window, so that the ends of the piece have no rhythm of their own.
  const windowed = levels.map(
    (level, index) =>
      (level - mean) * (0.5 - 0.5 * Math.cos((2 * Math.PI * index) / levels.length)),
  )
  let weighted = 0
  let total = 0
  for (let hz = SLOWEST_HZ; hz <= FASTEST_HZ; hz += RESOLUTION_HZ) {
    const power = powerAt(windowed, hz)
    weighted += power * hz
    total += power
  }
  return total > 0 ? weighted / total : 0
}

/** Goertzel's recurrence: the power at one frequency without a sine a sample. */
function powerAt(levels: Float64Array, hz: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * hz * STEP_MS) / 1000)
  let last = 0
  let before = 0
  for (const level of levels) {
    const now = level + factor * last - before
    before = last
    last = now
  }
  return last * last + before * before - factor * last * before
}
