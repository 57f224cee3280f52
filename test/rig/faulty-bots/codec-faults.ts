import {pcm16ToAlaw, pcm16ToUlaw} from '../../../src/audio/g711.js'
import {pcm16ToBytes, toPcm16Sample} from '../../../src/audio/pcm16.js'
import {wavHeader} from '../../../src/audio/wav.js'
import type {Random} from '../../../src/random.js'
import {base64, type Fault, type Given, type RateHz} from './corpus.js'
import type {RawBotOptions} from './raw-bot.js'

function bytes(toBytes: (pcm: Int16Array, given: Given) => Uint8Array) {
  return (given: Given) => ({toBytes: (pcm: Int16Array) => toBytes(pcm, given)})
}

/** A fixed number of bytes a sample, each written by the function given. */
function written(bytesEach: number, write: (view: DataView, at: number, sample: number) => void) {
  return bytes((pcm) => {
    const made = new Uint8Array(pcm.length * bytesEach)
    const view = new DataView(made.buffer)
    for (const [index, sample] of pcm.entries()) write(view, index * bytesEach, sample)
    return made
  })
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}

function withWavHeader(audio: Uint8Array, sampleRateHz: number): Uint8Array {
  return joined(wavHeader({sampleRateHz, channels: 1, dataBytes: audio.length}), audio)
}

/** MPEG-2 Layer III at 24 kHz and 48 kbit/s: frames of 144 bytes with the right headers, and noise in them. */
function mp3(samples: number, random: Random, tag: boolean): Uint8Array {
  const frames = Math.ceil(samples / 200)
  const made = new Uint8Array(frames * 144).map(() => random.below(256))
  for (let frame = 0; frame < frames; frame += 1) made.set([0xff, 0xf3, 0x64, 0xc0], frame * 144)
  return tag ? joined(Buffer.from('ID3\u0004\0\0\0\0\0\0', 'latin1'), made) : made
}

function ogg(samples: number, random: Random): Uint8Array {
  const made = new Uint8Array(samples).map(() => random.below(256))
  made.set(Buffer.from('OggS\0\u0002', 'latin1'))
  return made
}

/** Audio of another rate than the stream's, paced as if it were right. */
function rate(fromHz: number, chunkMs: number, changes: Partial<RawBotOptions> = {}) {
  return ({voice}: Given) => ({
    speech: Int16Array.from([...voice(fromHz), ...voice(fromHz)]),
    speechRateHz: fromHz,
    chunkBytes: (fromHz / 1000) * 2 * chunkMs,
    ...changes,
  })
}

type RateFault = {
  readonly fromHz: number
  readonly toHz: RateHz
  readonly chunkMs: number
  readonly changes?: Partial<RawBotOptions>
}

function rateFault({fromHz, toHz, chunkMs, changes = {}}: RateFault): Fault {
  const paced = changes.pace === undefined ? '' : ', paced by the rate of the stream'
  return {
    name: `${String(fromHz)} Hz on a stream of ${String(toHz)} Hz in chunks of ${String(chunkMs)} ms${paced}`,
    cause: fromHz > toHz ? 'sample-rate-too-high' : 'sample-rate-too-low',
    rateHz: toHz,
    options: rate(fromHz, chunkMs, changes),
  }
}

