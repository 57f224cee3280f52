import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, test} from 'vitest'

import {pcm16ToBytes} from '../../../src/audio/pcm16.js'
import {wavHeader} from '../../../src/audio/wav.js'
import {readRecording} from '../../../src/record/recording-reader.js'
import {interleave, WavWriter} from '../../../src/record/wav-writer.js'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-recording-'))
})

afterAll(() => rm(folder, {recursive: true}))

test('a recording that was written comes back sample by sample, each side for itself', async () => {
  const path = join(folder, 'call.wav')
  const caller = Int16Array.from({length: 320}, (_, index) => index - 160)
  const heard = Int16Array.from({length: 320}, (_, index) => 32_767 - index * 200)
  const writer = WavWriter.open(path, {sampleRateHz: 16_000, channels: 2})
  writer.write(interleave(caller, heard))
  await writer.close()

  expect(await readRecording(path)).toEqual({caller, heard, sampleRateHz: 16_000})
})

describe('what is no recording of a call is refused by its name', () => {
  const stereo = {sampleRateHz: 8000, channels: 2, dataBytes: 4}

  test.each([
    ['one channel', {...stereo, channels: 1}],
    ['eight bits', {...stereo, bitsPerSample: 8, formatTag: 7}],
  ])('%s', async (_, format) => {
    const path = join(folder, 'other.wav')
    await writeFile(path, [wavHeader(format), pcm16ToBytes(Int16Array.of(1, 2))])

    await expect(readRecording(path)).rejects.toMatchObject({
      code: 'EXO_AUDIO_UNREADABLE',
      message: `${path} is not a recording of a call.`,
    })
  })

  test('no WAV at all', async () => {
    const path = join(folder, 'text.wav')
    await writeFile(path, 'not audio')

    await expect(readRecording(path)).rejects.toMatchObject({code: 'EXO_AUDIO_UNREADABLE'})
  })
})
