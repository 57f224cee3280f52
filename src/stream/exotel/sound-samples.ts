import {MAX_CHUNK_BYTES} from '../../protocol/limits.js'
import {hasNoHeader, payloadBytes} from '../../protocol/payload.js'

/** Then samples in memory are what they are on the wire. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Where a payload is decoded, so that what is kept of it is one copy and nothing else. */
const decoded = new Int16Array(MAX_CHUNK_BYTES / 2 + 1)
const bytesOfDecoded = Buffer.from(decoded.buffer)

/**
 * The fast path of what a bot says: the samples in plain base64, without the steps in between. Nothing
 * where they are not whole, where they may be a file, and on a machine that turns bytes round.
 */
export function soundSamples(payload: string): Int16Array | undefined {
  const bytes = payloadBytes(payload)
  const isSound = bytes % 2 === 0 && bytes <= MAX_CHUNK_BYTES && hasNoHeader(payload)
  if (!isSound || !IS_LITTLE_ENDIAN) return undefined
  bytesOfDecoded.write(payload, 'base64')
  return decoded.slice(0, bytes / 2)
}
