import {execFileSync} from 'node:child_process'
import {mkdir, mkdtemp, rm, truncate, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, expect, test} from 'vitest'

import {pcm16ToAlaw, pcm16ToUlaw} from '../../../src/audio/g711.js'
import {pcm16ToBytes} from '../../../src/audio/pcm16.js'
import {resample} from '../../../src/audio/resampler.js'
import {tone} from '../../../src/audio/tone.js'
import {wavHeader} from '../../../src/audio/wav.js'
import {ExostreamError} from '../../../src/errors.js'
import {decodeWav, readWav} from '../../../src/record/wav-reader.js'

type Format = {
  formatTag?: number
  bitsPerSample?: number
  channels?: number
  sampleRateHz?: number
}

function wav(data: Uint8Array, format: Format = {}): Uint8Array {
  const header = wavHeader({channels: 1, sampleRateHz: 8000, dataBytes: data.length, ...format})
  return Buffer.concat([header, data])
}

const at8k = {sampleRateHz: 8000, name: 'clip.wav'}
const latin1 = (letters: string) => Buffer.from(letters, 'latin1')

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-wav-'))
})
afterAll(() => rm(folder, {recursive: true}))

test.each([
  {
    what: '8-bit PCM',
    format: {bitsPerSample: 8},
    data: Uint8Array.of(128, 255, 0, 129),
    pcm: [0, 32_512, -32_768, 256],
  },
  {
    what: '16-bit PCM',
    format: {},
    data: pcm16ToBytes(Int16Array.of(0, 32_767, -32_768, -1)),
    pcm: [0, 32_767, -32_768, -1],
  },
  {
    what: '24-bit PCM',
    format: {bitsPerSample: 24},
    data: Uint8Array.of(0, 0, 0, 0xff, 0xff, 0x7f, 0, 0, 0x80, 0, 1, 0, 0, 0xff, 0xff),
    pcm: [0, 32_767, -32_768, 1, -1],
  },
  {
    what: '32-bit PCM',
    format: {bitsPerSample: 32},
    data: new Uint8Array(Int32Array.of(0, 2 ** 31 - 1, -(2 ** 31), 65_536).buffer),
    pcm: [0, 32_767, -32_768, 1],
  },
  {
    what: '32-bit float',
    format: {formatTag: 3, bitsPerSample: 32},
    data: new Uint8Array(Float32Array.of(0, 0.5, -1, 1.5, NaN).buffer),
    pcm: [0, 16_384, -32_768, 32_767, 0],
  },
  {
    what: '64-bit float',
    format: {formatTag: 3, bitsPerSample: 64},
    data: new Uint8Array(Float64Array.of(0, 0.5, -1, 1.5).buffer),
    pcm: [0, 16_384, -32_768, 32_767],
  },
  {
    what: 'mu-law',
    format: {formatTag: 7, bitsPerSample: 8},
    data: pcm16ToUlaw(Int16Array.of(0, 32_124, -32_124, 8)),
    pcm: [0, 32_124, -32_124, 8],
  },
  {
    what: 'A-law',
    format: {formatTag: 6, bitsPerSample: 8},
    data: pcm16ToAlaw(Int16Array.of(8, 32_256, -32_256, -8)),
    pcm: [8, 32_256, -32_256, -8],
  },
])('$what becomes 16-bit PCM', ({format, data, pcm}) => {
  expect([...decodeWav(wav(data, format), at8k)]).toEqual(pcm)
})

test.each([
  {what: 'two', channels: 2, frames: [100, 200, -100, -300], pcm: [150, -200]},
  {what: 'three', channels: 3, frames: [3, 6, 9, 0, 0, -30], pcm: [6, -10]},
])('$what channels are mixed down to their mean', ({channels, frames, pcm}) => {
  const bytes = wav(pcm16ToBytes(Int16Array.from(frames)), {channels})

  expect([...decodeWav(bytes, at8k)]).toEqual(pcm)
})

test.each([8000, 11_025, 22_050, 44_100, 48_000, 44_101])(
  'a clip of %d Hz is brought to the rate asked for',
  (fromHz) => {
    const pcm = tone({hz: 440, ms: 200, sampleRateHz: fromHz})
    const bytes = wav(pcm16ToBytes(pcm), {sampleRateHz: fromHz})

    const output = decodeWav(bytes, {sampleRateHz: 16_000, name: 'clip.wav'})

    expect(output).toEqual(resample(pcm, {fromHz, toHz: 16_000}))
    expect(output).toHaveLength(3200)
  },
)

test.each([0, 0xffff_ffff, 0x7fff_f000])(
  'a stream that gave its size as %d is read to its end',
  (size) => {
    const bytes = wav(pcm16ToBytes(Int16Array.of(1, 2, 3)))
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(40, size, true)

    expect([...decodeWav(bytes, at8k)]).toEqual([1, 2, 3])
  },
)

test('a clip is read from its file', async () => {
  const path = join(folder, 'good.wav')
  await writeFile(path, wav(pcm16ToBytes(Int16Array.of(1, 2, 3))))

  expect([...(await readWav(path, {sampleRateHz: 8000}))]).toEqual([1, 2, 3])
})

