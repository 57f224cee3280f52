import {expect, test} from 'vitest'

import {describeLoad} from '../../../../../src/simulate/load/plan/describe.js'
import type {LoadPlan} from '../../../../../src/simulate/load/plan/load-plan.js'
import {loadPlan} from '../../../../rig/load-call.js'

const concurrency = {model: 'concurrency', concurrency: 300, rampMs: 6000} as const
const rate = {model: 'rate', ratePerS: 5, rampMs: 0} as const

test.each<readonly [string, Partial<LoadPlan>]>([
  [
    '300 calls at once, ramp 6 s, scenarios sales x3, dtmf x1, on 2 threads',
    {
      arrivals: {...concurrency, calls: 300},
      workers: 2,
      mix: [
        {scenario: 'sales', weight: 3},
        {scenario: 'dtmf', weight: 1},
      ],
    },
  ],
  [
    '2000 calls, 300 at once, ramp 6 s, scenario test, part 2 of 4, on 1 thread',
    {arrivals: {...concurrency, calls: 2000}, workers: 1, shard: {part: 2, of: 4}},
  ],
  [
    '5 calls a second for 90 s, scenario test, 2 callers in turn, in this thread',
    {arrivals: {...rate, durationMs: 90_000}, callers: [{parameters: {}}, {parameters: {}}]},
  ],
  [
    '5 calls at once and more, up to 1000, until it gives way, scenario test, in this thread',
    {arrivals: concurrency, knee: {from: 5, most: 1000, thresholds: []}},
  ],
])('a plan says what it does: %s', (words, changes) => {
  const {run} = loadPlan()

  expect(describeLoad(loadPlan(changes))).toBe(`${run.url.shown} with ${words}`)
})

test('the serve of this folder is named as such', () => {
  const plan = loadPlan()
  const serving = {...plan, run: {...plan.run, target: {kind: 'serve'} as const}}

  expect(describeLoad(serving)).toMatch(/^the exostream serve of this folder at ws:/)
})
