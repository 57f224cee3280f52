import {describe, expect, test} from 'vitest'

import type {ExotelMessage} from '../../../src/protocol/messages.js'
import {SequenceCheck} from '../../../src/stream/sequence.js'

const mark = (sequenceNumber?: number): ExotelMessage => ({
  event: 'mark',
  name: 'm',
  ...(sequenceNumber === undefined ? {} : {sequenceNumber}),
})
const media = (sequenceNumber: number, chunk?: number): ExotelMessage => ({
  event: 'media',
  payload: '',
  sequenceNumber,
  ...(chunk === undefined ? {} : {chunk}),
})

describe('sequence_number', () => {
  test.each([
    {numbers: [1, 2, 3, 4], kinds: []},
    {numbers: [7, 8], kinds: []},
    {numbers: [1, 2, 5, 6], kinds: [{kind: 'gap', expected: 3, got: 5}]},
    {numbers: [1, 2, 2, 3], kinds: [{kind: 'repeat', expected: 3, got: 2}]},
    {numbers: [5, 6, 4, 5], kinds: [{kind: 'back', expected: 7, got: 4}]},
    {
      numbers: [1, 3, 3, 2],
      kinds: [
        {kind: 'gap', expected: 2, got: 3},
        {kind: 'repeat', expected: 4, got: 3},
        {kind: 'back', expected: 4, got: 2},
      ],
    },
  ])('$numbers', ({numbers, kinds}) => {
    const check = new SequenceCheck()

    const breaks = numbers.flatMap((number) => check.message(mark(number)))

    expect(breaks).toEqual(kinds.map((kind) => ({counter: 'sequence_number', ...kind})))
  })

  test('is not missed where there is none', () => {
    const check = new SequenceCheck()

    const breaks = [{event: 'connected'} as const, mark(1), mark(), mark(2)].flatMap((message) =>
      check.message(message),
    )

    expect(breaks).toEqual([])
  })
})

describe('chunk', () => {
  test('counts media alone', () => {
    const check = new SequenceCheck()

    const breaks = [media(2, 1), mark(3), media(4, 2), media(5), media(6, 3)].flatMap((message) =>
      check.message(message),
    )

    expect(breaks).toEqual([])
  })

  test('breaks for itself', () => {
    const check = new SequenceCheck()

    const breaks = [media(2, 1), media(3, 4)].flatMap((message) => check.message(message))

    expect(breaks).toEqual([{counter: 'chunk', expected: 2, got: 4, kind: 'gap'}])
  })
})
