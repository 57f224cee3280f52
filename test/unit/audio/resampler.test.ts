import {expect, test} from 'vitest'

import {dbfs} from '../../../src/audio/level.js'
import {resample, StreamResampler} from '../../../src/audio/resampler.js'
import {tone} from '../../../src/audio/tone.js'
import {snrDb} from './spectrum.js'

/** The middle half second of a second, away from the edges of the clip. */
function middle(pcm: Int16Array, sampleRateHz: number): Int16Array {
  return pcm.subarray(sampleRateHz / 4, (sampleRateHz * 3) / 4)
}

test.each([
  {fromHz: 8000, toHz: 16_000, hz: 3000, leastDb: 79},
  {fromHz: 8000, toHz: 16_000, hz: 2998, leastDb: 79},
  {fromHz: 16_000, toHz: 8000, hz: 2998, leastDb: 79},
  {fromHz: 8000, toHz: 24_000, hz: 3000, leastDb: 79},
  {fromHz: 8000, toHz: 48_000, hz: 3000, leastDb: 79},
  {fromHz: 16_000, toHz: 8000, hz: 3000, leastDb: 79},
  {fromHz: 24_000, toHz: 8000, hz: 1000, leastDb: 79},
  {fromHz: 48_000, toHz: 8000, hz: 1000, leastDb: 79},
  {fromHz: 16_000, toHz: 24_000, hz: 6000, leastDb: 79},
  {fromHz: 24_000, toHz: 16_000, hz: 6000, leastDb: 79},
  {fromHz: 44_100, toHz: 8000, hz: 3000, leastDb: 79},
  {fromHz: 22_050, toHz: 8000, hz: 3000, leastDb: 79},
  {fromHz: 11_025, toHz: 16_000, hz: 3000, leastDb: 79},
  {fromHz: 8000, toHz: 44_100, hz: 3000, leastDb: 79},
])(
  'a tone of $hz Hz goes from $fromHz to $toHz Hz with $leastDb dB between it and all else',
  ({fromHz, toHz, hz, leastDb}) => {
    const pcm = tone({hz, ms: 1000, sampleRateHz: fromHz, dbfs: -4})

    const output = middle(resample(pcm, {fromHz, toHz}), toHz)

    expect(snrDb(output, {hz, sampleRateHz: toHz})).toBeGreaterThan(leastDb)
    expect(dbfs(output)).toBeCloseTo(-4, 1)
  },
)

test.each([
  {fromHz: 16_000, toHz: 8000, hz: 4100},
  {fromHz: 16_000, toHz: 8000, hz: 6000},
  {fromHz: 24_000, toHz: 8000, hz: 5000},
  {fromHz: 24_000, toHz: 8000, hz: 11_000},
  {fromHz: 48_000, toHz: 8000, hz: 20_000},
  {fromHz: 44_100, toHz: 8000, hz: 7000},
  {fromHz: 24_000, toHz: 16_000, hz: 9000},
])('a tone of $hz Hz does not come back as an alias from $fromHz at $toHz Hz', (row) => {
  const pcm = tone({hz: row.hz, ms: 1000, sampleRateHz: row.fromHz, dbfs: -4})

  const output = middle(resample(pcm, row), row.toHz)

  expect(dbfs(output)).toBeLessThan(-79)
})

test('the telephone band passes unchanged', () => {
  const levels = [300, 1000, 2000, 3000, 3400].map((hz) => {
    const pcm = tone({hz, ms: 1000, sampleRateHz: 16_000, dbfs: -10})
    return dbfs(middle(resample(pcm, {fromHz: 16_000, toHz: 8000}), 8000))
  })

  expect(Math.min(...levels)).toBeGreaterThan(-10.1)
  expect(Math.max(...levels)).toBeLessThan(-9.9)
})

test('a tone keeps its place in time', () => {
  const at8k = tone({hz: 500, ms: 1000, sampleRateHz: 8000})
  const at24k = tone({hz: 500, ms: 1000, sampleRateHz: 24_000})

  const output = middle(resample(at8k, {fromHz: 8000, toHz: 24_000}), 24_000)

  const off = output.map((sample, index) => sample - (middle(at24k, 24_000)[index] ?? NaN))
  expect(dbfs(off)).toBeLessThan(-85)
})

test.each([
  {fromHz: 8000, toHz: 24_000, from: 100, to: 300},
  {fromHz: 24_000, toHz: 8000, from: 300, to: 100},
])('a click stays where it was from $fromHz to $toHz Hz', ({fromHz, toHz, from, to}) => {
  const click = new Int16Array(fromHz / 10)
  click[from] = 20_000

  const output = resample(click, {fromHz, toHz})

  expect(output.indexOf(Math.max(...output))).toBe(to)
})

test('a steady level stays the same level at every phase', () => {
  const steady = new Int16Array(11_025).fill(10_000)

  const output = resample(steady, {fromHz: 11_025, toHz: 8000})

  expect(new Set(output.subarray(100, -100))).toEqual(new Set([10_000]))
})

test('the same rate is the same samples', () => {
  const pcm = Int16Array.of(1, -2, 32_767, -32_768)

  expect(resample(pcm, {fromHz: 8000, toHz: 8000})).toEqual(pcm)
})

test('the same rate is a copy all the same', () => {
  const pcm = Int16Array.of(1, 2)

  const output = new StreamResampler({fromHz: 8000, toHz: 8000}).push(pcm)
  pcm.fill(0)

  expect(output).toEqual(Int16Array.of(1, 2))
})

test('what overshoots full scale is clipped and does not wrap around', () => {
  const square = Int16Array.from({length: 800}, (_, index) => (index % 40 < 20 ? 32_767 : -32_768))

  const output = resample(square, {fromHz: 8000, toHz: 16_000})

  const flipped = output.filter((sample, index) => {
    const isHigh = index % 80 > 4 && index % 80 < 35
    return isHigh && sample < 0
  })
  expect(flipped).toHaveLength(0)
  expect(Math.max(...output)).toBe(32_767)
})

test('a stream that is live comes out at most 5 ms late from 8 to 16 kHz', () => {
  const resampler = new StreamResampler({fromHz: 8000, toHz: 16_000})

  expect(320 - resampler.push(new Int16Array(160)).length).toBeLessThanOrEqual(80)
})

test('nothing in is nothing out', () => {
  expect(resample(new Int16Array(0), {fromHz: 8000, toHz: 16_000})).toHaveLength(0)
})

test.each([
  {fromHz: 0, toHz: 8000},
  {fromHz: 8000, toHz: -8000},
  {fromHz: 8000.5, toHz: 8000},
  {fromHz: 8000, toHz: NaN},
  {fromHz: Infinity, toHz: 8000},
])('from $fromHz to $toHz Hz is refused', (rates) => {
  expect(() => new StreamResampler(rates)).toThrow(RangeError)
})

test('a resampler that was flushed takes no more', () => {
  const resampler = new StreamResampler({fromHz: 8000, toHz: 16_000})
  resampler.flush()

  expect(() => resampler.push(new Int16Array(1))).toThrow(RangeError)
  expect(() => resampler.flush()).toThrow(RangeError)
})
