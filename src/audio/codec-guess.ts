import {alawToPcm16, ulawToPcm16} from './g711.js'
import {bytesToPcm16} from './pcm16.js'

/** What the bytes of a stream of audio look like; all but the first are not what a telephone line takes. */
export type CodecGuess =
  'pcm16' | 'ulaw' | 'alaw' | 'pcm16-swapped' | 'float32' | 'stereo' | 'pcm8' | 'pcm24' | 'pcm32'

/**
 * The format of speech by how it sounds in each: neighbouring samples of speech are alike in the right
 * one, and hardly alike in a wrong one. Undefined when nothing stands out: too short, silence, noise.
 *
 * @param segments the bytes of utterances, each from its first sample on
 */
export function guessCodec(segments: readonly Uint8Array[]): CodecGuess | undefined {
  const looked = firstOf(segments)
  if (looked.reduce((sum, segment) => sum + segment.length, 0) < LEAST_BYTES) return undefined
  if (isFloat(looked)) return 'float32'
  const alike = (guess: keyof typeof readers) => likeness(looked, readers[guess])
  const asPcm16 = alike('pcm16')
  const asSwapped = alike('pcm16-swapped')
  // One byte a sample: it does not matter which of two bytes is taken for the upper one.
  const isSame = asPcm16 > NOISE && Math.abs(asPcm16 - asSwapped) < SAME
  const byByte = isSame ? guessByteCodec(looked, asPcm16) : undefined
  if (byByte) return byByte
  if (isHalfNoise(looked) && alike('pcm32') > LIKE) return 'pcm32'
  if (isStereo(looked)) return 'stereo'
  if (asPcm16 > UNLIKE) return 'pcm16'
  if (asSwapped > LIKE) return 'pcm16-swapped'
  return alike('pcm24') > LIKE ? 'pcm24' : undefined
}

function guessByteCodec(looked: readonly Uint8Array[], asPcm16: number): CodecGuess | undefined {
  const alike = (guess: keyof typeof readers) => likeness(looked, readers[guess])
  const byLaw = alike('alaw') > alike('ulaw') ? 'alaw' : 'ulaw'
  const guess = isCentred(looked) ? 'pcm8' : byLaw
  return alike(guess) > Math.max(LIKE, asPcm16) ? guess : undefined
}

/** Six seconds at 8 kHz tell the format; the rest of a call is not looked at. */
export const LOOKED_AT_BYTES = 96_000

function firstOf(segments: readonly Uint8Array[]): readonly Uint8Array[] {
  let left = LOOKED_AT_BYTES
  return segments.flatMap((segment) => {
    const piece = withoutPadding(segment).subarray(0, left)
    left -= piece.length
    return piece.length > 0 ? [piece] : []
  })
}

/** Zeros fill up the last chunk; in another format than 16-bit PCM they may be a loud sample. */
function withoutPadding(bytes: Uint8Array): Uint8Array {
  let {length} = bytes
  while (length > 0 && bytes[length - 1] === 0) length -= 1
  return bytes.subarray(0, length)
}

/** Around 128 both ways alike, as 8-bit PCM is; of the codes of mu-law and A-law only some there are quiet. */
function isCentred(segments: readonly Uint8Array[]): boolean {
  const counts = {below: 0, above: 0, all: 0}
  for (const segment of segments) {
    counts.all += segment.length
    for (const byte of segment) {
      if (byte >= 112 && byte < 128) counts.below += 1
      if (byte >= 128 && byte < 144) counts.above += 1
    }
  }
  const {below, above, all} = counts
  return below + above > all * 0.4 && above * 3 > below && below * 3 > above
}

/** A quarter of a second at 8 kHz. */
const LEAST_BYTES = 4000
/** Correlation of neighbours: speech at 8 kHz has 0.5 and more, a wrong reading of it under 0.2. */
const LIKE = 0.4
const UNLIKE = 0.25
const NOISE = 0.15
/** Two readings that are the same but for chance. */
const SAME = 0.12

type Samples = Int16Array | Float32Array
type Reader = (bytes: Uint8Array) => Samples

