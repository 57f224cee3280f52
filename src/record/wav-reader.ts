import {readFile, stat} from 'node:fs/promises'

import wavefile from 'wavefile'

import {nameContainer} from '../audio/container.js'
import {alawToPcm16, ulawToPcm16} from '../audio/g711.js'
import {toPcm16Sample} from '../audio/pcm16.js'
import {resample} from '../audio/resampler.js'
import {readWavHeader, type WavHeader, wavHeader} from '../audio/wav.js'
import {nameWavFormat} from '../audio/wav-format.js'
import {ExostreamError} from '../errors.js'

const {WaveFile} = wavefile

/** Over two hours of mu-law at 8 kHz. Decoding is in memory, and not meant for more. */
const MOST_FILE_BYTES = 64 * 1024 * 1024

/** Beyond these a header is wrong, and a short clip could become an endless one. */
const LOWEST_RATE_HZ = 4000
const HIGHEST_RATE_HZ = 384_000

/** Samples of all channels, interleaved, in the scale of 16 bits. */
type Unpack = (data: Uint8Array, header: WavHeader) => ArrayLike<number>

/** By format tag and bits a sample. 8-bit PCM lies around 128, float within -1 and 1. */
const UNPACK: Readonly<Record<string, Unpack>> = {
  '1/8': linear({middle: 128, scale: 256}),
  '1/16': linear({middle: 0, scale: 1}),
  '1/24': linear({middle: 0, scale: 1 / 256}),
  '1/32': linear({middle: 0, scale: 1 / 65_536}),
  '3/32': linear({middle: 0, scale: 32_768}),
  '3/64': linear({middle: 0, scale: 32_768}),
  '6/8': alawToPcm16,
  '7/8': ulawToPcm16,
}

/** Reads a WAV file as mono 16-bit PCM at the rate asked for. */
export async function readWav(
  path: string,
  {sampleRateHz}: {sampleRateHz: number},
): Promise<Int16Array> {
  return decodeWav(await readAudioFile(path), {sampleRateHz, name: path})
}

/** The same from memory; `name` is what an error calls it. */
export function decodeWav(
  bytes: Uint8Array,
  {sampleRateHz, name}: {sampleRateHz: number; name: string},
): Int16Array {
  refuseSize(name, bytes.length)
  const header = readWavHeader(bytes)
  if ('problem' in header) {
    const container = header.isWav ? undefined : nameContainer(bytes)
    throw unreadable(name, container ? `is ${container}, not a WAV` : header.problem)
  }
  const unpack = UNPACK[`${String(header.formatTag)}/${String(header.bitsPerSample)}`]
  if (!unpack) throw unreadable(name, `is a WAV of ${nameWavFormat(header)}, which is not read`)
  refuseRate(name, header.sampleRateHz)
  const data = bytes.subarray(header.dataOffset, header.dataOffset + header.dataBytes)
  if (data.length === 0) throw unreadable(name, 'is a WAV without samples')
  const mono = mixDown(unpack(data, header), header.channels)
  return resample(mono, {fromHz: header.sampleRateHz, toHz: sampleRateHz})
}

export async function readAudioFile(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path)
    if (found.isDirectory()) throw unreadable(path, 'is a folder')
    // A pipe or a device might never end.
    if (!found.isFile()) throw unreadable(path, 'is not a regular file')
    refuseSize(path, found.size)
    return await readFile(path)
  } catch (error) {
    if (error instanceof ExostreamError) throw error
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw unreadable(path, isMissing ? 'does not exist' : 'could not be read', error)
  }
}

function refuseSize(name: string, bytes: number): void {
  if (bytes === 0) throw unreadable(name, 'is empty')
  if (bytes <= MOST_FILE_BYTES) return
  const mebibytes = (bytes / 1024 / 1024).toFixed(1)
  throw unreadable(name, `is ${mebibytes} MiB long, and at most 64 MiB are read`)
}

function refuseRate(name: string, sampleRateHz: number): void {
  if (sampleRateHz >= LOWEST_RATE_HZ && sampleRateHz <= HIGHEST_RATE_HZ) return
  throw unreadable(name, `is a WAV of ${String(sampleRateHz)} samples a second, which is no audio`)
}

function unreadable(name: string, what: string, cause?: unknown): ExostreamError {
  const options = cause === undefined ? undefined : {cause}
  return new ExostreamError('EXO_AUDIO_UNREADABLE', `${name} ${what}`, options)
}

function linear({middle, scale}: {middle: number; scale: number}): Unpack {
  return (data, header) => {
    const samples = new WaveFile(plainWav(data, header)).getSamples(true)
    for (let index = 0; index < samples.length; index += 1) {
      samples[index] = ((samples[index] ?? 0) - middle) * scale
    }
    return samples
  }
}

/** The samples behind a header without oddities, because wavefile takes a header at its word. */
function plainWav(data: Uint8Array, header: WavHeader): Uint8Array {
  return Buffer.concat([wavHeader({...header, dataBytes: data.length}), data])
}

/** The mean of the channels. */
function mixDown(samples: ArrayLike<number>, channels: number): Int16Array {
  const mono = new Int16Array(Math.floor(samples.length / channels))
  for (let frame = 0; frame < mono.length; frame += 1) {
    let sum = 0
    for (let channel = 0; channel < channels; channel += 1) {
      sum += samples[frame * channels + channel] ?? 0
    }
    mono[frame] = toPcm16Sample(sum / channels)
  }
  return mono
}
