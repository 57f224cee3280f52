/**
 * G.711 mu-law and A-law (www.itu.int/rec/T-REC-G.711), scaled to 16 bits: eight segments a
 * sign, each twice as coarse as the one below it, of 16 equal steps each.
 *
 * The recommendation leaves open where a sample goes that lies on a decision value. Here it takes
 * the higher of the two levels, as in the ITU's reference software (G.191, github.com/openitu/STL):
 * that is what the one's complement of a negative sample does.
 */

const ULAW_BIAS = 132
const ULAW_CLIP = 32_635

const ulawLevels = Int16Array.from({length: 256}, (_, code) => ulawLevel(code))
const alawLevels = Int16Array.from({length: 256}, (_, code) => alawLevel(code))

export function ulawToPcm16(bytes: Uint8Array): Int16Array {
  return look(bytes, ulawLevels)
}

export function alawToPcm16(bytes: Uint8Array): Int16Array {
  return look(bytes, alawLevels)
}

export function pcm16ToUlaw(pcm: Int16Array): Uint8Array {
  const bytes = new Uint8Array(pcm.length)
  pcm.forEach((sample, index) => {
    bytes[index] = ulawCode(sample)
  })
  return bytes
}

export function pcm16ToAlaw(pcm: Int16Array): Uint8Array {
  const bytes = new Uint8Array(pcm.length)
  pcm.forEach((sample, index) => {
    bytes[index] = alawCode(sample)
  })
  return bytes
}

function look(bytes: Uint8Array, levels: Int16Array): Int16Array {
  const pcm = new Int16Array(bytes.length)
  bytes.forEach((code, index) => {
    pcm[index] = levels[code] ?? 0
  })
  return pcm
}

function ulawLevel(code: number): number {
  const flipped = ~code & 0xff
  const magnitude = (((flipped & 0x0f) * 8 + ULAW_BIAS) << ((flipped >> 4) & 7)) - ULAW_BIAS
  return flipped & 0x80 ? -magnitude : magnitude
}

function ulawCode(sample: number): number {
  const magnitude = Math.min(sample < 0 ? ~sample : sample, ULAW_CLIP) + ULAW_BIAS
  // The bias puts the highest bit of every magnitude at 7 or above: that bit is the segment.
  const segment = 24 - Math.clz32(magnitude)
  const step = (magnitude >> (segment + 3)) & 0x0f
  const sign = sample < 0 ? 0x80 : 0
  return ~(sign | (segment << 4) | step) & 0xff
}

function alawLevel(code: number): number {
  const flipped = code ^ 0x55
  const segment = (flipped >> 4) & 7
  const step = (flipped & 0x0f) * 16 + 8
  const magnitude = segment === 0 ? step : (step + 256) << (segment - 1)
  return flipped & 0x80 ? magnitude : -magnitude
}

function alawCode(sample: number): number {
  const magnitude = sample < 0 ? ~sample : sample
  // The two lowest segments have the same step, so everything below 256 counts as segment 0.
  const segment = Math.max(0, 24 - Math.clz32(magnitude))
  const step = (magnitude >> Math.max(4, segment + 3)) & 0x0f
  const sign = sample < 0 ? 0 : 0x80
  return (sign | (segment << 4) | step) ^ 0x55
}
