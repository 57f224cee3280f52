import {readFileSync} from 'node:fs'

import {describe, expect, test} from 'vitest'

import {guessCodec} from '../../../src/audio/codec-guess.js'
import {pcm16ToAlaw, pcm16ToUlaw} from '../../../src/audio/g711.js'
import {pcm16ToBytes} from '../../../src/audio/pcm16.js'
import {noise, silence, tone} from '../../../src/audio/tone.js'
import {decodeWav} from '../../../src/record/wav-reader.js'
import {seededRandom} from '../../../src/random.js'

/** Speech that the thresholds were not set by. */
const LINES = ['audio/cannot-pay', 'audio/rate-hindi', 'templates/sales/callback'] as const

function speech(line: string): Int16Array {
  const file = new URL(`../../../fixtures/${line}.wav`, import.meta.url)
  return decodeWav(readFileSync(file), {sampleRateHz: 8000, name: line})
}

function swapped(bytes: Uint8Array): Uint8Array {
  return bytes.map((_, index) => bytes[index ^ 1] ?? 0)
}

function float32(pcm: Int16Array): Uint8Array {
  return new Uint8Array(Float32Array.from(pcm, (sample) => sample / 32_768).buffer)
}

function twice(pcm: Int16Array): Int16Array {
  return Int16Array.from({length: pcm.length * 2}, (_, index) => pcm[index >> 1] ?? 0)
}

const formats = [
  ['pcm16', pcm16ToBytes],
  ['ulaw', pcm16ToUlaw],
  ['alaw', pcm16ToAlaw],
  ['pcm16-swapped', (pcm: Int16Array) => swapped(pcm16ToBytes(pcm))],
  ['float32', float32],
  ['stereo', (pcm: Int16Array) => pcm16ToBytes(twice(pcm))],
  ['pcm8', (pcm: Int16Array) => Uint8Array.from(pcm, (sample) => (sample >> 8) + 128)],
] as const

describe.each(LINES)('the speech of %s', (line) => {
  test.each(formats)('is recognised as %s', (guess, encode) => {
    expect(guessCodec([encode(speech(line))])).toBe(guess)
  })

  test('is recognised in pieces, with silence between them and padding behind', () => {
    const bytes = pcm16ToUlaw(speech(line))
    const padded = new Uint8Array(3200)
    padded.set(bytes.subarray(8000, 8100))

    expect(guessCodec([bytes.subarray(0, 8000), padded])).toBe('ulaw')
  })
})

test('silence, noise and very little audio are not guessed at', () => {
  const random = seededRandom(1)
  const hiss = noise({samples: 16_000, dbfs: -20, random: () => random.next()})

  expect(guessCodec([])).toBeUndefined()
  expect(guessCodec([pcm16ToBytes(silence({ms: 2000, sampleRateHz: 8000}))])).toBeUndefined()
  expect(guessCodec([pcm16ToBytes(hiss)])).toBeUndefined()
  expect(guessCodec([pcm16ToBytes(speech(LINES[0])).subarray(6000, 8000)])).toBeUndefined()
})

test('a tone is 16-bit PCM', () => {
  const beep = tone({hz: 700, ms: 1000, sampleRateHz: 8000})

  expect(guessCodec([pcm16ToBytes(beep)])).toBe('pcm16')
})

test('any bytes at all are taken without a throw', () => {
  const random = seededRandom(2)
  const bytes = Uint8Array.from({length: 9001}, () => random.below(256))

  expect(() => guessCodec([bytes, new Uint8Array(0), bytes.subarray(0, 1)])).not.toThrow()
})
