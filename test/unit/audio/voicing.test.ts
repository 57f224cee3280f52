import {describe, expect, test} from 'vitest'

import {noise, tone} from '../../../src/audio/tone.js'
import {voicing} from '../../../src/audio/voicing.js'
import {seededRandom} from '../../../src/random.js'

const WINDOW_MS = 40

/** Pulses through a resonance, as a vowel is made: `hz` a second. */
function vowel(hz: number, sampleRateHz: number): Int16Array {
  const pcm = new Int16Array((WINDOW_MS * sampleRateHz) / 1000)
  for (let index = 0; index < pcm.length; index += 1) {
    const sincePulse = (index / sampleRateHz) % (1 / hz)
    pcm[index] = 8000 * Math.exp(-sincePulse * 300) * Math.cos(2 * Math.PI * 600 * sincePulse)
  }
  return pcm
}

function whiteNoise(seed: number, sampleRateHz = 8000): Int16Array {
  const random = seededRandom(seed)
  const samples = (WINDOW_MS * sampleRateHz) / 1000
  return noise({samples, dbfs: -20, random: () => random.next()})
}

/** Each sample leans on the one before, as in the rumble of traffic. */
function rumble(seed: number): Int16Array {
  let last = 0
  return whiteNoise(seed).map((sample) => (last = 0.95 * last + 0.3 * sample))
}

describe.each([8000, 16_000, 24_000])('at %i Hz', (sampleRateHz) => {
  test.each([85, 120, 180, 260, 380])('a vowel at %i Hz is voiced', (hz) => {
    expect(voicing(vowel(hz, sampleRateHz), sampleRateHz)).toBeGreaterThan(0.6)
  })

  test('a tone of 300 Hz is voiced', () => {
    const pcm = tone({hz: 300, ms: WINDOW_MS, sampleRateHz})

    expect(voicing(pcm, sampleRateHz)).toBeGreaterThan(0.9)
  })
})

test.each([
  ['white noise', whiteNoise],
  ['the rumble of traffic', rumble],
])('%s is not voiced, whatever the draw', (_, make) => {
  const most = Math.max(...Array.from({length: 200}, (_, seed) => voicing(make(seed), 8000)))

  expect(most).toBeLessThan(0.5)
})

test.each([
  ['silence', new Int16Array(320)],
  ['less than two long periods', tone({hz: 100, ms: 20, sampleRateHz: 8000})],
  ['nothing', new Int16Array(0)],
])('of %s nothing is known: 0', (_, pcm) => {
  expect(voicing(pcm, 8000)).toBe(0)
})

test('a rate that is no multiple of 4000 Hz is refused', () => {
  expect(() => voicing(new Int16Array(441), 11_025)).toThrow(RangeError)
})
