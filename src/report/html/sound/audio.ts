import {pcm16ToUlaw} from '../../../audio/g711.js'
import {resample} from '../../../audio/resampler.js'
import type {CallAudio} from '../timeline/timeline.js'

/** As a phone line carries it; a higher rate would not fit, and is brought down to this. */
export const AUDIO_RATE_HZ = 8000

/** Of base64 text, for all the calls of a page; the rest of the 6 MB is for what is drawn. */
export const AUDIO_BUDGET_BYTES = 5_000_000

/** Length in base64 of both tracks, a byte a sample each. */
export function audioBytes({caller, heard, sampleRateHz}: CallAudio): number {
  const samples = (Math.max(caller.length, heard.length) * AUDIO_RATE_HZ) / sampleRateHz
  return Math.ceil((samples * 2) / 3) * 4
}

/**
 * Both tracks as base64 of interleaved mu-law (left the caller), half as long as 16-bit PCM; the page
 * makes a WAV of it, because not every browser plays mu-law.
 */
export function encodeAudio({caller, heard, sampleRateHz}: CallAudio): string {
  const rates = {fromHz: sampleRateHz, toHz: AUDIO_RATE_HZ}
  const [left, right] = [caller, heard].map((pcm) =>
    pcm16ToUlaw(sampleRateHz === AUDIO_RATE_HZ ? pcm : resample(pcm, rates)),
  )
  const frames = Math.max(left?.length ?? 0, right?.length ?? 0)
  const both = Buffer.alloc(frames * 2, SILENCE)
  left?.forEach((code, at) => (both[at * 2] = code))
  right?.forEach((code, at) => (both[at * 2 + 1] = code))
  return both.toString('base64')
}

/** Zero in mu-law. */
const SILENCE = 0xff

/** Which calls get their audio: in the given order, as long as it fits. */
export function withinBudget(
  order: readonly number[],
  audio: readonly (CallAudio | undefined)[],
): ReadonlySet<number> {
  const chosen = new Set<number>()
  let left = AUDIO_BUDGET_BYTES
  for (const at of order) {
    const one = audio[at]
    if (!one || audioBytes(one) > left) continue
    left -= audioBytes(one)
    chosen.add(at)
  }
  return chosen
}
