/**
 * 16-bit samples of little-endian bytes. A copy, so that the samples neither hold nor share the
 * buffer they came in; an odd last byte is half a sample and left out.
 */
export function bytesToPcm16(bytes: Uint8Array): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const pcm = new Int16Array(bytes.byteLength >> 1)
  for (let index = 0; index < pcm.length; index += 1) pcm[index] = view.getInt16(index * 2, true)
  return pcm
}

/** Little-endian bytes of 16-bit samples, in a buffer of their own. */
export function pcm16ToBytes(pcm: Int16Array): Uint8Array {
  const bytes = new Uint8Array(pcm.length * 2)
  const view = new DataView(bytes.buffer)
  for (let index = 0; index < pcm.length; index += 1) {
    view.setInt16(index * 2, pcm[index] ?? 0, true)
  }
  return bytes
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
