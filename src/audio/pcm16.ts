/** Then samples in memory are what they are on the wire, and a copy of bytes is all it takes. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/**
 * 16-bit samples of little-endian bytes. A copy, so that the samples neither hold nor share the
 * buffer they came in; an odd last byte is half a sample and left out.
 */
export function bytesToPcm16(bytes: Uint8Array): Int16Array {
  const pcm = new Int16Array(bytes.length >> 1)
  const whole = bytes.length === pcm.byteLength ? bytes : bytes.subarray(0, pcm.byteLength)
  // As bytes, which a view of samples would want on an even offset.
  new Uint8Array(pcm.buffer).set(whole)
  if (!IS_LITTLE_ENDIAN) Buffer.from(pcm.buffer).swap16()
  return pcm
}

/** Little-endian bytes of 16-bit samples, in a buffer of their own. */
export function pcm16ToBytes(pcm: Int16Array): Uint8Array {
  return pcm16AsBytes(pcm).slice()
}

/** The same for whoever only reads them: on nearly every machine they share the memory of the samples. */
export function pcm16AsBytes(pcm: Int16Array): Uint8Array {
  if (IS_LITTLE_ENDIAN) return new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength)
  const own = pcm.slice()
  return Buffer.from(own.buffer).swap16()
}

export function concatPcm(parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** The nearest 16-bit sample; what is too loud is clipped, what is not a number is silent. */
export function toPcm16Sample(value: number): number {
  if (Number.isNaN(value)) return 0
  return Math.max(-32_768, Math.min(32_767, Math.round(value)))
}
