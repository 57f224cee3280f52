import {expect, test} from 'vitest'

import {nameWavFormat} from '../../../src/audio/wav-format.js'
import {readWavHeader, wavHeader} from '../../../src/audio/wav.js'

const text = (letters: string) => Uint8Array.from(letters, (letter) => letter.charCodeAt(0))
const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer)
const u16 = (...values: number[]) => new Uint8Array(Uint16Array.from(values).buffer)
const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]))
const chunk = (id: string, body: Uint8Array, size = body.length) => join(text(id), u32(size), body)
const riff = (...chunks: Uint8Array[]) => {
  const body = join(text('WAVE'), ...chunks)
  return chunk('RIFF', body)
}

/** 16-bit mono PCM at 8 kHz. */
const fmt = join(u16(1, 1), u32(8000), u32(16_000), u16(2, 16))
const samples = Uint8Array.of(1, 0, 2, 0, 3, 0)

test('a header is the 44 bytes of the format', () => {
  const header = wavHeader({sampleRateHz: 8000, channels: 2, dataBytes: 1000})

  const expected = join(
    text('RIFF'),
    u32(1036),
    text('WAVEfmt '),
    u32(16),
    u16(1, 2),
    u32(8000),
    u32(32_000),
    u16(4, 16),
    text('data'),
    u32(1000),
  )
  expect(header).toEqual(expected)
})

test('sizes stop at what 32 bits can say', () => {
  const header = wavHeader({sampleRateHz: 8000, channels: 1, dataBytes: 2 ** 33})

  expect(header.subarray(4, 8)).toEqual(u32(0xffff_ffff))
  expect(header.subarray(40, 44)).toEqual(u32(0xffff_ffff - 36))
})

test('a header that was written is read back', () => {
  const header = wavHeader({
    sampleRateHz: 44_100,
    channels: 2,
    dataBytes: 8,
    formatTag: 3,
    bitsPerSample: 32,
  })

  expect(readWavHeader(join(header, new Uint8Array(8)))).toEqual({
    formatTag: 3,
    channels: 2,
    sampleRateHz: 44_100,
    bitsPerSample: 32,
    dataOffset: 44,
    dataBytes: 8,
  })
})

test('chunks between the format and the samples are stepped over', () => {
  const wav = riff(chunk('fmt ', fmt), chunk('LIST', text('INFO')), chunk('data', samples))

  expect(readWavHeader(wav)).toMatchObject({dataOffset: 56, dataBytes: 6})
})

test.each([
  {what: 'padded to an even end', pad: Uint8Array.of(0)},
  {what: 'not padded', pad: new Uint8Array(0)},
])('a chunk of odd length may be $what', ({pad}) => {
  const wav = riff(chunk('LIST', text('INFOx')), pad, chunk('fmt ', fmt), chunk('data', samples))

  expect(readWavHeader(wav)).toMatchObject({sampleRateHz: 8000, dataBytes: 6})
})

test('a header is read wherever its bytes lie in their buffer', () => {
  const wav = riff(chunk('fmt ', fmt), chunk('data', samples))

  expect(readWavHeader(join(Uint8Array.of(9, 9, 9), wav).subarray(3))).toEqual(readWavHeader(wav))
})

test('what follows the samples is not taken for samples', () => {
  const wav = riff(chunk('fmt ', fmt), chunk('data', samples), chunk('LIST', text('INFO')))

  expect(readWavHeader(wav)).toMatchObject({dataBytes: 6})
})

test.each([0, 0xffff_ffff, 0x7fff_f000, 7])(
  'a size of %d that the file does not bear out means what is there',
  (size) => {
    const wav = riff(chunk('fmt ', fmt), chunk('data', samples, size))

    expect(readWavHeader(wav)).toMatchObject({dataBytes: 6})
  },
)

