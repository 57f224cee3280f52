import {pcm16ToUlaw, ulawToPcm16} from '../audio/g711.js'
import {bytesToPcm16, pcm16AsBytes} from '../audio/pcm16.js'
import {encodePayload} from '../protocol/payload.js'

export type Codec = 'pcm16' | 'ulaw'

/** The samples in the bytes of a payload. */
export function bytesToPcm(bytes: Uint8Array, codec: Codec): Int16Array {
  return codec === 'ulaw' ? ulawToPcm16(bytes) : bytesToPcm16(bytes)
}

/** Samples as the base64 text of a payload. */
export function pcmToPayload(pcm: Int16Array, codec: Codec): string {
  return encodePayload(codec === 'ulaw' ? pcm16ToUlaw(pcm) : pcm16AsBytes(pcm))
}
