import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, expect, test, vi} from 'vitest'

import {concatPcm} from '../../../src/audio/pcm16.js'
import {readWavHeader} from '../../../src/audio/wav.js'
import {readWav} from '../../../src/record/wav-reader.js'
import {interleave, WavWriter} from '../../../src/record/wav-writer.js'

const mono = {sampleRateHz: 8000, channels: 1}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-record-'))
})
afterAll(() => rm(folder, {recursive: true}))

/** Samples that count, so that one out of place is seen. */
function counting(samples: number, from = 0): Int16Array {
  return Int16Array.from({length: samples}, (_, index) => from + index)
}

test('a recording is read back as it was written, in order', async () => {
  const path = join(folder, 'order.wav')
  const pieces = Array.from({length: 200}, (_, piece) => counting(160, piece * 160))

  const writer = WavWriter.open(path, mono)
  for (const piece of pieces) writer.write(piece)
  await writer.close()

  expect(await readWav(path, {sampleRateHz: 8000})).toEqual(concatPcm(pieces))
  expect(writer.failure).toBeUndefined()
  expect(writer.droppedSamples).toBe(0)
})

test('the header of a closed recording says exactly what is in the file', async () => {
  const path = join(folder, 'stereo.wav')

  const writer = WavWriter.open(path, {sampleRateHz: 16_000, channels: 2})
  writer.write(interleave(counting(100), counting(100, 1000)))
  await writer.close()

  const bytes = await readFile(path)
  expect(bytes).toHaveLength(44 + 400)
  expect(bytes.readUInt32LE(4)).toBe(36 + 400)
  expect(bytes.readUInt32LE(40)).toBe(400)
  expect(readWavHeader(bytes)).toMatchObject({channels: 2, sampleRateHz: 16_000})
})

test('a recording without a sample is an empty WAV', async () => {
  const path = join(folder, 'none.wav')

  await WavWriter.open(path, mono).close()

  expect(readWavHeader(await readFile(path))).toMatchObject({dataBytes: 0})
})

test('a recording that goes on is readable up to its last second', async () => {
  const path = join(folder, 'live.wav')
  const writer = WavWriter.open(path, mono)

  for (let piece = 0; piece < 510; piece += 1) writer.write(counting(160))

  await vi.waitFor(async () => {
    expect((await readFile(path)).readUInt32LE(40)).toBeGreaterThanOrEqual(9 * 16_000)
  })
  await writer.close()
})

test('the samples are copied when they are written', async () => {
  const path = join(folder, 'copied.wav')
  const pcm = Int16Array.of(1, 2, 3)

  const writer = WavWriter.open(path, mono)
  writer.write(pcm)
  pcm.fill(0)
  await writer.close()

  expect(await readWav(path, {sampleRateHz: 8000})).toEqual(Int16Array.of(1, 2, 3))
})

test('a file that is there already is overwritten whole', async () => {
  const path = join(folder, 'again.wav')
  await writeFile(path, Buffer.alloc(10_000, 7))

  const writer = WavWriter.open(path, mono)
  writer.write(counting(10))
  await writer.close()

  expect(await readFile(path)).toHaveLength(44 + 20)
})

test('a folder that is not there is told as the failure, and the samples as dropped', async () => {
  const writer = WavWriter.open(join(folder, 'gone', 'call.wav'), mono)
  writer.write(counting(160))

  await writer.close()

  expect(writer.failure).toMatchObject({code: 'ENOENT'})
  expect(writer.droppedSamples).toBe(160)
})

test('after a failure the call goes on, and what it writes is counted', async () => {
  const writer = WavWriter.open(join(folder, 'gone', 'call.wav'), mono)
  await vi.waitFor(() => {
    expect(writer.failure).toBeDefined()
  })

  writer.write(counting(100))
  writer.write(counting(60))
  await writer.close()

  expect(writer.droppedSamples).toBe(160)
})

test.skipIf(process.platform !== 'linux')('a full disk is told as the failure', async () => {
  const writer = WavWriter.open('/dev/full', mono)
  writer.write(counting(16_000))

  await writer.close()

  expect(writer.failure).toMatchObject({code: 'ENOSPC'})
  expect(writer.droppedSamples).toBe(16_000)
})

test('what is written after the close is dropped and counted', async () => {
  const path = join(folder, 'closed.wav')
  const writer = WavWriter.open(path, mono)
  writer.write(counting(10))

  const closing = writer.close()
  writer.write(counting(5))
  await closing
  writer.write(counting(5))

  expect(writer.droppedSamples).toBe(10)
  expect(await readWav(path, {sampleRateHz: 8000})).toHaveLength(10)
})

test('closing twice is closing once', async () => {
  const writer = WavWriter.open(join(folder, 'twice.wav'), mono)

  await Promise.all([writer.close(), writer.close()])

  expect(writer.failure).toBeUndefined()
})

test('a disk that does not keep up costs samples past 30 seconds, not memory', async () => {
  const path = join(folder, 'slow.wav')
  const writer = WavWriter.open(path, mono)

  // Nothing reaches the disk before this loop ends.
  for (let second = 0; second < 40; second += 1) writer.write(new Int16Array(8000))

  expect(writer.droppedSamples).toBe(10 * 8000)
  await writer.close()
  expect(await readFile(path)).toHaveLength(44 + 30 * 16_000)
})

test('samples on their way to the disk count as waiting', async () => {
  const path = join(folder, 'flying.wav')
  const writer = WavWriter.open(path, mono)
  await vi.waitFor(async () => {
    expect(await readFile(path)).toHaveLength(44)
  })

  writer.write(new Int16Array(30 * 8000))
  // Lets the write set out; it cannot come back before the next turn of the event loop.
  await new Promise(process.nextTick)
  writer.write(new Int16Array(8000))

  expect(writer.droppedSamples).toBe(8000)
  await writer.close()
})

test('who waits until it is written may write more than may wait at once', async () => {
  const path = join(folder, 'waited.wav')
  const writer = WavWriter.open(path, mono, {pieceMs: 250})

  for (let second = 0; second < 40; second += 1) {
    writer.write(new Int16Array(8000))
    await writer.written()
  }

  expect(await readFile(path)).toHaveLength(44 + 40 * 16_000)
  await writer.close()
  expect(writer.droppedSamples).toBe(0)
})

test('two channels are laid side by side', () => {
  expect(interleave(Int16Array.of(1, 2), Int16Array.of(3, 4))).toEqual(Int16Array.of(1, 3, 2, 4))
})

test.each([
  {left: [1, 2], right: [3], both: [1, 3, 2, 0]},
  {left: [], right: [3], both: [0, 3]},
])('the shorter channel ends in silence: $left and $right', ({left, right, both}) => {
  expect([...interleave(Int16Array.from(left), Int16Array.from(right))]).toEqual(both)
})
