/** The first four bytes of what is sent by mistake for bare samples. */
const signatures: ReadonlyMap<number, string> = new Map([
  [0x52494646, 'a WAV file (RIFF)'],
  [0x4f676753, 'an Ogg file (OggS)'],
  [0x664c6143, 'a FLAC file (fLaC)'],
  [0x1a45dfa3, 'a WebM file'],
])

const ID3 = 0x494433
const TAB = 9
const JSON_BYTES_LOOKED_AT = 256

/** Kilobits a second by the bitrate index of Layer III, MPEG-1 and MPEG-2 (ISO 11172-3, 13818-3). */
const kilobits1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const kilobits2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
const sampleRates1 = [44_100, 48_000, 32_000]

/** What the bytes are instead of bare samples; nothing when they may well be samples. */
export function headerOf(bytes: Uint8Array): string | undefined {
  const first = at(bytes, 0)
  const start = ((first << 24) | (at(bytes, 1) << 16) | (at(bytes, 2) << 8) | at(bytes, 3)) >>> 0
  const signature = signatures.get(start)
  if (signature !== undefined) return signature
  if (start >>> 8 === ID3) return 'an MP3 file (ID3)'
  if (first === 0xff && isMp3(bytes)) return 'MP3 audio'
  if ((first === 0x7b || first === 0x5b) && isJsonText(bytes)) return 'JSON text'
  return undefined
}

/** Whether bytes that begin so may have a header by `headerOf`; four tell, fewer are all there are. */
export function mayBeHeader(bytes: Uint8Array): boolean {
  const first = at(bytes, 0)
  const start = ((first << 24) | (at(bytes, 1) << 16) | (at(bytes, 2) << 8) | at(bytes, 3)) >>> 0
  if (signatures.has(start) || start >>> 8 === ID3) return true
  if (first === 0xff) return mp3FrameBytes(bytes) !== undefined
  return first === 0x7b || first === 0x5b
}

/**
 * Loud samples and mu-law silence also look like an MP3 sync word, so a second frame must follow
 * where the first one says it ends.
 */
function isMp3(bytes: Uint8Array): boolean {
  const frame = mp3FrameBytes(bytes)
  if (frame === undefined || bytes.length < frame + 4) return false
  const sameRate = (at(bytes, 2) & 0x0c) === (at(bytes, frame + 2) & 0x0c)
  return bytes[frame] === 0xff && bytes[frame + 1] === bytes[1] && sameRate
}

/** The length of the Layer III frame whose header comes first, if it is one. */
function mp3FrameBytes(bytes: Uint8Array): number | undefined {
  const second = at(bytes, 1)
  const third = at(bytes, 2)
  const isSync = (second & 0xe0) === 0xe0
  const version = (second >> 3) & 3
  const isLayer3 = ((second >> 1) & 3) === 1
  if (!isSync || version === 1 || !isLayer3) return undefined
  const kilobits = (version === 3 ? kilobits1 : kilobits2)[third >> 4]
  const rate1 = sampleRates1[(third >> 2) & 3]
  if (!kilobits || rate1 === undefined) return undefined
  const rate = rate1 / (version === 3 ? 1 : version === 2 ? 2 : 4)
  const padding = (third >> 1) & 1
  return Math.floor(((version === 3 ? 144 : 72) * kilobits * 1000) / rate) + padding
}

/** Braces or brackets around, and nothing between that text would not hold. */
function isJsonText(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const last = text
    .toString('latin1', Math.max(0, text.length - 8))
    .trimEnd()
    .at(-1)
  if (last !== '}' && last !== ']') return false
  const looked = bytes.subarray(0, JSON_BYTES_LOOKED_AT)
  return bytes.length > 2 && looked.every((byte) => byte >= 0x20 || (byte >= TAB && byte <= 13))
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0
}
