import {expect, test} from 'vitest'

import {Chunker} from '../../../src/audio/chunker.js'

const size = {chunkBytes: 12, packetBytes: 4}

test('a chunk comes out as soon as it is full', () => {
  const chunker = new Chunker(size)

  expect(chunker.push(Int16Array.of(1, 2, 3, 4, 5))).toEqual([])
  expect(chunker.push(Int16Array.of(6))).toEqual([Int16Array.of(1, 2, 3, 4, 5, 6)])
})

test('one piece can fill many chunks', () => {
  const chunker = new Chunker({chunkBytes: 4, packetBytes: 4})

  const chunks = chunker.push(Int16Array.of(1, 2, 3, 4, 5))

  expect(chunks).toEqual([Int16Array.of(1, 2), Int16Array.of(3, 4)])
  expect(chunker.flush()?.[0]).toBe(5)
})

test('the last chunk is padded with silence to whole packets', () => {
  const chunker = new Chunker(size)
  chunker.push(Int16Array.of(1, 2, 3))

  expect(chunker.flush()).toEqual(Int16Array.of(1, 2, 3, 0))
})

test('a last chunk of whole packets is not padded', () => {
  const chunker = new Chunker(size)
  chunker.push(Int16Array.of(1, 2))

  expect(chunker.flush()).toEqual(Int16Array.of(1, 2))
})

test('after whole chunks there is nothing to flush', () => {
  const chunker = new Chunker(size)
  chunker.push(Int16Array.of(1, 2, 3, 4, 5, 6))

  expect(chunker.flush()).toBeUndefined()
})

test('after a flush the next stream starts anew', () => {
  const chunker = new Chunker(size)
  chunker.push(Int16Array.of(9))
  chunker.flush()

  expect(chunker.push(Int16Array.of(1, 2, 3, 4, 5, 6))).toEqual([Int16Array.of(1, 2, 3, 4, 5, 6)])
})

test('a chunk keeps its samples when the piece it came from changes', () => {
  const chunker = new Chunker({chunkBytes: 4, packetBytes: 4})
  const piece = Int16Array.of(1, 2)

  const chunks = chunker.push(piece)
  piece.fill(0)

  expect(chunks).toEqual([Int16Array.of(1, 2)])
})

test.each([
  {chunkBytes: 321, packetBytes: 320},
  {chunkBytes: 0, packetBytes: 320},
  {chunkBytes: -320, packetBytes: 320},
  {chunkBytes: NaN, packetBytes: 320},
  {chunkBytes: 320, packetBytes: 0},
  {chunkBytes: 320, packetBytes: -2},
  {chunkBytes: 5, packetBytes: 5},
  {chunkBytes: 3, packetBytes: 1.5},
])('a chunk of $chunkBytes bytes in packets of $packetBytes is refused', (wrong) => {
  expect(() => new Chunker(wrong)).toThrow(RangeError)
})
