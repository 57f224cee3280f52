type Signature = {
  readonly name: string
  readonly at: number
  readonly bytes: readonly number[]
}

/** How the kinds of file begin that people hand over in place of a WAV. */
const SIGNATURES: readonly Signature[] = [
  signature('an MP3', 'ID3'),
  signature('an Ogg file', 'OggS'),
  signature('a FLAC file', 'fLaC'),
  signature('an M4A or MP4 file', 'ftyp', 4),
  signature('an AMR file', '#!AMR'),
  signature('an AIFF file', 'AIF', 8),
  signature('a CAF file', 'caff'),
  signature('a Sun AU file', '.snd'),
  signature('a big-endian WAV (RIFX)', 'RIFX'),
  signature('a 64-bit WAV (RF64)', 'RF64'),
  signature('an AVI file', 'AVI ', 8),
  signature('a RIFF file other than a WAV', 'RIFF'),
  {name: 'a WebM or Matroska file', at: 0, bytes: [0x1a, 0x45, 0xdf, 0xa3]},
]

/** What a file that is not a WAV seems to be; nothing if it looks like nothing known. */
export function nameContainer(bytes: Uint8Array): string | undefined {
  const known = SIGNATURES.find(({at, bytes: wanted}) =>
    wanted.every((byte, index) => bytes[at + index] === byte),
  )
  return known?.name ?? nameMpegFrame(bytes) ?? nameText(bytes)
}

function signature(name: string, text: string, at = 0): Signature {
  return {name, at, bytes: [...text].map((letter) => letter.charCodeAt(0))}
}

/** An MPEG audio frame: eleven bits set, then a layer, of which 0 is AAC's (ISO 11172-3, 13818-7). */
function nameMpegFrame(bytes: Uint8Array): string | undefined {
  const [first = 0, second = 0, third = 0xff] = bytes
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined
  if ((second & 0xf6) === 0xf0) return 'an AAC file'
  const hasLayer = (second & 0x06) !== 0
  const hasBitrate = third >> 4 !== 0x0f
  return hasLayer && hasBitrate ? 'an MP3' : undefined
}

function nameText(bytes: Uint8Array): string | undefined {
  const text = decodeText(bytes.subarray(0, 512))
  // Control characters, tab and line breaks aside, do not occur in text.
  if (text === undefined || /[^\P{Cc}\t\n\r]/u.test(text)) return undefined
  return /^\s*[[{]/.test(text) ? 'JSON' : 'text'
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes, {stream: true})
  } catch {
    return undefined
  }
}
