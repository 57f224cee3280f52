import {dbfsToRms} from './level.js'
import {toPcm16Sample} from './pcm16.js'

export type Tone = {
  readonly hz: number
  readonly ms: number
  readonly sampleRateHz: number
  /** RMS, as `dbfs` measures it: a sine can be no louder than -3.02. */
  readonly dbfs?: number
}

export function tone({hz, ms, sampleRateHz, dbfs = -20}: Tone): Int16Array {
  return sines([hz], {ms, sampleRateHz, dbfs})
}

export function silence({ms, sampleRateHz}: {ms: number; sampleRateHz: number}): Int16Array {
  return new Int16Array(samplesIn(ms, sampleRateHz))
}

/** The low and the high frequency of each key (ITU-T Q.23). */
const DTMF_HZ: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['1', [697, 1209]],
  ['2', [697, 1336]],
  ['3', [697, 1477]],
  ['A', [697, 1633]],
  ['4', [770, 1209]],
  ['5', [770, 1336]],
  ['6', [770, 1477]],
  ['B', [770, 1633]],
  ['7', [852, 1209]],
  ['8', [852, 1336]],
  ['9', [852, 1477]],
  ['C', [852, 1633]],
  ['*', [941, 1209]],
  ['0', [941, 1336]],
  ['#', [941, 1477]],
  ['D', [941, 1633]],
])

/** The two tones of a key, equally loud; `dbfs` is the RMS of both together. */
export function dtmfTone(
  digit: string,
  {ms = 100, sampleRateHz, dbfs = -10}: {ms?: number; sampleRateHz: number; dbfs?: number},
): Int16Array {
  const pair = DTMF_HZ.get(digit)
  if (!pair) throw new RangeError(`"${digit}" is not a DTMF digit`)
  return sines(pair, {ms, sampleRateHz, dbfs})
}

/**
 * Line noise: about -69 dBFS is a quiet line, with a mean |sample| near 9. The sum of four uniform
 * values is close enough to Gaussian, never strays beyond 3.5 times its RMS, and costs the same
 * four draws a sample, so that noise made in pieces is the noise made at once.
 */
export function noise({
  samples,
  dbfs = -69,
  random,
}: {
  samples: number
  dbfs?: number
  random: () => number
}): Int16Array {
  const scale = dbfsToRms(dbfs) * Math.sqrt(3)
  const pcm = new Int16Array(samples)
  for (let index = 0; index < samples; index += 1) {
    pcm[index] = toPcm16Sample((random() + random() + random() + random() - 2) * scale)
  }
  return pcm
}

function sines(
  frequenciesHz: readonly number[],
  {ms, sampleRateHz, dbfs}: {ms: number; sampleRateHz: number; dbfs: number},
): Int16Array {
  const amplitude = dbfsToRms(dbfs) * Math.sqrt(2 / frequenciesHz.length)
  if (amplitude * frequenciesHz.length > 32_767) {
    throw new RangeError(`a tone at ${String(dbfs)} dBFS would clip`)
  }
  const pcm = new Int16Array(samplesIn(ms, sampleRateHz))
  for (let index = 0; index < pcm.length; index += 1) {
    let sum = 0
    for (const hz of frequenciesHz) sum += Math.sin((2 * Math.PI * hz * index) / sampleRateHz)
    pcm[index] = toPcm16Sample(sum * amplitude)
  }
  return pcm
}

function samplesIn(ms: number, sampleRateHz: number): number {
  return Math.round((ms * sampleRateHz) / 1000)
}
