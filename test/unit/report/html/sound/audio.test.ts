import {expect, test} from 'vitest'

import {ulawToPcm16} from '../../../../../src/audio/g711.js'
import {
  AUDIO_BUDGET_BYTES,
  audioBytes,
  encodeAudio,
  withinBudget,
} from '../../../../../src/report/html/sound/audio.js'

const ofLength = (samples: number, sampleRateHz = 8000) => ({
  caller: new Int16Array(samples),
  heard: new Int16Array(samples),
  sampleRateHz,
})

const decode = (base64: string) => [...ulawToPcm16(Buffer.from(base64, 'base64'))]

test('the tracks come back interleaved, the caller left, as exactly as mu-law can', () => {
  const audio = {
    caller: Int16Array.of(0, 1000, -20_000),
    heard: Int16Array.of(-8, 30_000, 4),
    sampleRateHz: 8000,
  }

  expect(decode(encodeAudio(audio))).toEqual([0, -8, 988, 30_076, -19_836, 8])
})

test('the shorter track ends in silence', () => {
  const audio = {caller: Int16Array.of(8, 8), heard: Int16Array.of(8), sampleRateHz: 8000}

  expect(decode(encodeAudio(audio))).toEqual([8, 8, 8, 0])
})

test.for([16_000, 24_000])('audio of %i Hz is brought down to that of a telephone', (rate) => {
  const base64 = encodeAudio(ofLength(rate, rate))

  expect(Buffer.from(base64, 'base64')).toHaveLength(2 * 8000)
})

test.for([
  [8001, 8000],
  [7999, 8000],
  [16_000, 16_000],
] as const)('the size of %i samples is known before they are encoded', ([samples, rate]) => {
  const audio = ofLength(samples, rate)

  expect(audioBytes(audio)).toBe(encodeAudio(audio).length)
})

test('audio is given in the order asked for, and what does not fit is passed over', () => {
  const threeMinutes = ofLength(180 * 8000)
  const halfMinute = ofLength(30 * 8000)
  const sounds = [threeMinutes, undefined, threeMinutes, halfMinute]

  expect([...withinBudget([2, 0, 1, 3], sounds)]).toEqual([2, 3])
  expect(audioBytes(threeMinutes)).toBeLessThan(AUDIO_BUDGET_BYTES)
})