test.each([
  {bytes: latin1('ID3\x04\0\0\0'), message: 'clip.wav is an MP3, not a WAV'},
  {bytes: latin1('OggS\0\x02\0\0'), message: 'clip.wav is an Ogg file, not a WAV'},
  {bytes: latin1('fLaC\0\0\0\x22'), message: 'clip.wav is a FLAC file, not a WAV'},
  {bytes: latin1('\0\0\0\x20ftypM4A '), message: 'clip.wav is an M4A or MP4 file, not a WAV'},
  {bytes: latin1('{"event":"media"}'), message: 'clip.wav is JSON, not a WAV'},
  {bytes: latin1('hello'), message: 'clip.wav is text, not a WAV'},
  {bytes: new Uint8Array(0), message: 'clip.wav is empty'},
  {bytes: new Uint8Array(100), message: 'clip.wav is not a WAV'},
  {bytes: wav(new Uint8Array(0)), message: 'clip.wav is a WAV without samples'},
  {bytes: wav(new Uint8Array(1)), message: 'clip.wav is a WAV without samples'},
  {bytes: wav(new Uint8Array(8), {channels: 0}), message: 'clip.wav is a WAV of 0 channels'},
  {
    bytes: wav(new Uint8Array(8), {sampleRateHz: 0}),
    message: 'clip.wav is a WAV of 0 samples a second',
  },
  {
    bytes: wav(new Uint8Array(8), {sampleRateHz: 3}),
    message: 'clip.wav is a WAV of 3 samples a second, which is no audio',
  },
  {
    bytes: wav(new Uint8Array(8), {sampleRateHz: 4_000_000_000}),
    message: 'clip.wav is a WAV of 4000000000 samples a second, which is no audio',
  },
  {
    bytes: wav(new Uint8Array(8), {formatTag: 0x55, bitsPerSample: 0}),
    message: 'clip.wav is a WAV of MP3 (format tag 0x0055), which is not read',
  },
  {
    bytes: wav(new Uint8Array(8), {formatTag: 0x11, bitsPerSample: 4}),
    message: 'clip.wav is a WAV of IMA ADPCM (format tag 0x0011), which is not read',
  },
  {
    bytes: wav(new Uint8Array(8), {bitsPerSample: 12}),
    message: 'clip.wav is a WAV of 12-bit PCM, which is not read',
  },
  {
    bytes: wav(new Uint8Array(8), {formatTag: 7, bitsPerSample: 16}),
    message: 'clip.wav is a WAV of 16-bit mu-law, which is not read',
  },
  {
    bytes: new Uint8Array(64 * 1024 * 1024 + 1024 * 1024),
    message: 'clip.wav is 65.0 MiB long, and at most 64 MiB are read',
  },
])('what is not audio is refused: $message', ({bytes, message}) => {
  expect(() => decodeWav(bytes, at8k)).toThrow(new ExostreamError('EXO_AUDIO_UNREADABLE', message))
})

test('a refusal carries the code of unreadable audio', () => {
  expect(() => decodeWav(latin1('hello'), at8k)).toThrow(
    expect.objectContaining({code: 'EXO_AUDIO_UNREADABLE'}),
  )
})

test('a missing file is named, with the cause passed on', async () => {
  const path = join(folder, 'nowhere.wav')

  await expect(readWav(path, {sampleRateHz: 8000})).rejects.toMatchObject({
    code: 'EXO_AUDIO_UNREADABLE',
    message: `${path} does not exist`,
    cause: {code: 'ENOENT'},
  })
})

test('a folder is no audio', async () => {
  const path = join(folder, 'folder.wav')
  await mkdir(path)

  await expect(readWav(path, {sampleRateHz: 8000})).rejects.toMatchObject({
    code: 'EXO_AUDIO_UNREADABLE',
    message: `${path} is a folder`,
  })
})

test('a path through a file could not be read, with the cause passed on', async () => {
  const file = join(folder, 'file')
  await writeFile(file, 'x')
  const path = join(file, 'clip.wav')

  await expect(readWav(path, {sampleRateHz: 8000})).rejects.toMatchObject({
    code: 'EXO_AUDIO_UNREADABLE',
    message: `${path} could not be read`,
    cause: {code: 'ENOTDIR'},
  })
})

test.skipIf(process.platform === 'win32')('a pipe is refused and not waited for', async () => {
  const path = join(folder, 'pipe.wav')
  execFileSync('mkfifo', [path])

  await expect(readWav(path, {sampleRateHz: 8000})).rejects.toMatchObject({
    message: `${path} is not a regular file`,
  })
})

test('a file that is too large is refused before it is read', async () => {
  const path = join(folder, 'large.wav')
  await writeFile(path, '')
  await truncate(path, 2 ** 40)

  await expect(readWav(path, {sampleRateHz: 8000})).rejects.toMatchObject({
    message: `${path} is 1048576.0 MiB long, and at most 64 MiB are read`,
  })
})

test('an empty file is named', async () => {
  const path = join(folder, 'empty.wav')
  await writeFile(path, '')

  await expect(readWav(path, {sampleRateHz: 8000})).rejects.toMatchObject({
    message: `${path} is empty`,
  })
})
