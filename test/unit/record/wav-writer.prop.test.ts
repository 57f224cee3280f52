import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import fc from 'fast-check'
import {afterAll, beforeAll, expect, test} from 'vitest'

import {bytesToPcm16, concatPcm} from '../../../src/audio/pcm16.js'
import {WavWriter} from '../../../src/record/wav-writer.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-record-'))
})
afterAll(() => rm(folder, {recursive: true}))

test('the file holds the pieces in order, whatever their sizes and whenever they come', async () => {
  const path = join(folder, 'pieces.wav')
  const piece = fc.record({pcm: fc.int16Array({maxLength: 9000}), waits: fc.boolean()})

  await fc.assert(
    fc.asyncProperty(fc.array(piece, {maxLength: 20}), async (pieces) => {
      const writer = WavWriter.open(path, {sampleRateHz: 8000, channels: 1})
      for (const {pcm, waits} of pieces) {
        writer.write(pcm)
        if (waits) await new Promise(setImmediate)
      }
      await writer.close()

      const written = bytesToPcm16((await readFile(path)).subarray(44))
      expect(written).toEqual(concatPcm(pieces.map(({pcm}) => pcm)))
    }),
    {numRuns: 50},
  )
})
