/** The format tags that hold plain samples (mmreg.h of the Windows SDK). */
export const WAV_FORMAT = {pcm: 1, float: 3, alaw: 6, ulaw: 7} as const

/** A header with this tag carries the real one in its sub-format. */
export const EXTENSIBLE = 0xfffe

const PLAIN: Readonly<Record<number, string>> = {
  [WAV_FORMAT.pcm]: 'PCM',
  [WAV_FORMAT.float]: 'float',
  [WAV_FORMAT.alaw]: 'A-law',
  [WAV_FORMAT.ulaw]: 'mu-law',
}

const COMPRESSED: Readonly<Record<number, string>> = {
  0x0002: 'Microsoft ADPCM',
  0x0011: 'IMA ADPCM',
  0x0031: 'GSM 6.10',
  0x0040: 'G.721 ADPCM',
  0x0042: 'G.723.1',
  0x0045: 'G.726 ADPCM',
  0x0050: 'MPEG audio',
  0x0055: 'MP3',
  0x0064: 'G.726 ADPCM',
  0x0083: 'G.729',
  0x00ff: 'AAC',
  0x0161: 'Windows Media Audio',
  0x1610: 'AAC',
  0x674f: 'Vorbis',
}

/** What the samples of a WAV are, in words. */
export function nameWavFormat({
  formatTag,
  bitsPerSample,
}: {
  formatTag: number
  bitsPerSample: number
}): string {
  const plain = PLAIN[formatTag]
  if (plain) return `${String(bitsPerSample)}-bit ${plain}`
  const tag = `format tag 0x${formatTag.toString(16).padStart(4, '0')}`
  const compressed = COMPRESSED[formatTag]
  return compressed ? `${compressed} (${tag})` : tag
}
