import {coordinate} from '../markup.js'

/** Where a waveform is drawn: `middle` is the line of silence, `half` the height of full loudness. */
export type Lane = {readonly left: number; readonly middle: number; readonly half: number}

type Stretch = {
  readonly pcm: Int16Array
  readonly sampleRateHz: number
  readonly startMs: number
  readonly endMs: number
}

/** A unit of width for each column. */
export type Envelope = {readonly low: Int16Array; readonly high: Int16Array}

/** The lowest and highest sample of each of `columns` equal slices; past the end of the audio, silence. */
export function envelopeOf(stretch: Stretch, columns: number): Envelope {
  const {pcm, sampleRateHz, startMs, endMs} = stretch
  const low = new Int16Array(columns)
  const high = new Int16Array(columns)
  const sampleAt = (column: number) =>
    Math.round(((startMs + ((endMs - startMs) * column) / columns) * sampleRateHz) / 1000)
  for (let column = 0; column < columns; column += 1) {
    const slice = pcm.subarray(
      sampleAt(column),
      Math.max(sampleAt(column) + 1, sampleAt(column + 1)),
    )
    let least = slice[0] ?? 0
    let most = least
    for (const sample of slice) {
      if (sample < least) least = sample
      if (sample > most) most = sample
    }
    low[column] = least
    high[column] = most
  }
  return {low, high}
}

/** The envelope as the path of one closed shape; `loudest` is the sample that fills the lane. */
export function drawEnvelope({low, high}: Envelope, lane: Lane, loudest: number): string {
  const {left, middle, half} = lane
  // Half a unit, so that silence is seen as a line.
  const y = (sample: number, side: number) =>
    coordinate(middle - (sample / loudest) * half + side * 0.5)
  const top = [...high].map((sample, at) => `${String(left + at)} ${y(sample, -1)}`)
  const bottom = [...low].map((sample, at) => `${String(left + at)} ${y(sample, 1)}`).reverse()
  return `M${top.join('L')}L${bottom.join('L')}Z`
}