test('a size of 0 before another chunk means no samples', () => {
  const wav = riff(chunk('fmt ', fmt), chunk('data', samples, 0).subarray(0, 8), chunk('LIST', fmt))

  expect(readWavHeader(wav)).toMatchObject({dataBytes: 0})
})

test('a size of 0 before samples that spell a chunk id means the samples', () => {
  const wav = riff(chunk('fmt ', fmt), chunk('data', text('~~}}||}}~~'), 0))

  expect(readWavHeader(wav)).toMatchObject({dataBytes: 10})
})

test('half a frame at the end of a cut file is left out', () => {
  const stereo = join(u16(1, 2), u32(8000), u32(32_000), u16(4, 16))
  const wav = riff(chunk('fmt ', stereo), chunk('data', samples))

  expect(readWavHeader(wav)).toMatchObject({dataBytes: 4})
})

test('an extensible header is resolved to the format it stands for', () => {
  const extension = join(u16(22, 32), u32(3), u16(3), text('................'))
  const format = join(u16(0xfffe, 1), u32(8000), u32(32_000), u16(4, 32), extension)
  const wav = riff(chunk('fmt ', format), chunk('data', new Uint8Array(8)))

  expect(readWavHeader(wav)).toMatchObject({formatTag: 3, bitsPerSample: 32})
})

test('an extensible header that is cut short stays what it says', () => {
  const format = join(u16(0xfffe, 1), u32(8000), u32(32_000), u16(4, 32))
  const wav = riff(chunk('fmt ', format), chunk('data', new Uint8Array(8)))

  expect(readWavHeader(wav)).toMatchObject({formatTag: 0xfffe})
})

const noChannels = join(u16(1, 0), u32(8000), u32(16_000), u16(2, 16))
const noRate = join(u16(1, 1), u32(0), u32(0), u16(2, 16))

test.each([
  {wav: new Uint8Array(0), isWav: false, problem: 'is not a WAV'},
  {wav: text('RIFF....AVI LIST'), isWav: false, problem: 'is not a WAV'},
  {wav: riff(), isWav: true, problem: 'is a WAV without samples'},
  {wav: riff(chunk('fmt ', fmt)), isWav: true, problem: 'is a WAV without samples'},
  {wav: riff(new Uint8Array(64)), isWav: true, problem: 'is a WAV without samples'},
  {
    wav: riff(chunk('data', samples)),
    isWav: true,
    problem: 'is a WAV without a format before its samples',
  },
  {
    wav: riff(chunk('fmt ', fmt.subarray(0, 14)), chunk('data', samples)),
    isWav: true,
    problem: 'is a WAV without a format before its samples',
  },
  {
    wav: riff(chunk('fmt ', noChannels), chunk('data', samples)),
    isWav: true,
    problem: 'is a WAV of 0 channels',
  },
  {
    wav: riff(chunk('fmt ', noRate), chunk('data', samples)),
    isWav: true,
    problem: 'is a WAV of 0 samples a second',
  },
])('the problem of a file without samples to find: $problem', ({wav, isWav, problem}) => {
  expect(readWavHeader(wav)).toEqual({problem, isWav})
})

test.each([
  {formatTag: 1, bitsPerSample: 12, name: '12-bit PCM'},
  {formatTag: 3, bitsPerSample: 16, name: '16-bit float'},
  {formatTag: 6, bitsPerSample: 16, name: '16-bit A-law'},
  {formatTag: 7, bitsPerSample: 4, name: '4-bit mu-law'},
  {formatTag: 0x11, bitsPerSample: 4, name: 'IMA ADPCM (format tag 0x0011)'},
  {formatTag: 0x55, bitsPerSample: 0, name: 'MP3 (format tag 0x0055)'},
  {formatTag: 0xabcd, bitsPerSample: 16, name: 'format tag 0xabcd'},
])('format $formatTag with $bitsPerSample bits is called $name', ({name, ...format}) => {
  expect(nameWavFormat(format)).toBe(name)
})
