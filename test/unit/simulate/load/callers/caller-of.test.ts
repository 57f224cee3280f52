import {describe, expect, test} from 'vitest'

import {
  numbersFor,
  randomFor,
  scenarioFor,
} from '../../../../../src/simulate/load/callers/caller-of.js'
import {CALIBRATION} from '../../../../../src/simulate/load/crew/crew.js'
import type {LoadPlan} from '../../../../../src/simulate/load/plan/load-plan.js'
import {loadPlan} from '../../../../rig/load-call.js'

const order = (index: number) => ({index, scenario: 'test', startAt: 0})

describe('made-up numbers', () => {
  test('are those of one call only, in all parts of a plan and in the calls made alone', () => {
    const alone = [1, 2, 3, 4].map((part) =>
      numbersFor(order(CALIBRATION), loadPlan({shard: {part, of: 4}})),
    )
    const plan = loadPlan()
    const calls = Array.from({length: 4000}, (_, index) => numbersFor(order(index), plan))

    const numbers = [...alone, ...calls].flatMap(({from, to}) => [from, to])

    expect(new Set(numbers).size).toBe(2 * 4004)
  })

  test('are the same wherever the call is made', () => {
    const whole = numbersFor(order(6), loadPlan())

    expect(numbersFor(order(6), loadPlan({shard: {part: 3, of: 4}}))).toEqual(whole)
  })
})

describe('the call that is made alone', () => {
  const callers = [{from: '+911111111111', to: '+912222222222', parameters: {customer: 'a'}}]

  test('is made by nobody of the file: its first row calls once, as the others do', () => {
    const plan: LoadPlan = loadPlan({callers})

    expect(scenarioFor(order(0), plan).from).toBe('+911111111111')
    expect(scenarioFor(order(CALIBRATION), plan).from).toMatch(/^\+910\d{9}$/)
    expect(scenarioFor(order(CALIBRATION), plan).parameters).not.toEqual({customer: 'a'})
  })

  test('of each scenario of a mix is a call of its own', () => {
    const mix = ['test', 'other'].map((scenario) => ({scenario, weight: 1}))
    const alone = [1, 2].flatMap((part) =>
      mix.map(({scenario}) => {
        const ordered = {...order(CALIBRATION), scenario}
        return randomFor(ordered, loadPlan({mix, shard: {part, of: 2}})).next()
      }),
    )

    expect(new Set(alone).size).toBe(4)
  })

  test('has a chance of its own on every machine', () => {
    const of = (part: number) =>
      randomFor(order(CALIBRATION), loadPlan({shard: {part, of: 2}})).next()

    expect(of(1)).not.toBe(of(2))
    expect(randomFor(order(CALIBRATION), loadPlan()).next()).toBe(of(1))
  })
})
