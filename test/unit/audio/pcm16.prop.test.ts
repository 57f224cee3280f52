import fc from 'fast-check'
import {expect, test} from 'vitest'

import {bytesToPcm16, pcm16ToBytes} from '../../../src/audio/pcm16.js'

test('samples survive the way through bytes', () => {
  fc.assert(
    fc.property(fc.int16Array({maxLength: 400}), (pcm) => {
      expect(bytesToPcm16(pcm16ToBytes(pcm))).toEqual(Int16Array.from(pcm))
    }),
  )
})

test('whole samples of bytes survive the way through samples, wherever the bytes lie', () => {
  fc.assert(
    fc.property(fc.uint8Array({minLength: 3, maxLength: 400}), fc.nat(3), (buffer, offset) => {
      const bytes = buffer.subarray(offset)
      const even = bytes.subarray(0, bytes.length - (bytes.length % 2))

      expect(pcm16ToBytes(bytesToPcm16(bytes))).toEqual(Uint8Array.from(even))
    }),
  )
})
