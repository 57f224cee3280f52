import fc from 'fast-check'
import {expect, test} from 'vitest'

import {Chunker} from '../../../src/audio/chunker.js'
import {concatPcm} from '../../../src/audio/pcm16.js'

const sizes = fc
  .record({packetSamples: fc.integer({min: 1, max: 50}), packets: fc.integer({min: 1, max: 5})})
  .map(({packetSamples, packets}) => ({
    chunkBytes: packetSamples * packets * 2,
    packetBytes: packetSamples * 2,
  }))
const pieces = fc.array(fc.int16Array({maxLength: 200}), {maxLength: 12})

test('every chunk but the last has the size asked for, and the last is whole packets', () => {
  fc.assert(
    fc.property(sizes, pieces, (size, stream) => {
      const chunker = new Chunker(size)

      const full = stream.flatMap((piece) => chunker.push(piece))
      const last = chunker.flush() ?? new Int16Array(0)

      expect(full.every((chunk) => chunk.byteLength === size.chunkBytes)).toBe(true)
      expect(last.byteLength % size.packetBytes).toBe(0)
      expect(last.byteLength).toBeLessThanOrEqual(size.chunkBytes)
    }),
  )
})

test('the chunks are the samples in order, then less than a packet of silence', () => {
  fc.assert(
    fc.property(sizes, pieces, (size, stream) => {
      const chunker = new Chunker(size)
      const samples = concatPcm(stream)

      const full = stream.flatMap((piece) => chunker.push(piece))
      const sent = concatPcm([...full, chunker.flush() ?? new Int16Array(0)])

      const padding = sent.subarray(samples.length)
      expect(sent.slice(0, samples.length)).toEqual(samples)
      expect(padding.every((sample) => sample === 0)).toBe(true)
      expect(padding.byteLength).toBeLessThan(size.packetBytes)
    }),
  )
})
