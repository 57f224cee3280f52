/**
 * The limits of the protocol, each with its source. `README.md` beside this file discusses them;
 * a test keeps the two together.
 */

import type {SampleRateHz} from './messages.js'

export const SAMPLE_RATES_HZ: readonly SampleRateHz[] = [8000, 16_000, 24_000]

/** Used when neither `start` nor the URL names a rate (docs.exotel.com, voicebot-applet). */
export const DEFAULT_SAMPLE_RATE_HZ: SampleRateHz = 8000

/** Exotel cuts audio into packets of 320 bytes and plays one each 20 ms (support.exotel.com 3000108630). */
export const PACKET_BYTES = 320
export const PACKET_MS = 20

/** Least bytes of a media message for smooth audio; soft (support.exotel.com 3000108630). */
export const MIN_CHUNK_BYTES = 3200

/** Most bytes of a media message (support.exotel.com 3000108630). */
export const MAX_CHUNK_BYTES = 100_000

/** Custom parameters of a stream URL, beside `sample-rate` (docs.exotel.com, voicebot-applet). */
export const MAX_CUSTOM_PARAMETERS = 3
export const MAX_CUSTOM_PARAMETER_CHARACTERS = 256

/** Characters of a whole stream URL when Connect Voice AI places the call: fewer than this. */
export const MAX_STREAM_URL_CHARACTERS = 600

/** From dial to the 101 answer; one more attempt follows (support.exotel.com 3000132302). */
export const HANDSHAKE_TIMEOUT_MS = 10_000
export const HANDSHAKE_RETRIES = 1

/** Undocumented; our choice. */
export const RETRY_DELAY_MS = 1000

/** The longest session (support.exotel.com 3000132302). */
export const MAX_SESSION_MS = 60 * 60 * 1000

/** Bytes of PCM16 in 20 ms: 320, 640, 960. */
export function packetBytes(sampleRateHz: number): number {
  return (sampleRateHz / 1000) * PACKET_MS * 2
}
