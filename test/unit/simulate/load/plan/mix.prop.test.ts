import fc from 'fast-check'
import {expect, test} from 'vitest'

import {scenarioOf, totalWeight} from '../../../../../src/simulate/load/plan/mix.js'
import {indexInPlan, shareOf} from '../../../../../src/simulate/load/plan/shard.js'

const mixes = fc
  .array(fc.integer({min: 1, max: 9}), {minLength: 1, maxLength: 6})
  .map((weights) => weights.map((weight, at) => ({scenario: `s${String(at)}`, weight})))

const seeds = fc.nat(0xffff_ffff)

test('every block of the mix has exactly its shares', () => {
  fc.assert(
    fc.property(mixes, seeds, fc.nat(1000), (mix, seed, block) => {
      const length = totalWeight(mix)
      const made = Array.from({length}, (_, at) => scenarioOf(block * length + at, {mix, seed}))

      for (const {scenario, weight} of mix) {
        expect(made.filter((name) => name === scenario)).toHaveLength(weight)
      }
    }),
  )
})

test('the scenario of a call hangs on its index and the seed alone', () => {
  const mix = [
    {scenario: 'sales', weight: 3},
    {scenario: 'dtmf', weight: 1},
  ]
  const made = (seed: number, indexes: readonly number[]) =>
    indexes.map((index) => scenarioOf(index, {mix, seed}))
  const indexes = Array.from({length: 200}, (_, index) => index)

  expect(made(7, indexes.toReversed()).toReversed()).toEqual(made(7, indexes))
  expect(made(8, indexes)).not.toEqual(made(7, indexes))
})

test.each([2, 3, 4])(
  'on %i machines each calls both of two equal scenarios about as often',
  (of) => {
    const mix = [
      {scenario: 'sales', weight: 1},
      {scenario: 'dtmf', weight: 1},
    ]

    for (const part of Array.from({length: of}, (_, at) => at + 1)) {
      const count = shareOf(1000, {part, of})
      const made = Array.from({length: count}, (_, nth) =>
        scenarioOf(indexInPlan(nth, {part, of}), {mix, seed: 7}),
      )
      const sales = made.filter((name) => name === 'sales').length
      expect(sales / count).toBeGreaterThan(0.4)
      expect(sales / count).toBeLessThan(0.6)
    }
  },
)
