import {bench, describe} from 'vitest'

import {alawToPcm16, pcm16ToUlaw, ulawToPcm16} from '../../src/audio/g711.js'
import {rms} from '../../src/audio/level.js'
import {StreamResampler} from '../../src/audio/resampler.js'
import {tone} from '../../src/audio/tone.js'
import {EnergyVad} from '../../src/audio/vad.js'

/** One second of audio in frames of 20 ms, as a call brings them, against the least one could do with it. */

const FRAMES = 50
const speech = tone({hz: 300, ms: 1000, sampleRateHz: 8000})
const frames = framesOf(speech)
const ulaw = frames.map(pcm16ToUlaw)

describe('G.711', () => {
  bench('copying bytes into samples', () => {
    for (const bytes of ulaw) Int16Array.from(bytes)
  })
  bench('ulawToPcm16', () => {
    for (const bytes of ulaw) ulawToPcm16(bytes)
  })
  bench('alawToPcm16', () => {
    for (const bytes of ulaw) alawToPcm16(bytes)
  })
  bench('pcm16ToUlaw', () => {
    for (const frame of frames) pcm16ToUlaw(frame)
  })
})

describe('the resampler', () => {
  const up = new StreamResampler({fromHz: 8000, toHz: 16_000})
  const triple = new StreamResampler({fromHz: 8000, toHz: 24_000})
  const down = new StreamResampler({fromHz: 16_000, toHz: 8000})
  const wide = framesOf(tone({hz: 300, ms: 1000, sampleRateHz: 16_000}))

  bench('straight lines between samples, 8 to 16 kHz', () => {
    for (const frame of frames) twiceAsMany(frame)
  })
  bench('8 to 16 kHz', () => {
    for (const frame of frames) up.push(frame)
  })
  bench('8 to 24 kHz', () => {
    for (const frame of frames) triple.push(frame)
  })
  bench('16 to 8 kHz', () => {
    for (const frame of wide) down.push(frame)
  })
})

describe('the VAD', () => {
  const vad = new EnergyVad({sampleRateHz: 8000})

  bench('the level of each frame', () => {
    for (const frame of frames) rms(frame)
  })
  bench('EnergyVad', () => {
    for (const frame of frames) vad.push(frame)
  })
})

function framesOf(pcm: Int16Array): readonly Int16Array[] {
  const samples = pcm.length / FRAMES
  return Array.from({length: FRAMES}, (_, at) => pcm.slice(at * samples, (at + 1) * samples))
}

function twiceAsMany(frame: Int16Array): Int16Array {
  const out = new Int16Array(frame.length * 2)
  for (let at = 0; at < frame.length; at += 1) {
    const sample = frame[at] ?? 0
    out[2 * at] = sample
    out[2 * at + 1] = (sample + (frame[at + 1] ?? sample)) / 2
  }
  return out
}
