import {concatPcm, toPcm16Sample} from './pcm16.js'

export type Rates = {readonly fromHz: number; readonly toHz: number}

/** Samples that the filter reaches to either side, counted at the lower of the two rates. */
const REACH = 36

/** The middle of the transition, as a part of the lower rate: 3.7 kHz at 8 kHz. */
const CUTOFF = 0.4625

/** Kaiser's beta for about 90 dB of stop-band; with the reach above the transition is 650 Hz at 8 kHz. */
const BETA = 9

/**
 * Converts a stream from one rate to another with a polyphase windowed sinc. The output lies in
 * time where the input lay (the filter's delay is taken out), its length is the input's times
 * `toHz / fromHz`, rounded, and the pieces the input comes in leave no trace in it.
 */
export class StreamResampler {
  readonly #filter: Filter
  readonly #rates: Rates
  /** Input that outputs still to come can reach; it starts with the silence before the stream. */
  #held: Int16Array
  #receivedSamples = 0
  #sentSamples = 0
  #isFlushed = false

  constructor({fromHz, toHz}: Rates) {
    this.#rates = {fromHz, toHz}
    this.#filter = createFilter({fromHz, toHz})
    this.#held = new Int16Array(this.#filter.reach - 1)
  }

  push(pcm: Int16Array): Int16Array {
    if (this.#isFlushed) throw new RangeError('a resampler takes no samples after its flush')
    const {up, down, reach} = this.#filter
    this.#receivedSamples += pcm.length
    if (up === down) return pcm.slice()
    const ready = Math.ceil(((this.#receivedSamples - reach) * up) / down)
    return this.#produce(pcm, Math.max(ready, this.#sentSamples))
  }

  /** The rest, as if silence followed. Once, at the end of the stream. */
  flush(): Int16Array {
    if (this.#isFlushed) throw new RangeError('a resampler is flushed once')
    this.#isFlushed = true
    const {up, down, reach} = this.#filter
    if (up === down) return new Int16Array(0)
    const {fromHz, toHz} = this.#rates
    const total = Math.round((this.#receivedSamples * toHz) / fromHz)
    return this.#produce(new Int16Array(reach), total)
  }

  #produce(pcm: Int16Array, untilSample: number): Int16Array {
    const {up, down} = this.#filter
    const input = concatPcm([this.#held, pcm])
    const output = new Int16Array(untilSample - this.#sentSamples)
    const firstSample = Math.floor((this.#sentSamples * down) / up)
    let phase = (this.#sentSamples * down) % up
    let at = 0
    for (let index = 0; index < output.length; index += 1) {
      output[index] = toPcm16Sample(dot(rowOf(this.#filter, phase), input, at))
      phase += down
      at += Math.floor(phase / up)
      phase %= up
    }
    this.#sentSamples = untilSample
    this.#held = input.slice(Math.floor((untilSample * down) / up) - firstSample)
    return output
  }
}

/** A whole clip at another rate. */
export function resample(pcm: Int16Array, rates: Rates): Int16Array {
  const resampler = new StreamResampler(rates)
  return concatPcm([resampler.push(pcm), resampler.flush()])
}

type Filter = {
  /** The rates without their common divisor: `up` outputs fall on `down` inputs. */
  readonly up: number
  readonly down: number
  /** Input samples that an output reaches to either side. */
  readonly reach: number
  /** One row of weights for each place an output can have between two inputs, made when first met. */
  readonly rows: (Float64Array | undefined)[]
}

function createFilter({fromHz, toHz}: Rates): Filter {
  for (const rate of [fromHz, toHz]) {
    if (!Number.isSafeInteger(rate) || rate <= 0) {
      throw new RangeError(`${String(rate)} Hz is not a sample rate`)
    }
  }
  const divisor = greatestCommonDivisor(fromHz, toHz)
  const reach = Math.ceil(REACH * Math.max(1, fromHz / toHz))
  return {up: toHz / divisor, down: fromHz / divisor, reach, rows: []}
}

function rowOf(filter: Filter, phase: number): Float64Array {
  const known = filter.rows[phase]
  if (known) return known
  const made = makeRow(filter, phase / filter.up)
  filter.rows[phase] = made
  return made
}

/** The weights of the inputs around an output that lies `fraction` of a sample past one of them. */
function makeRow({up, down, reach}: Filter, fraction: number): Float64Array {
  const cutoff = CUTOFF * Math.min(1, up / down)
  const row = new Float64Array(reach * 2)
  let sum = 0
  for (let tap = 0; tap < row.length; tap += 1) {
    const distance = tap - (reach - 1) - fraction
    const weight = sinc(2 * cutoff * distance) * kaiser(distance / reach)
    row[tap] = weight
    sum += weight
  }
  // Every row passes a constant unchanged; otherwise a steady level would hum at the phases' rate.
  return row.map((weight) => weight / sum)
}

function dot(row: Float64Array, input: Int16Array, at: number): number {
  let sum = 0
  for (let tap = 0; tap < row.length; tap += 1) sum += (row[tap] ?? 0) * (input[at + tap] ?? 0)
  return sum
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** The Kaiser window over -1 … 1, without its constant factor, which the row's sum takes out. */
function kaiser(x: number): number {
  return besselI0(BETA * Math.sqrt(Math.max(0, 1 - x * x)))
}

function besselI0(x: number): number {
  let term = 1
  let sum = 1
  for (let order = 1; term > sum * 1e-17; order += 1) {
    term *= (x / (2 * order)) ** 2
    sum += term
  }
  return sum
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
