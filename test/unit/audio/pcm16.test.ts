import {expect, test} from 'vitest'

import {bytesToPcm16, concatPcm, pcm16ToBytes, toPcm16Sample} from '../../../src/audio/pcm16.js'

test('bytes are read low byte first', () => {
  const pcm = bytesToPcm16(Uint8Array.of(0x01, 0x00, 0xff, 0x7f, 0x00, 0x80, 0xff, 0xff))

  expect([...pcm]).toEqual([1, 32_767, -32_768, -1])
})

test('samples are written low byte first', () => {
  const bytes = pcm16ToBytes(Int16Array.of(1, 32_767, -32_768, -1))

  expect([...bytes]).toEqual([0x01, 0x00, 0xff, 0x7f, 0x00, 0x80, 0xff, 0xff])
})

test('bytes at an odd offset of their buffer are read as they lie', () => {
  const whole = Uint8Array.of(0xee, 0x34, 0x12, 0xee)

  expect([...bytesToPcm16(whole.subarray(1, 3))]).toEqual([0x1234])
})

test('an odd last byte is left out', () => {
  expect([...bytesToPcm16(Uint8Array.of(0x34, 0x12, 0x56))]).toEqual([0x1234])
})

test('samples read from bytes keep their values when the bytes change', () => {
  const bytes = Uint8Array.of(0x34, 0x12)
  const pcm = bytesToPcm16(bytes)

  bytes.fill(0)

  expect([...pcm]).toEqual([0x1234])
})

test('only the samples that a view shows are written', () => {
  const view = Int16Array.of(1, 2, 3, 4).subarray(1, 3)

  expect([...pcm16ToBytes(view)]).toEqual([2, 0, 3, 0])
})

test('parts are joined in order, empty ones among them', () => {
  const joined = concatPcm([Int16Array.of(1), new Int16Array(0), Int16Array.of(2, 3)])

  expect([...joined]).toEqual([1, 2, 3])
})

test('no parts are no samples', () => {
  expect(concatPcm([])).toHaveLength(0)
})

test.each([
  {value: 1.4, sample: 1},
  {value: -1.6, sample: -2},
  {value: 40_000, sample: 32_767},
  {value: -40_000, sample: -32_768},
  {value: Infinity, sample: 32_767},
  {value: NaN, sample: 0},
])('the nearest sample to $value is $sample', ({value, sample}) => {
  expect(toPcm16Sample(value)).toBe(sample)
})