const readers = {
  pcm16: bytesToPcm16,
  ulaw: ulawToPcm16,
  alaw: alawToPcm16,
  'pcm16-swapped': swapped,
  pcm8,
  pcm24: (bytes) => whole(bytes, {stepBytes: 3, at: 1}),
  pcm32: (bytes) => whole(bytes, {stepBytes: 4, at: 2}),
} as const satisfies Readonly<Record<string, Reader>>

/** The upper 16 bits of little-endian samples of two to four bytes. */
function whole(bytes: Uint8Array, {stepBytes, at}: {stepBytes: number; at: number}): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const samples = new Int16Array(Math.floor(bytes.length / stepBytes))
  for (let index = 0; index < samples.length; index += 1) {
    samples[index] = view.getInt16(index * stepBytes + at, true)
  }
  return samples
}

function swapped(bytes: Uint8Array): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const samples = new Int16Array(bytes.length >> 1)
  for (let index = 0; index < samples.length; index += 1) {
    samples[index] = view.getInt16(index * 2, false)
  }
  return samples
}

function pcm8(bytes: Uint8Array): Int16Array {
  const samples = new Int16Array(bytes.length)
  for (const [index, byte] of bytes.entries()) samples[index] = (byte - 128) << 8
  return samples
}

/** How alike neighbouring samples are: their correlation, 1 for a slow wave, 0 for noise. */
function likeness(segments: readonly Uint8Array[], read: Reader): number {
  let product = 0
  let energy = 0
  for (const segment of segments) {
    const samples = read(segment)
    const mean = meanOf(samples)
    for (let index = 1; index < samples.length; index += 1) {
      const last = (samples[index - 1] ?? 0) - mean
      product += last * ((samples[index] ?? 0) - mean)
      energy += last * last
    }
  }
  return energy > 0 ? product / energy : 0
}

function meanOf(samples: Samples): number {
  let sum = 0
  for (let index = 0, {length} = samples; index < length; index += 1) sum += samples[index] ?? 0
  return samples.length > 0 ? sum / samples.length : 0
}

/** Of what is no float at all, few values have an exponent that audio has. */
function isFloat(segments: readonly Uint8Array[]): boolean {
  let values = 0
  let plausible = 0
  const most = segments.reduce((sum, {length}) => sum + (length >> 2), 0)
  for (const segment of segments) {
    const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength)
    for (let at = 0; at + 4 <= segment.length; at += 4) {
      const size = Math.abs(view.getFloat32(at, true))
      if (size === 0) continue
      values += 1
      if (size > 1e-8 && size < 40_000) plausible += 1
      // Were all the rest plausible, it would still be too few.
      else if (values - plausible > most * 0.02 + 1) return false
    }
  }
  return values * 16 > LEAST_BYTES && plausible > values * 0.98 && likeness(segments, floats) > LIKE
}

function floats(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float32Array.from({length: bytes.length >> 2}, (_, at) => view.getFloat32(at * 4, true))
}

/** The lower halves of 32-bit samples follow no wave. */
function isHalfNoise(segments: readonly Uint8Array[]): boolean {
  const lower = (bytes: Uint8Array) => whole(bytes, {stepBytes: 4, at: 0})
  return Math.abs(likeness(segments, lower)) < NOISE
}

/** Left and right of one moment are more alike than right and the next left, or one of them is softer. */
function isStereo(segments: readonly Uint8Array[]): boolean {
  let within = 0
  let across = 0
  let left = 0
  let right = 0
  for (const segment of segments) {
    const samples = readers.pcm16(segment)
    for (let index = 0; index + 2 < samples.length; index += 2) {
      const one = samples[index] ?? 0
      const other = samples[index + 1] ?? 0
      const next = samples[index + 2] ?? 0
      within += (other - one) ** 2
      across += (next - other) ** 2
      left += one * one
      right += other * other
    }
  }
  const isUneven = Math.min(left, right) < UNEVEN * Math.max(left, right)
  return across > 0 && (within < PAIRED * across || isUneven)
}

const PAIRED = 0.4
/** Every other sample of one channel has the same energy as the rest. */
const UNEVEN = 0.85
