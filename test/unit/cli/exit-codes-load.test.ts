import {expect, test} from 'vitest'

import {exitCodeOfRun} from '../../../src/cli/exit-codes.js'
import type {RunReport} from '../../../src/report/report.js'
import {
  aLoad,
  callsOf,
  dropped,
  failingLoad,
  kneeAtLeast,
  kneeExact,
  passingLoad,
  refused,
  voidLoad,
} from '../report/load-reports.js'

const withKnee = (fields: object): RunReport =>
  aLoad(
    {...kneeExact, verdict: 'fail'},
    {
      ...kneeExact.load,
      ...(kneeExact.load?.knee && {knee: {...kneeExact.load.knee, ...fields}}),
    },
  )

const failedUnderVoid = {...voidLoad, calls: [...callsOf(9), refused(9)]}

const tolerated: RunReport = {
  ...failingLoad,
  thresholds: [{expression: 'failed < 50 %', value: 10, status: 'pass'}],
  calls: [...callsOf(8), refused(8), dropped(9)],
}
const cut = aLoad({verdict: 'fail'}, {shards: [{part: 1, of: 2}], missing: [2]})

test.for<readonly [string, RunReport, number]>([
  ['a load that passed', passingLoad, 0],
  ['calls that failed', failingLoad, 1],
  ['a machine that was the limit', voidLoad, 3],
  ['calls that failed while this machine was the limit', failedUnderVoid, 3],
  ['a load that was interrupted', {...failingLoad, interrupted: true}, 130],
  ['a knee', kneeExact, 0],
  ['a knee that this machine has limited', kneeAtLeast, 3],
  ['failures that a threshold allows, and a drop', tolerated, 3],
  [
    'nothing but dropped calls',
    {...failingLoad, thresholds: [], calls: [...callsOf(9), dropped(9)]},
    3,
  ],
  ['a shard that is missing', cut, 3],
  [
    'a shard that is missing, and calls that failed',
    {...cut, calls: [...callsOf(9), refused(9)]},
    1,
  ],
  ['a bot that is gone', withKnee({leak: {verdict: 'gone', evidence: []}}), 1],
  ['no knee, through the bot', withKnee({bound: 'none'}), 1],
  [
    'no knee, through this machine',
    withKnee({bound: 'none', broken: kneeAtLeast.load?.knee?.broken}),
    3,
  ],
  ['a bot that leaves something behind', withKnee({leak: {verdict: 'leaks', evidence: []}}), 1],
])('%s ends with the code %3$s', ([, report, code]) => {
  expect(exitCodeOfRun(report, true)).toBe(code)
})

test('a load that opened no call is the environment’s', () => {
  expect(exitCodeOfRun({...failingLoad, calls: [refused(0)]}, false)).toBe(3)
})
