import fc from 'fast-check'
import {expect, test} from 'vitest'

import {readWavHeader, wavHeader} from '../../../src/audio/wav.js'

const header = fc
  .record({
    sampleRateHz: fc.integer({min: 1, max: 400_000}),
    channels: fc.integer({min: 1, max: 8}),
    dataBytes: fc.nat(0xffff_ffff),
  })
  .map((options) => wavHeader(options))

test('no bytes make the reader throw, and samples are never claimed beyond the file', () => {
  const broken = fc
    .tuple(header, fc.uint8Array({maxLength: 60}), fc.nat(60), fc.uint8Array({maxLength: 8}))
    .map(([start, rest, at, damage]) => {
      const bytes = Uint8Array.from([...start, ...rest])
      bytes.set(damage.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length))
      return bytes
    })

  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({maxLength: 100}), broken), (bytes) => {
      const found = readWavHeader(bytes)
      const end = 'problem' in found ? 0 : found.dataOffset + found.dataBytes

      expect(end).toBeLessThanOrEqual(bytes.length)
    }),
    {numRuns: 1000},
  )
})

test('a header is read back as it was written, whatever its values', () => {
  fc.assert(
    fc.property(
      fc.record({
        sampleRateHz: fc.integer({min: 1, max: 400_000}),
        channels: fc.integer({min: 1, max: 8}),
      }),
      fc.nat(20),
      (format, frames) => {
        const dataBytes = frames * format.channels * 2
        const bytes = new Uint8Array(44 + dataBytes)
        bytes.set(wavHeader({...format, dataBytes}))

        expect(readWavHeader(bytes)).toMatchObject({...format, dataBytes, dataOffset: 44})
      },
    ),
  )
})
