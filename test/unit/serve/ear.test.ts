import {describe, expect, test} from 'vitest'

import {noise, silence, tone} from '../../../src/audio/tone.js'
import {seededRandom} from '../../../src/random.js'
import {Ear, type Heard} from '../../../src/serve/bots/ear.js'

const SILENCE_MS = 600

/** Pushes packets of 20 ms as they would arrive; says what was heard, and when. */
function listen(ear: Ear, parts: readonly Int16Array[], sampleRateHz: number): [number, Heard][] {
  const heard: [number, Heard][] = []
  const packet = sampleRateHz / 50
  let atMs = 0
  for (const pcm of parts) {
    for (let at = 0; at < pcm.length; at += packet) {
      atMs += 20
      for (const what of ear.push(pcm.subarray(at, at + packet), atMs)) heard.push([atMs, what])
    }
  }
  return heard
}

function lineNoise(ms: number, dbfs: number, sampleRateHz = 8000): Int16Array {
  const random = seededRandom(3)
  return noise({samples: (ms / 1000) * sampleRateHz, dbfs, random: () => random.next()})
}

const speech = (ms: number, sampleRateHz = 8000) => tone({hz: 300, ms, sampleRateHz})

describe.each([8000, 16_000, 24_000])('at %i Hz', (sampleRateHz) => {
  test('a caller is heard within 100 ms, and has finished after the silence', () => {
    const ear = new Ear({sampleRateHz, silenceMs: SILENCE_MS})

    const [started, finished, ...more] = listen(
      ear,
      [
        lineNoise(1000, -69, sampleRateHz),
        speech(500, sampleRateHz),
        lineNoise(1000, -69, sampleRateHz),
      ],
      sampleRateHz,
    )

    expect(started).toEqual([expect.toSatisfy((atMs) => atMs <= 1100), 'caller-started'])
    expect(finished).toEqual([expect.toSatisfy((atMs) => atMs <= 2140), 'caller-finished'])
    expect(more).toEqual([])
  })
})

test.each([
  ['a quiet line', [lineNoise(10_000, -69)]],
  ['a noisy line', [lineNoise(10_000, -40)]],
  ['silence', [silence({ms: 1000, sampleRateHz: 8000})]],
  ['clicks', [1, 2, 3].flatMap(() => [lineNoise(500, -69), speech(40)])],
])('%s is no caller', (_, parts) => {
  const ear = new Ear({sampleRateHz: 8000, silenceMs: SILENCE_MS})

  expect(listen(ear, parts, 8000)).toEqual([])
})

describe('a line that sends nothing in silence', () => {
  test('has an end of the turn by the clock, a little after that of the audio', () => {
    const ear = new Ear({sampleRateHz: 8000, silenceMs: SILENCE_MS})
    listen(ear, [speech(500)], 8000)

    expect(ear.starvedAtMs).toBeGreaterThan(500 + SILENCE_MS)
    expect(ear.starvedAtMs).toBeLessThan(500 + SILENCE_MS + 250)
    expect(ear.starve()).toEqual(['caller-finished'])
    expect(ear.starvedAtMs).toBeUndefined()
  })

  test('is not told from one that sends two seconds at once', () => {
    const ear = new Ear({sampleRateHz: 8000, silenceMs: SILENCE_MS})
    ear.push(speech(2000), 0)
    ear.push(speech(20), 20)

    expect(ear.starvedAtMs).toBeGreaterThan(2000 + SILENCE_MS)
  })

  test('has no such end while the caller is quiet', () => {
    const ear = new Ear({sampleRateHz: 8000, silenceMs: SILENCE_MS})
    listen(ear, [lineNoise(500, -69)], 8000)

    expect(ear.starvedAtMs).toBeUndefined()
    expect(ear.starve()).toEqual([])
  })
})
