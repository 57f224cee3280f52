import fc from 'fast-check'
import {expect, test} from 'vitest'

import {
  placeOpensAt,
  plannedCalls,
  startOf,
} from '../../../../../src/simulate/load/traffic/arrivals.js'
import {indexInPlan, shareOf} from '../../../../../src/simulate/load/plan/shard.js'

const rates = fc.record({
  model: fc.constant('rate' as const),
  ratePerS: fc.double({min: 0.01, max: 2000, noNaN: true}),
  rampMs: fc.oneof(fc.constant(0), fc.integer({min: 1, max: 600_000})),
})

test('as many calls have started by any time as the rate adds up to', () => {
  fc.assert(
    fc.property(rates, fc.integer({min: 0, max: 100_000}), (arrivals, index) => {
      const {ratePerS, rampMs} = arrivals
      const atMs = startOf(index, arrivals)

      const inRampMs = Math.min(atMs, rampMs)
      const ofRamp = rampMs === 0 ? 0 : (ratePerS * inRampMs ** 2) / (2000 * rampMs)
      const integral = ofRamp + (ratePerS * (atMs - inRampMs)) / 1000
      expect(integral).toBeCloseTo(index, 4)
    }),
  )
})

test('no call starts before the one before it', () => {
  fc.assert(
    fc.property(rates, fc.integer({min: 0, max: 100_000}), (arrivals, index) => {
      expect(startOf(index + 1, arrivals)).toBeGreaterThan(startOf(index, arrivals))
    }),
  )
})

test('a duration holds exactly the calls that start in it', () => {
  const durations = fc.integer({min: 1, max: 60_000})
  fc.assert(
    fc.property(rates, durations, ({ratePerS, ...rest}, durationMs) => {
      const arrivals = {...rest, ratePerS: Math.min(ratePerS, 200), durationMs}
      const planned = plannedCalls(arrivals) ?? NaN

      expect(startOf(planned - 1, arrivals)).toBeLessThan(durationMs)
      expect(startOf(planned, arrivals)).toBeGreaterThanOrEqual(durationMs)
    }),
  )
})

const parts = fc.integer({min: 1, max: 50})

test('the parts of a plan make every call of it once', () => {
  fc.assert(
    fc.property(fc.integer({min: 0, max: 2000}), parts, (calls, of) => {
      const made = Array.from({length: of}, (_, at) => ({part: at + 1, of})).flatMap((shard) =>
        Array.from({length: shareOf(calls, shard)}, (_, nth) => indexInPlan(nth, shard)),
      )

      expect(made.toSorted((one, other) => one - other)).toEqual(
        Array.from({length: calls}, (_, index) => index),
      )
    }),
  )
})

test('the shares of a plan differ by one at most, and add up', () => {
  fc.assert(
    fc.property(fc.integer({min: 0, max: 5000}), parts, (count, of) => {
      const shares = Array.from({length: of}, (_, at) => shareOf(count, {part: at + 1, of}))

      expect(shares.reduce((sum, one) => sum + one, 0)).toBe(count)
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1)
    }),
  )
})

test('the places of all parts together are there evenly over the ramp', () => {
  fc.assert(
    fc.property(
      fc.integer({min: 2, max: 500}),
      fc.nat(60_000),
      parts,
      (concurrency, rampMs, of) => {
        const shards = Array.from({length: of}, (_, at) => ({part: at + 1, of}))
        const opening = shards.flatMap((shard) =>
          Array.from({length: shareOf(concurrency, shard)}, (_, nth) =>
            placeOpensAt(indexInPlan(nth, shard), {concurrency, rampMs}),
          ),
        )

        for (const [place, atMs] of opening.toSorted((one, other) => one - other).entries()) {
          expect(atMs).toBeCloseTo((place * rampMs) / (concurrency - 1), 6)
        }
      },
    ),
  )
})