/** Faults of the samples in a payload that is base64. */
export const codecFaults: readonly Fault[] = [
  {
    name: 'a WAV header before each reply',
    cause: 'payload-wav',
    options: bytes((pcm, {rateHz}) => withWavHeader(pcm16ToBytes(pcm), rateHz)),
  },
  {
    name: 'a WAV header in each chunk',
    cause: 'payload-wav',
    options: ({rateHz}) => ({
      toPayload: (chunk: Uint8Array) => base64(withWavHeader(chunk, rateHz)),
    }),
  },
  {
    name: 'MP3 with a tag',
    cause: 'payload-mp3',
    options: bytes((pcm, {random}) => mp3(pcm.length, random, true)),
  },
  {
    name: 'MP3 frames',
    cause: 'payload-mp3',
    options: bytes((pcm, {random}) => mp3(pcm.length, random, false)),
  },
  {
    name: 'an Ogg file',
    cause: 'payload-ogg',
    options: bytes((pcm, {random}) => ogg(pcm.length, random)),
  },
  {
    name: 'mu-law in 20 ms',
    cause: 'mulaw-as-pcm',
    options: () => ({toBytes: pcm16ToUlaw, chunkBytes: 160}),
  },
  {name: 'mu-law', cause: 'mulaw-as-pcm', options: bytes(pcm16ToUlaw)},
  {
    name: 'A-law in 20 ms',
    cause: 'alaw-as-pcm',
    options: () => ({toBytes: pcm16ToAlaw, chunkBytes: 160}),
  },
  {name: 'A-law', cause: 'alaw-as-pcm', options: bytes(pcm16ToAlaw)},
  {
    name: 'bytes swapped',
    cause: 'byte-swapped',
    options: written(2, (view, at, sample) => view.setInt16(at, sample, false)),
  },
  {
    name: '32-bit floats',
    cause: 'float32-samples',
    options: written(4, (view, at, sample) => view.setFloat32(at, sample / 32_768, true)),
  },
  {
    name: 'floats in the scale of 16 bits',
    cause: 'float32-samples',
    options: written(4, (view, at, sample) => view.setFloat32(at, sample, true)),
  },
  {
    name: 'two channels alike',
    cause: 'stereo-samples',
    options: written(4, (view, at, sample) => {
      view.setInt16(at, sample, true)
      view.setInt16(at + 2, sample, true)
    }),
  },
  {
    name: 'two channels, the right one silent',
    cause: 'stereo-samples',
    options: written(4, (view, at, sample) => view.setInt16(at, sample, true)),
  },
  {
    name: 'two channels, the right one softer',
    cause: 'stereo-samples',
    options: written(4, (view, at, sample) => {
      view.setInt16(at, sample, true)
      view.setInt16(at + 2, Math.round(sample * 0.7), true)
    }),
  },
  {
    name: '8-bit PCM',
    cause: 'wrong-sample-width',
    options: written(1, (view, at, sample) => {
      view.setUint8(at, (sample >> 8) + 128)
    }),
  },
  {
    name: '24-bit PCM',
    cause: 'wrong-sample-width',
    options: written(3, (view, at, sample) => {
      view.setUint8(at, (sample * 77) & 0xff)
      view.setInt16(at + 1, sample, true)
    }),
  },
  {
    name: '32-bit PCM',
    cause: 'wrong-sample-width',
    options: written(4, (view, at, sample) => {
      view.setInt32(at, sample * 65_536 + ((sample * 7919) & 0xffff), true)
    }),
  },
  rateFault({fromHz: 16_000, toHz: 8000, chunkMs: 20}),
  rateFault({fromHz: 16_000, toHz: 8000, chunkMs: 100}),
  rateFault({fromHz: 24_000, toHz: 8000, chunkMs: 20}),
  rateFault({fromHz: 24_000, toHz: 8000, chunkMs: 100}),
  rateFault({fromHz: 48_000, toHz: 8000, chunkMs: 20}),
  rateFault({fromHz: 24_000, toHz: 16_000, chunkMs: 20}),
  rateFault({fromHz: 48_000, toHz: 16_000, chunkMs: 20}),
  rateFault({fromHz: 8000, toHz: 16_000, chunkMs: 20}),
  rateFault({fromHz: 8000, toHz: 16_000, chunkMs: 100}),
  rateFault({fromHz: 8000, toHz: 24_000, chunkMs: 20}),
  {
    name: 'digital silence',
    cause: 'digital-silence',
    options: bytes((pcm) => new Uint8Array(pcm.length * 2)),
  },
  {
    name: 'samples scaled to between -1 and 1',
    cause: 'digital-silence',
    options: bytes((pcm) => pcm16ToBytes(pcm.map((sample) => Math.round(sample / 32_768)))),
  },
  {
    name: 'clipping',
    cause: 'clipping',
    options: bytes((pcm) => pcm16ToBytes(pcm.map((sample) => toPcm16Sample(sample * 12)))),
  },
]
