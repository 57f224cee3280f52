/** A voice repeats itself 70 to 400 times a second; these are the periods between which it is looked for. */
const SHORTEST_PERIOD_MS = 2.5
const LONGEST_PERIOD_MS = 14
/** Pitch and the first formants lie below 2 kHz, and a quarter of the samples is a sixteenth of the work. */
const ANALYSED_HZ = 4000
/** Takes the rumble out of a noise: what is left of it repeats nothing, and of a voice the harmonics are left. */
const PRE_EMPHASIS = 0.9

/**
 * How much of a sound repeats itself with the period of a voice: near 1 in a vowel or a hum, under
 * 0.4 in noise, breath and silence.
 * @param pcm about 40 ms; with less than two of the longest periods the answer is 0
 * @param sampleRateHz a multiple of 4000
 */
export function voicing(pcm: Int16Array, sampleRateHz: number): number {
  const samples = emphasised(thinned(pcm, sampleRateHz / ANALYSED_HZ))
  const longest = Math.round((LONGEST_PERIOD_MS * ANALYSED_HZ) / 1000)
  if (samples.length < 2 * longest) return 0
  let best = 0
  const shortest = Math.round((SHORTEST_PERIOD_MS * ANALYSED_HZ) / 1000)
  for (let lag = shortest; lag <= longest; lag += 1) {
    best = Math.max(best, likeness(samples, lag))
  }
  return best
}

function thinned(pcm: Int16Array, step: number): Float64Array {
  if (!Number.isInteger(step)) throw new RangeError('the rate is no multiple of 4000 Hz')
  const samples = new Float64Array(Math.floor(pcm.length / step))
  for (let index = 0; index < samples.length; index += 1) {
    let sum = 0
    for (let part = 0; part < step; part += 1) sum += pcm[index * step + part] ?? 0
    samples[index] = sum / step
  }
  return samples
}

function emphasised(samples: Float64Array): Float64Array {
  return samples.map((sample, index) => sample - PRE_EMPHASIS * (samples[index - 1] ?? sample))
}

/** The normalised correlation of the samples with themselves, so much later. */
function likeness(samples: Float64Array, lag: number): number {
  let product = 0
  let early = 0
  let late = 0
  for (let index = lag; index < samples.length; index += 1) {
    const before = samples[index - lag] ?? 0
    const now = samples[index] ?? 0
    product += before * now
    early += before * before
    late += now * now
  }
  return early > 0 && late > 0 ? product / Math.sqrt(early * late) : 0
}
