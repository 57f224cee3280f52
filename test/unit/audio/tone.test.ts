import {expect, test} from 'vitest'

import {dbfs, peak} from '../../../src/audio/level.js'
import {concatPcm} from '../../../src/audio/pcm16.js'
import {dtmfTone, noise, silence, tone} from '../../../src/audio/tone.js'
import {seededRandom} from '../../../src/random.js'
import {powerAt} from './spectrum.js'

test('a tone lasts as long and is as loud as asked', () => {
  const pcm = tone({hz: 1000, ms: 250, sampleRateHz: 8000, dbfs: -12})

  expect(pcm).toHaveLength(2000)
  expect(dbfs(pcm)).toBeCloseTo(-12, 2)
})

test('a tone has its power at its frequency', () => {
  const pcm = tone({hz: 1000, ms: 250, sampleRateHz: 16_000})

  expect(powerAt(pcm, {hz: 1000, sampleRateHz: 16_000})).toBeGreaterThan(0.999)
})

test('a tone that would clip is refused', () => {
  expect(() => tone({hz: 1000, ms: 20, sampleRateHz: 8000, dbfs: -3})).toThrow(RangeError)
})

test('silence is zeros', () => {
  const pcm = silence({ms: 20, sampleRateHz: 24_000})

  expect(pcm).toEqual(new Int16Array(480))
})

test.each([
  {digit: '1', low: 697, high: 1209},
  {digit: '2', low: 697, high: 1336},
  {digit: '3', low: 697, high: 1477},
  {digit: 'A', low: 697, high: 1633},
  {digit: '4', low: 770, high: 1209},
  {digit: '5', low: 770, high: 1336},
  {digit: '6', low: 770, high: 1477},
  {digit: 'B', low: 770, high: 1633},
  {digit: '7', low: 852, high: 1209},
  {digit: '8', low: 852, high: 1336},
  {digit: '9', low: 852, high: 1477},
  {digit: 'C', low: 852, high: 1633},
  {digit: '*', low: 941, high: 1209},
  {digit: '0', low: 941, high: 1336},
  {digit: '#', low: 941, high: 1477},
  {digit: 'D', low: 941, high: 1633},
])('the key $digit is $low Hz and $high Hz, equally loud', ({digit, low, high}) => {
  const pcm = dtmfTone(digit, {ms: 1000, sampleRateHz: 8000})

  expect(powerAt(pcm, {hz: low, sampleRateHz: 8000})).toBeCloseTo(0.5, 2)
  expect(powerAt(pcm, {hz: high, sampleRateHz: 8000})).toBeCloseTo(0.5, 2)
})

test('the level of a key is that of both tones together', () => {
  expect(dbfs(dtmfTone('5', {ms: 1000, sampleRateHz: 8000, dbfs: -13}))).toBeCloseTo(-13, 2)
})

test('a key whose two tones would clip where they meet is refused', () => {
  expect(() => dtmfTone('5', {sampleRateHz: 8000, dbfs: -6})).toThrow(RangeError)
})

test('a key lasts 100 ms unless told', () => {
  expect(dtmfTone('5', {sampleRateHz: 8000})).toHaveLength(800)
})

test.each(['', 'E', '12', 'toString'])('"%s" is not a key', (digit) => {
  expect(() => dtmfTone(digit, {sampleRateHz: 8000})).toThrow(RangeError)
})

test('line noise is at -69 dBFS, with a mean magnitude near 9', () => {
  const pcm = noise({samples: 80_000, random: seededRandom(1).next})
  const mean = pcm.reduce((sum, sample) => sum + Math.abs(sample), 0) / pcm.length

  expect(dbfs(pcm)).toBeCloseTo(-69, 1)
  expect(mean).toBeGreaterThan(8.8)
  expect(mean).toBeLessThan(9.8)
})

test('noise is as loud as asked and centred on zero', () => {
  const pcm = noise({samples: 80_000, dbfs: -40, random: seededRandom(2).next})
  const mean = pcm.reduce((sum, sample) => sum + sample, 0) / pcm.length

  expect(dbfs(pcm)).toBeCloseTo(-40, 1)
  expect(Math.abs(mean)).toBeLessThan(5)
})

test('noise never strays beyond 3.5 times its RMS', () => {
  const pcm = noise({samples: 80_000, dbfs: -40, random: seededRandom(3).next})

  expect(peak(pcm)).toBeLessThan(3.5 * 327.68)
})

test('noise made in pieces is the noise made at once', () => {
  const {next} = seededRandom(4)
  const pieces = [1, 160, 7].map((samples) => noise({samples, random: next}))

  expect(concatPcm(pieces)).toEqual(noise({samples: 168, random: seededRandom(4).next}))
})
