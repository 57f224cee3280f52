import {expect, test} from 'vitest'

import {pcmToPayload} from '../../../../src/stream/codec.js'
import {CallerFrame} from '../../../../src/stream/exotel/caller-frame.js'

const packet = (value: number) => new Int16Array(4).fill(value)
const [one, two, three] = [packet(1), packet(2), packet(3)] as const

/** The payloads of frames of two packets each. */
function payloads(
  packets: readonly {readonly pcm: Int16Array; readonly isLasting: boolean}[],
  frame = new CallerFrame(8, 'pcm16'),
): string[] {
  return packets.flatMap(({pcm, isLasting}) => (frame.add(pcm, isLasting) ? [frame.payload()] : []))
}

const lasting = (pcm: Int16Array) => ({pcm, isLasting: true})
const lent = (pcm: Int16Array) => ({pcm, isLasting: false})
const of = (...values: readonly number[]) =>
  pcmToPayload(Int16Array.from(values.flatMap((value) => [...packet(value)])), 'pcm16')

test('is full with its last packet, and then another begins', () => {
  expect(payloads([one, two, three, one, two].map(lent))).toEqual([of(1, 2), of(3, 1)])
})

test('holds lasting samples and lent ones in any order', () => {
  const packets = [lasting(one), lent(two), lent(two), lasting(one), lasting(one), lasting(three)]

  expect(payloads(packets)).toEqual([of(1, 2), of(2, 1), of(1, 3)])
})

test('the same lasting packets give the same text, and others that begin alike do not', () => {
  expect(payloads([one, two, one, three, one, two].map(lasting))).toEqual([
    of(1, 2),
    of(1, 3),
    of(1, 2),
  ])
})

test('what was lent may change as soon as it was taken', () => {
  const frame = new CallerFrame(8, 'pcm16')
  const borrowed = packet(5)
  frame.add(borrowed, false)
  borrowed.fill(9)
  frame.add(one, true)

  expect(frame.payload()).toBe(of(5, 1))
})

test('its samples can be looked at before its text is made', () => {
  const frame = new CallerFrame(8, 'pcm16')
  frame.add(one, true)
  frame.add(two, true)

  expect([...frame.pcm]).toEqual([1, 1, 1, 1, 2, 2, 2, 2])
  expect(frame.payload()).toBe(of(1, 2))
})
