import {describe, expect, test} from 'vitest'

import {firstFrom, firstWhere, lastUntil} from '../../../../src/simulate/numbers/ascending.js'

const at = (...times: readonly number[]) => times.map((atMs) => ({atMs}))

describe('of what happened in order', () => {
  test.each([
    [0, 10, undefined],
    [10, 10, 10],
    [11, 20, 10],
    [20, 20, 20],
    [31, undefined, 30],
  ])('at %i ms, the next is at %s and the last was at %s', (ms, next, last) => {
    const all = at(10, 20, 30)

    expect(firstFrom(all, ms)?.atMs).toBe(next)
    expect(lastUntil(all, ms)?.atMs).toBe(last)
  })

  test('the first of several at once is the next, and the last of them was the last', () => {
    const all = [
      {atMs: 10, name: 'one'},
      {atMs: 10, name: 'other'},
    ]

    expect(firstFrom(all, 10)?.name).toBe('one')
    expect(lastUntil(all, 10)?.name).toBe('other')
  })

  test('there is nothing where nothing happened', () => {
    expect(firstWhere([], () => true)).toBe(0)
    expect([firstFrom(at(), 0), lastUntil(at(), 0)]).toEqual([undefined, undefined])
  })

  test('100,000 are asked 17 times', () => {
    let asked = 0

    firstWhere([...Array(100_000).keys()], (one) => {
      asked += 1
      return one >= 99_999
    })

    expect(asked).toBeLessThanOrEqual(17)
  })
})
