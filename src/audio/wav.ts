import {EXTENSIBLE, WAV_FORMAT} from './wav-format.js'

export const WAV_HEADER_BYTES = 44

const MOST_DATA_BYTES = 0xffff_ffff - 36

export type WavHeader = {
  /** With an extensible header resolved to what it stands for. */
  readonly formatTag: number
  readonly channels: number
  readonly sampleRateHz: number
  readonly bitsPerSample: number
  readonly dataOffset: number
  /** What is really there, in whole frames of all channels. */
  readonly dataBytes: number
}

type Format = Omit<WavHeader, 'dataOffset' | 'dataBytes'>

/** Why samples cannot be found; `isWav` tells a broken WAV from something else. */
export type WavProblem = {readonly problem: string; readonly isWav: boolean}

/** The 44 bytes before the samples, 16-bit PCM unless said; sizes stop at what 32 bits can say. */
export function wavHeader({
  sampleRateHz,
  channels,
  dataBytes,
  formatTag = WAV_FORMAT.pcm,
  bitsPerSample = 16,
}: {
  sampleRateHz: number
  channels: number
  dataBytes: number
  formatTag?: number
  bitsPerSample?: number
}): Uint8Array {
  const frameBytes = (channels * bitsPerSample) >> 3
  const shownBytes = Math.min(dataBytes, MOST_DATA_BYTES)
  const bytes = new Uint8Array(WAV_HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  writeText(bytes, 0, 'RIFF')
  view.setUint32(4, 36 + shownBytes, true)
  writeText(bytes, 8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, formatTag, true)
  view.setUint16(22, channels, true)
  view.setUint32(24, sampleRateHz, true)
  view.setUint32(28, sampleRateHz * frameBytes, true)
  view.setUint16(32, frameBytes, true)
  view.setUint16(34, bitsPerSample, true)
  writeText(bytes, 36, 'data')
  view.setUint32(40, shownBytes, true)
  return bytes
}

/**
 * Walks the chunks up to the samples. Sizes are taken as they are meant: a stream that could not
 * know its length says 0, 0xffffffff or 0x7ffff000, and a cut file says more than it holds.
 */
export function readWavHeader(bytes: Uint8Array): WavHeader | WavProblem {
  if (textAt(bytes, 0) !== 'RIFF' || textAt(bytes, 8) !== 'WAVE') {
    return {problem: 'is not a WAV', isWav: false}
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let format: Format | undefined
  let at = 12
  while (at + 8 <= bytes.length) {
    const id = textAt(bytes, at)
    const size = view.getUint32(at + 4, true)
    const offset = at + 8
    if (id === 'fmt ') format = readFormat(view, offset, Math.min(size, bytes.length - offset))
    if (id === 'data') {
      if (!format) return broken('is a WAV without a format before its samples')
      const problem = formatProblem(format)
      if (problem) return broken(problem)
      const dataBytes = wholeFrames(availableBytes(bytes, offset, size), format)
      return {...format, dataOffset: offset, dataBytes}
    }
    at = nextChunk(bytes, offset + size)
  }
  return broken('is a WAV without samples')
}

function broken(problem: string): WavProblem {
  return {problem, isWav: true}
}

function readFormat(view: DataView, offset: number, size: number): Format | undefined {
  if (size < 16) return undefined
  const tag = view.getUint16(offset, true)
  // An extensible header carries the plain tag as the first field of its sub-format.
  const isExtensible = tag === EXTENSIBLE && size >= 26
  return {
    formatTag: isExtensible ? view.getUint16(offset + 24, true) : tag,
    channels: view.getUint16(offset + 2, true),
    sampleRateHz: view.getUint32(offset + 4, true),
    bitsPerSample: view.getUint16(offset + 14, true),
  }
}

function formatProblem({channels, sampleRateHz}: Format): string | undefined {
  if (channels === 0) return 'is a WAV of 0 channels'
  if (sampleRateHz === 0) return 'is a WAV of 0 samples a second'
  return undefined
}

function availableBytes(bytes: Uint8Array, offset: number, size: number): number {
  const present = bytes.length - offset
  // Zero means unknown when samples follow, and nothing when the next chunk does.
  if (size === 0 && !isWholeChunk(bytes, offset)) return present
  return Math.min(size, present)
}

function wholeFrames(dataBytes: number, {channels, bitsPerSample}: Format): number {
  const frameBytes = Math.max(1, (channels * bitsPerSample) >> 3)
  return dataBytes - (dataBytes % frameBytes)
}

/** Chunks start at even offsets, but not every program knows. */
function nextChunk(bytes: Uint8Array, end: number): number {
  return end % 2 === 1 && !isChunkId(bytes, end) ? end + 1 : end
}

/** Samples may look like an id by chance, but hardly like one with a size that fits the file. */
function isWholeChunk(bytes: Uint8Array, at: number): boolean {
  if (at + 8 > bytes.length || !isChunkId(bytes, at)) return false
  const size = new DataView(bytes.buffer, bytes.byteOffset + at + 4, 4).getUint32(0, true)
  return at + 8 + size <= bytes.length
}

function isChunkId(bytes: Uint8Array, at: number): boolean {
  return /^[\x20-\x7e]{4}$/.test(textAt(bytes, at))
}

function textAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}

function writeText(bytes: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index += 1) bytes[at + index] = text.charCodeAt(index)
}
