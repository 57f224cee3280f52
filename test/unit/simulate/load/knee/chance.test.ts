import {describe, expect, test} from 'vitest'

import {
  chanceOfAtLeast,
  chanceOfMore,
  growthWithLoad,
} from '../../../../../src/simulate/load/knee/chance.js'

describe('by chance', () => {
  test('a lady who tastes tea is right in three cups of four once in about four times', () => {
    expect(chanceOfMore({bad: 3, of: 4}, {bad: 1, of: 4})).toBeCloseTo(17 / 70, 10)
    expect(chanceOfMore({bad: 4, of: 4}, {bad: 0, of: 4})).toBeCloseTo(1 / 70, 10)
  })

  test('something is where nothing is bad, or where nobody else is', () => {
    expect(chanceOfMore({bad: 0, of: 50}, {bad: 0, of: 40})).toBeCloseTo(1, 10)
    expect(chanceOfMore({bad: 7, of: 50}, {bad: 0, of: 0})).toBeCloseTo(1, 10)
  })

  test('more of many calls is told from as many', () => {
    const few = {bad: 60, of: 40_000}

    expect(chanceOfMore({bad: 60, of: 40_000}, few)).toBeGreaterThan(0.4)
    expect(chanceOfMore({bad: 120, of: 40_000}, few)).toBeLessThan(1e-5)
  })

  test('a share that grows with the calls is told from one that does not', () => {
    const levels = (...shares: readonly number[]) =>
      shares.map((bad, at) => ({concurrency: 10 * 2 ** at, bad, of: 100}))

    expect(growthWithLoad(levels(0, 2, 5, 9))).toBeGreaterThan(3)
    expect(growthWithLoad(levels(4, 4, 4, 4))).toBe(0)
    expect(growthWithLoad(levels(9, 5, 2, 0))).toBeLessThan(-3)
    expect(growthWithLoad(levels(0, 0, 0, 0))).toBe(0)
    expect(growthWithLoad([])).toBe(0)
  })

  test('of two levels growth is what a comparison of two shares has', () => {
    const levels = [
      {concurrency: 10, bad: 5, of: 100},
      {concurrency: 20, bad: 15, of: 100},
    ]

    expect(growthWithLoad(levels)).toBeCloseTo(0.1 / Math.sqrt((0.1 * 0.9 * 2) / 100), 10)
  })

  test('one six in four throws is more likely than not', () => {
    expect(chanceOfAtLeast({bad: 1, of: 4}, 1 / 6)).toBeCloseTo(1 - (5 / 6) ** 4, 10)
    expect(chanceOfAtLeast({bad: 4, of: 4}, 1 / 6)).toBeCloseTo((1 / 6) ** 4, 10)
    expect(chanceOfAtLeast({bad: 0, of: 4}, 1 / 6)).toBe(1)
  })
})
