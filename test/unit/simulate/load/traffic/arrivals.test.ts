import {describe, expect, test} from 'vitest'

import {
  placeOpensAt,
  plannedCalls,
  startOf,
} from '../../../../../src/simulate/load/traffic/arrivals.js'

describe('calls at once', () => {
  test.each([
    [0, 0],
    [1, 100],
    [9, 900],
  ])('of ten with a ramp of 900 ms, place %i is there at %i ms', (place, atMs) => {
    expect(placeOpensAt(place, {concurrency: 10, rampMs: 900})).toBe(atMs)
  })

  test('without a ramp all are there at once', () => {
    expect(placeOpensAt(999, {concurrency: 1000, rampMs: 0})).toBe(0)
  })

  test('one call needs no ramp', () => {
    expect(placeOpensAt(0, {concurrency: 1, rampMs: 500})).toBe(0)
  })
})

describe('calls a second', () => {
  test.each([
    [0, 0],
    [1, 200],
    [300, 60_000],
  ])('without a ramp, at five a second, call %i starts at %i ms', (index, atMs) => {
    expect(startOf(index, {ratePerS: 5, rampMs: 0})).toBeCloseTo(atMs, 6)
  })

  test.each([
    [0, 0],
    [1, 2000],
    [4, 4000],
    [25, 10_000],
    [26, 10_200],
  ])('climbing to five a second in ten seconds, call %i starts at %i ms', (index, atMs) => {
    expect(startOf(index, {ratePerS: 5, rampMs: 10_000})).toBeCloseTo(atMs, 6)
  })
})

describe('how many calls there will be', () => {
  const rate = {model: 'rate', ratePerS: 5, rampMs: 0} as const
  const atOnce = {model: 'concurrency', concurrency: 3, rampMs: 0} as const

  test.each([
    ['those that were asked for', {...rate, calls: 7}, 7],
    ['those that start in the time', {...rate, durationMs: 2000}, 10],
    ['those of a time that ends within the ramp', {...rate, rampMs: 10_000, durationMs: 4000}, 4],
    ['the fewer of both', {...rate, calls: 7, durationMs: 2000}, 7],
    ['the fewer of both', {...rate, calls: 70, durationMs: 2000}, 10],
    [
      'roughly, of more than could be counted',
      {...rate, ratePerS: 1e9, rampMs: 3.6e6, durationMs: 3.6e15},
      1e9 * (3.6e12 - 1800),
    ],
    ['those that were asked for', {...atOnce, calls: 7}, 7],
    ['those that were asked for', {...atOnce, calls: 7, durationMs: 1}, 7],
    ['not known, where one follows the other', {...atOnce, durationMs: 1000}, undefined],
  ])('%s', (_, arrivals, planned) => {
    expect(plannedCalls(arrivals)).toBe(planned)
  })
})
