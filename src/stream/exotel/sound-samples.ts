import {MAX_CHUNK_BYTES} from '../../protocol/limits.js'
import {hasNoHeader, payloadBytes} from '../../protocol/payload.js'

/** Then samples in memory are what they are on the wire. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Where long payloads are decoded, so that what is kept of each is one copy and nothing else. */
const decoded = new Int16Array(MAX_CHUNK_BYTES / 2 + 1)
const bytesOfDecoded = Buffer.from(decoded.buffer)

/** Others lie side by side: memory of its own would be asked for and given back fifty times a second a call. */
const POOL_SAMPLES = 32 * 1024
const MOST_POOLED_SAMPLES = POOL_SAMPLES / 8
let pool = new Int16Array(POOL_SAMPLES)
let bytesOfPool = Buffer.from(pool.buffer)
let used = 0

/**
 * The fast path of what a bot says: the samples in plain base64, without the steps in between. Nothing
 * where they are not whole, where they may be a file, and on a machine that turns bytes round.
 */
export function soundSamples(payload: string): Int16Array | undefined {
  const bytes = payloadBytes(payload)
  const isSound = bytes % 2 === 0 && bytes <= MAX_CHUNK_BYTES && hasNoHeader(payload)
  if (!isSound || !IS_LITTLE_ENDIAN) return undefined
  const samples = bytes / 2
  if (samples <= MOST_POOLED_SAMPLES) return pooled(payload, samples)
  bytesOfDecoded.write(payload, 'base64')
  return decoded.slice(0, samples)
}

function pooled(payload: string, samples: number): Int16Array {
  if (used + samples > POOL_SAMPLES) {
    pool = new Int16Array(POOL_SAMPLES)
    bytesOfPool = Buffer.from(pool.buffer)
    used = 0
  }
  const start = used
  used += samples
  bytesOfPool.write(payload, 2 * start, 2 * samples, 'base64')
  return pool.subarray(start, used)
}
