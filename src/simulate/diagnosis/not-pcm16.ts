import type {CodecGuess} from '../../audio/codec-guess.js'
import type {Evidence} from './evidence.js'
import {rateMismatch} from './rate-mismatch.js'
import {amount} from './words.js'

/** What a reading of the bytes is called. */
export const CODEC_NAMES: Readonly<Record<Exclude<CodecGuess, 'pcm16'>, string>> = {
  ulaw: 'mu-law (8 bits a sample)',
  alaw: 'A-law (8 bits a sample)',
  'pcm16-swapped': '16-bit PCM with its bytes swapped (big-endian)',
  float32: '32-bit floats',
  stereo: '16-bit PCM of two channels',
  pcm8: '8-bit PCM',
  pcm24: '24-bit PCM',
  pcm32: '32-bit PCM',
}

/**
 * Why the audio is not 16-bit PCM at the rate of the stream, in one sentence; undefined when it is,
 * when it cannot be told, and when the text of the payload is wrong before that.
 */
export function notPcm16(evidence: Evidence): string | undefined {
  const {audio, wire, isPcm16, sampleRateHz} = evidence
  if (!isPcm16 || wire.faults.size > 0) return undefined
  const codec = audio.codec()
  if (codec === undefined) return undefined
  if (codec !== 'pcm16') return `It looks like ${CODEC_NAMES[codec]}.`
  const mismatch = rateMismatch(evidence)
  if (!mismatch) return undefined
  return `It looks like audio at ${amount(mismatch.sentHz)} Hz on a stream of ${amount(sampleRateHz)} Hz.`
}
