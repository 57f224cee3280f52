import {expect, test} from 'vitest'

import {dbfs, dbfsToRms, isAudible, isBelow, peak, rms} from '../../../src/audio/level.js'
import {tone} from '../../../src/audio/tone.js'

test('the RMS of a square wave is its height', () => {
  expect(rms(Int16Array.of(1000, -1000, 1000, -1000))).toBe(1000)
})

test('the RMS of no samples is zero', () => {
  expect(rms(new Int16Array(0))).toBe(0)
})

test('the peak is the largest magnitude of either sign', () => {
  expect(peak(Int16Array.of(3, -32_768, 32_767))).toBe(32_768)
})

test('the peak of no samples is zero', () => {
  expect(peak(new Int16Array(0))).toBe(0)
})

test('a full-scale square wave is at 0 dBFS', () => {
  expect(dbfs(Int16Array.of(-32_768, -32_768))).toBe(0)
})

test('half the height is 6 dB less', () => {
  expect(dbfs(Int16Array.of(16_384, -16_384))).toBeCloseTo(-6.02, 2)
})

test.each([
  {what: 'digital silence', pcm: new Int16Array(160)},
  {what: 'no samples', pcm: new Int16Array(0)},
])('$what is at minus infinity', ({pcm}) => {
  expect(dbfs(pcm)).toBe(-Infinity)
})

test('a level and its RMS are the same thing said twice', () => {
  expect(dbfsToRms(-20)).toBeCloseTo(3276.8, 6)
})

test.each([
  {level: -54, heard: true},
  {level: -56, heard: false},
])('a tone at $level dBFS is audible by default: $heard', ({level, heard}) => {
  const pcm = tone({hz: 1000, ms: 20, sampleRateHz: 8000, dbfs: level})

  expect(isAudible(pcm)).toBe(heard)
})

test('what is audible follows the threshold', () => {
  const pcm = tone({hz: 1000, ms: 20, sampleRateHz: 8000, dbfs: -40})

  expect(isAudible(pcm, -39)).toBe(false)
})

test('what is below a level is so in its loudest sample', () => {
  const click = new Int16Array(800)
  click[400] = -327

  expect(isBelow(click, -41)).toBe(false)
  expect(isBelow(click, -40)).toBe(true)
  expect(isBelow(new Int16Array(0), -90)).toBe(true)
})
