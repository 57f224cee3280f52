import {expect, test} from 'vitest'

import type {CallReport} from '../../../../../src/report/report.js'
import {byWorst, mayBeWorst} from '../../../../../src/simulate/load/worst/worst.js'
import {callReport, endedCall, turnOf} from '../../../../rig/load-call.js'

const INTERRUPTED = {code: 'EXO_INTERRUPTED', message: '', hint: ''}

function ordered(...calls: readonly CallReport[]): readonly (number | undefined)[] {
  return [...calls].sort(byWorst).map(({index}) => index)
}

test('what failed comes before what did not pass, and that before what did', () => {
  const passed = callReport(0, {turns: [turnOf({responseMs: 9000, met: true})]})
  const notMet = callReport(1, {
    turns: [turnOf({responseMs: 100, met: false, expectation: 'respond'})],
  })
  const failed = callReport(2, {outcome: 'failed'})

  expect(ordered(passed, notMet, failed)).toEqual([2, 1, 0])
})

test('of equal outcome the slowest response comes first, and one without any last', () => {
  const slow = callReport(1, {turns: [turnOf({responseMs: 300}), turnOf({responseMs: 4000})]})
  const quick = callReport(2, {turns: [turnOf({responseMs: 500})]})
  const early = callReport(3, {turns: [turnOf({responseMs: -900})]})
  const silent = callReport(0)

  expect(ordered(silent, early, quick, slow)).toEqual([1, 2, 3, 0])
})

test('then the most silence inside the speech of the bot, then the order of the plan', () => {
  const holey = callReport(3, {metrics: {gapMs: 400}})
  const lessHoley = callReport(2, {metrics: {gapMs: 40}})

  expect(ordered(callReport(1), callReport(0), lessHoley, holey)).toEqual([3, 2, 0, 1])
})

test.each([
  ['that failed', {outcome: 'failed'}, true],
  ['that an interruption cut short', {outcome: 'failed', failure: INTERRUPTED}, false],
  ['that was never opened', {outcome: 'dropped'}, false],
] as const)('a call %s may be among them: %j, %s', (_, told, isOne) => {
  const order = {index: 0, scenario: 'test', startAt: 0}

  expect(mayBeWorst(endedCall(order, told))).toBe(isOne)
})
