import {readFileSync} from 'node:fs'

import {describe, expect, test} from 'vitest'

import {silence, tone} from '../../../src/audio/tone.js'
import {voiceSigns} from '../../../src/audio/voice-signs.js'
import {decodeWav} from '../../../src/record/wav-reader.js'

function speech(sampleRateHz: number): Int16Array {
  const file = new URL('../../../fixtures/audio/rate-question.wav', import.meta.url)
  return decodeWav(readFileSync(file), {sampleRateHz, name: 'rate-question'})
}

describe('the signs of a voice', () => {
  test('of a man are a pitch near 110 Hz and a rhythm of syllables', () => {
    const signs = voiceSigns(speech(8000), 8000)

    expect(signs?.pitchHz).toBeGreaterThan(85)
    expect(signs?.pitchHz).toBeLessThan(140)
    expect(signs?.rhythmHz).toBeGreaterThan(2.4)
    expect(signs?.rhythmHz).toBeLessThan(6.6)
  })

  test('are the same at another rate, and halved when the rate is taken for half', () => {
    const right = voiceSigns(speech(16_000), 16_000)
    const slow = voiceSigns(speech(16_000), 8000)

    expect(right?.pitchHz).toBeCloseTo(voiceSigns(speech(8000), 8000)?.pitchHz ?? 0, -1)
    expect((slow?.pitchHz ?? 0) / (right?.pitchHz ?? 1)).toBeCloseTo(0.5, 1)
    expect(slow?.rhythmHz).toBeLessThan((right?.rhythmHz ?? 0) * 0.8)
  })

  test.each([80, 125, 250, 400])('have the pitch of a hum of %d Hz', (hz) => {
    const hum = tone({hz, ms: 2000, sampleRateHz: 8000})

    expect(voiceSigns(hum, 8000)?.pitchHz).toBeCloseTo(hz, -1)
  })

  test('have no pitch where nothing sounds, and are absent for less than a second', () => {
    const quiet = voiceSigns(silence({ms: 2000, sampleRateHz: 8000}), 8000)

    expect(quiet).toBeDefined()
    expect(quiet?.pitchHz).toBeUndefined()
    expect(voiceSigns(speech(8000).subarray(0, 7000), 8000)).toBeUndefined()
  })
})
