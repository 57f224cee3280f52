import fc from 'fast-check'
import {expect, test} from 'vitest'

import {wavHeader} from '../../../src/audio/wav.js'
import {ExostreamError} from '../../../src/errors.js'
import {decodeWav} from '../../../src/record/wav-reader.js'

/** Headers that are right, nearly right and wrong, before any bytes at all. */
const wavLike = fc
  .record({
    formatTag: fc.constantFrom(0, 1, 2, 3, 6, 7, 0x55, 0xfffe),
    bitsPerSample: fc.constantFrom(0, 4, 8, 12, 16, 24, 32, 64, 65_535),
    channels: fc.constantFrom(0, 1, 2, 6, 65_535),
    sampleRateHz: fc.constantFrom(0, 1, 4000, 8000, 22_050, 44_101, 384_000, 2 ** 32 - 1),
    dataBytes: fc.constantFrom(0, 7, 100, 0x7fff_f000, 0xffff_ffff),
    data: fc.uint8Array({maxLength: 200}),
  })
  .map(({data, ...format}) => Buffer.concat([wavHeader(format), data]))

function decode(bytes: Uint8Array): unknown {
  try {
    return decodeWav(bytes, {sampleRateHz: 8000, name: 'clip.wav'})
  } catch (error) {
    return error
  }
}

test('any bytes are either samples or refused with the code of unreadable audio', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({maxLength: 100}), wavLike), (bytes) => {
      const result = decode(bytes)
      const isRefusal = result instanceof ExostreamError && result.code === 'EXO_AUDIO_UNREADABLE'

      expect(isRefusal || result instanceof Int16Array).toBe(true)
    }),
    {numRuns: 1000},
  )
})
