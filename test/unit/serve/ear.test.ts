import {join} from 'node:path'

import {describe, expect, test} from 'vitest'

import {dbfsToRms, rms} from '../../../src/audio/level.js'
import {noise, silence, tone} from '../../../src/audio/tone.js'
import {seededRandom} from '../../../src/random.js'
import {readWav} from '../../../src/record/wav-reader.js'
import {Ear, type Heard} from '../../../src/serve/bots/voice/ear.js'

const SILENCE_MS = 600
const AUDIO = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'audio')

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

function attenuated(pcm: Int16Array, dbfs: number): Int16Array {
  const scale = dbfsToRms(dbfs) / rms(pcm)
  return pcm.map((sample) => sample * scale)
}

/** The line with a voice in it from that sample on. */
function over(line: Int16Array, voice: Int16Array, from: number): Int16Array {
  return line.map((sample, index) => sample + (voice[index - from] ?? 0))
}

const speech = (ms: number, sampleRateHz = 8000) => tone({hz: 300, ms, sampleRateHz})

describe.each([8000, 16_000, 24_000])('at %i Hz', (sampleRateHz) => {
  test('a caller is heard within 100 ms, and has finished after the silence', () => {
    const ear = new Ear({sampleRateHz, silenceMs: SILENCE_MS, bargeInMs: 200})

    const [started, insists, finished, ...more] = listen(
      ear,
      [
        lineNoise(1000, -69, sampleRateHz),
        speech(500, sampleRateHz),
        lineNoise(1000, -69, sampleRateHz),
      ],
      sampleRateHz,
    )

    expect(started).toEqual([expect.toSatisfy((atMs) => atMs <= 1100), 'caller-started'])
    expect(insists).toEqual([1200, 'caller-insists'])
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
  const ear = new Ear({sampleRateHz: 8000, silenceMs: SILENCE_MS, bargeInMs: 200})

  expect(listen(ear, parts, 8000)).toEqual([])
})

describe('recorded lines', () => {
  const clip = (name: string) => readWav(join(AUDIO, `${name}.wav`), {sampleRateHz: 8000})
  const fourSeconds = lineNoise(4000, -69)

  test.each([
    'hello',
    'loan-enquiry',
    'rate-question',
    'loan-hindi',
    'rate-hindi',
    'thanks-hindi',
    'too-expensive',
    'not-now',
    'send-details',
    'instalment-question',
    'cannot-pay',
    'yes-connect',
  ])('%s is one turn, and is insisted on', async (name) => {
    const ear = new Ear({sampleRateHz: 8000, silenceMs: SILENCE_MS, bargeInMs: 200})

    const heard = listen(ear, [await clip(name), lineNoise(1000, -69)], 8000)

    expect(heard.map(([, what]) => what)).toEqual([
      'caller-started',
      'caller-insists',
      'caller-finished',
    ])
  })

  test.each(['wait', 'wait-interest', 'wait-hindi'])(
    '%s is insisted on within 400 ms',
    async (name) => {
      const ear = new Ear({sampleRateHz: 8000, silenceMs: SILENCE_MS, bargeInMs: 200})
      listen(ear, [await clip('loan-enquiry'), fourSeconds], 8000)

      const heard = listen(ear, [await clip(name)], 8000)

      expect(heard).toContainEqual([expect.toSatisfy((atMs) => atMs <= 400), 'caller-insists'])
    },
  )

  test.each(['cough', 'street', 'side-talk'])('%s is no caller', async (name) => {
    const ear = new Ear({sampleRateHz: 8000, silenceMs: SILENCE_MS, bargeInMs: 200})
    listen(ear, [await clip('loan-enquiry'), fourSeconds], 8000)

    expect(listen(ear, [await clip(name), lineNoise(1000, -69)], 8000)).toEqual([])
  })

  test.each([
    ['loan-enquiry', 0],
    ['rate-question', 1500],
    ['loan-hindi', 3000],
    ['wait-interest', 5000],
  ])('%s is one turn over a street of -38 dBFS, from its %i. ms on', async (name, fromMs) => {
    const ear = new Ear({sampleRateHz: 8000, silenceMs: SILENCE_MS, bargeInMs: 200})
    const street = attenuated(await clip('street'), -38)
    const from = fromMs * 8
    const around = Int16Array.from([...street.subarray(from), ...street, ...street])

    const heard = listen(ear, [over(around, await clip(name), 4000 * 8)], 8000)

    expect(heard.map(([, what]) => what)).toEqual([
      'caller-started',
      'caller-insists',
      'caller-finished',
    ])
  })

  test('mm-hmm is a caller who does not insist', async () => {
    const ear = new Ear({sampleRateHz: 8000, silenceMs: SILENCE_MS, bargeInMs: 200})
    listen(ear, [await clip('loan-enquiry'), fourSeconds], 8000)

    const heard = listen(ear, [await clip('mm-hmm'), lineNoise(1000, -69)], 8000)

    expect(heard.map(([, what]) => what)).toEqual(['caller-started', 'caller-finished'])
  })

  test('soft speech is taken in again when the bot listens closer', async () => {
    const ear = new Ear({sampleRateHz: 8000, silenceMs: SILENCE_MS, bargeInMs: 200})
    listen(ear, [await clip('loan-enquiry'), fourSeconds], 8000)

    ear.listenCloser()

    const heard = listen(ear, [await clip('side-talk')], 8000)
    expect(heard.map(([, what]) => what)).toContain('caller-started')
  })
})

describe('a line that sends nothing in silence', () => {
  test('has an end of the turn by the clock, a little after that of the audio', () => {
    const ear = new Ear({sampleRateHz: 8000, silenceMs: SILENCE_MS, bargeInMs: 200})
    listen(ear, [speech(500)], 8000)

    expect(ear.starvedAtMs).toBeGreaterThan(500 + SILENCE_MS)
    expect(ear.starvedAtMs).toBeLessThan(500 + SILENCE_MS + 250)
    expect(ear.starve()).toEqual(['caller-finished'])
    expect(ear.starvedAtMs).toBeUndefined()
  })

  test('is not told from one that sends two seconds at once', () => {
    const ear = new Ear({sampleRateHz: 8000, silenceMs: SILENCE_MS, bargeInMs: 200})
    ear.push(speech(2000), 0)
    ear.push(speech(20), 20)

    expect(ear.starvedAtMs).toBeGreaterThan(2000 + SILENCE_MS)
  })

  test('has no such end while the caller is quiet', () => {
    const ear = new Ear({sampleRateHz: 8000, silenceMs: SILENCE_MS, bargeInMs: 200})
    listen(ear, [lineNoise(500, -69)], 8000)

    expect(ear.starvedAtMs).toBeUndefined()
    expect(ear.starve()).toEqual([])
  })
})
