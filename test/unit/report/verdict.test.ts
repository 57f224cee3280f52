import {expect, test} from 'vitest'

import {plainPaint} from '../../../src/report/text/look.js'
import {verdictLine} from '../../../src/report/verdict.js'
import {
  aReport,
  aTurn,
  chunkFinding,
  failing,
  salesCall,
  unknownEventFinding,
  unopened,
} from './reports.js'

const unmet = {...salesCall, turns: [aTurn({index: 3, expectation: 'stop', met: false})]}
const unmeasured = {...salesCall, turns: [aTurn({index: 2, expectation: 'respond'})]}
const broken = {...salesCall, findings: [chunkFinding]}
const dropped = {...salesCall, outcome: 'dropped', turns: []} as const
const missed = {expression: 'responseMs.p50 < 500', status: 'fail', value: 900} as const

test.for([
  ['expectations met', aReport({}), 'pass: 6 expectations met'],
  [
    'thresholds held and warnings',
    aReport({
      calls: [{...salesCall, findings: [unknownEventFinding]}],
      thresholds: [{...missed, status: 'pass'}],
    }),
    'pass: 6 expectations met, 1 threshold held, 1 warning',
  ],
  ['nothing to count', aReport({calls: [{...salesCall, turns: []}]}), 'pass'],
  [
    'a call that failed',
    unopened,
    'fail: 1 call failed; first cause: EXO_DIAL_REFUSED, Nothing accepts connections at 127.0.0.1:5999',
  ],
  [
    'a turn',
    aReport({verdict: 'fail', calls: [broken, unmet, unmet]}),
    'fail: 2 expectations not met, 1 error finding; first cause: turn 3 (hello)',
  ],
  [
    'a turn not measured',
    aReport({verdict: 'fail', calls: [unmeasured]}),
    'fail: 1 expectation not measured; first cause: turn 2 (hello)',
  ],
  [
    'an error finding',
    aReport({verdict: 'fail', calls: [broken, dropped]}),
    'fail: 1 call not started in time, 1 error finding; first cause: C7 chunk-not-multiple-of-320',
  ],
  [
    'a threshold',
    aReport({verdict: 'fail', thresholds: [missed]}),
    'fail: 1 threshold not held; first cause: responseMs.p50 < 500',
  ],
  [
    'thresholds that could not be measured apart from those that did not hold',
    aReport({
      verdict: 'fail',
      thresholds: [
        {expression: 'leadMs < 1', status: 'not-measured'},
        missed,
        {expression: 'clearMs < 1', status: 'not-measured'},
      ],
    }),
    'fail: 1 threshold not held, 2 thresholds not measured; first cause: leadMs < 1',
  ],
  ['no cause that is known', aReport({verdict: 'fail', interrupted: true}), 'fail: interrupted'],
] as const)('the verdict names %s', ([, report, line]) => {
  expect(verdictLine(report, plainPaint)).toBe(line)
})

test('only the word of the verdict is dressed', () => {
  const paint = {...plainPaint, bad: (text: string) => `<${text}>`}

  expect(verdictLine(failing, paint)).toMatch(/^<fail>: 2 expectations/)
})
