import {mkdtemp, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, expect, test} from 'vitest'

import {readWavHeader, wavHeader} from '../../../src/audio/wav.js'
import {readRecording} from '../../../src/record/recording-reader.js'
import {repairWav} from '../../../src/record/wav-repair.js'

const stereo = {sampleRateHz: 16_000, channels: 2}

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-repair-'))
  path = join(folder, 'call.wav')
})
afterEach(() => rm(folder, {recursive: true}))

const wav = (saidBytes: number, bytes: number) =>
  Buffer.concat([wavHeader({...stereo, dataBytes: saidBytes}), Buffer.alloc(bytes, 1)])

test.each([
  {name: 'less than the file has', saidBytes: 400, bytes: 4000, mendedBytes: 4000},
  {name: 'more than the file has', saidBytes: 4000, bytes: 400, mendedBytes: 400},
  {name: 'nothing at all', saidBytes: 0, bytes: 400, mendedBytes: 400},
  {name: 'a frame that is only half there', saidBytes: 404, bytes: 402, mendedBytes: 400},
])('a header that says $name is made to say what is there', async (cut) => {
  await writeFile(path, wav(cut.saidBytes, cut.bytes))

  expect(await repairWav(path)).toBe(true)

  expect((await readFile(path)).readUInt32LE(40)).toBe(cut.mendedBytes)
  expect((await readFile(path)).readUInt32LE(4)).toBe(cut.mendedBytes + 36)
  expect((await readRecording(path)).caller).toHaveLength(cut.mendedBytes / 4)
})

test('the samples are not touched', async () => {
  await writeFile(path, wav(0, 4000))

  await repairWav(path)

  expect((await readFile(path)).subarray(44)).toEqual(Buffer.alloc(4000, 1))
})

test.each([0, 4, 43])(
  'a file of %i bytes, killed before its header, opens as empty',
  async (bytes) => {
    await writeFile(path, wav(0, 0).subarray(0, bytes))

    expect(await repairWav(path)).toBe(true)

    expect(readWavHeader(await readFile(path))).toMatchObject({dataBytes: 0})
  },
)

test.each([
  {name: 'a whole recording', bytes: wav(4000, 4000)},
  {name: 'a file that is no WAV', bytes: Buffer.alloc(100, 'text ')},
  {name: 'a short file that is no WAV', bytes: Buffer.from('some notes')},
  {
    name: 'a WAV of another kind',
    bytes: Buffer.from(wavHeader({...stereo, dataBytes: 10, formatTag: 7, bitsPerSample: 8})),
  },
])('$name is left as it is', async ({bytes}) => {
  await writeFile(path, bytes)

  expect(await repairWav(path)).toBe(false)

  expect(await readFile(path)).toEqual(bytes)
})

test('what a link leads to is left as it is', async () => {
  await writeFile(join(folder, 'theirs.wav'), wav(0, 400))
  await symlink(join(folder, 'theirs.wav'), path)

  await expect(repairWav(path)).rejects.toMatchObject({code: 'ELOOP'})

  expect(await readFile(join(folder, 'theirs.wav'))).toEqual(wav(0, 400))
})

test('a folder is an error', async () => {
  await expect(repairWav(folder)).rejects.toMatchObject({code: 'EISDIR'})
})
