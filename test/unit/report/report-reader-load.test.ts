import {expect, test} from 'vitest'

import type {RunReport} from '../../../src/report/report.js'
import {readReport} from '../../../src/report/report-reader.js'
import {kneeAtLeast, kneeExact, passingLoad, shardsOf, voidLoad} from './load-reports.js'

test.for([
  ['a load', passingLoad],
  ['a void load', voidLoad],
  ['a shard', shardsOf(passingLoad)[2]],
  ['a knee', kneeExact],
  ['a knee by the rig', kneeAtLeast],
] as const)('%s is read as it was written', ([, report]) => {
  expect(readReport(JSON.stringify(report), 'a.json')).toEqual(report)
})

const {load} = passingLoad
const [call] = passingLoad.calls
const withLoad = (fields: object) => ({...passingLoad, load: {...load, ...fields}})
const withCall = (fields: object) => ({...passingLoad, calls: [{...call, ...fields}]})
const withRig = (fields: object): object => ({
  ...passingLoad,
  rig: {...passingLoad.rig, ...fields},
})
const withKnee = (fields: object) =>
  withLoad({knee: {...kneeExact.load?.knee, ...fields} satisfies object})

test.for<readonly [string, object | RunReport, RegExp]>([
  ['no object', {...passingLoad, load: 7}, /load: /],
  ['a peak below nothing', withLoad({peak: -1}), /load\.peak: /],
  ['half a call', withLoad({opened: 1.5}), /load\.opened: /],
  ['unknown arrivals', withLoad({arrivals: {model: 'tide', rampMs: 0}}), /load\.arrivals/],
  [
    'a rate of nothing',
    withLoad({arrivals: {model: 'rate', ratePerS: 0, rampMs: 0}}),
    /load\.arrivals\.ratePerS: /,
  ],
  [
    'a weight that is none',
    withLoad({mix: [{scenario: 'x', weight: 0}]}),
    /load\.mix\.0\.weight: /,
  ],
  ['no shards at all', withLoad({shards: []}), /load\.shards: /],
  [
    'a shard beyond the last',
    withLoad({shards: [{part: 5, of: 4}]}),
    /load\.shards\.0: a part that is beyond the last one/,
  ],
  ['worst calls without names', withLoad({worst: [7]}), /load\.worst\.0: /],
  ['a bot that is a name', withLoad({bot: {pid: 'init'}}), /load\.bot\.pid: /],
  ['a calibration without end', withLoad({calibration: {outcome: 'ok'}}), /load\.calibration/],
  ['a knee without bound', withKnee({bound: 'maybe'}), /load\.knee\.bound: /],
  ['a leak that is none', withKnee({leak: {verdict: 'drips', evidence: []}}), /load\.knee\.leak/],
  ['steps that are none', withKnee({levels: [{phase: 'up'}]}), /load\.knee\.levels\.0/],
  [
    'a fault of nobody',
    withKnee({broken: {concurrency: 1, threshold: '', fault: 'x', why: ''}}),
    /fault/,
  ],
  ['an index that is a text', withCall({index: '1'}), /calls\.0\.index: /],
  ['a start before its time', withCall({startLateMs: -1}), /calls\.0\.startLateMs: /],
  ['a lateness that is a text', withCall({sendLatenessP99Ms: 'late'}), /sendLatenessP99Ms: /],
  ['a step that is none', withCall({level: 0.5}), /calls\.0\.level: /],
  ['no cores', withRig({cores: 0}), /rig\.cores: /],
  [
    'counts that are no counts',
    withRig({sendLateness: {unitMs: 0.01, counts: '1:2 x:3'}}),
    /rig\.sendLateness: no counts of lateness: "x:3" is not value:count/,
  ],
  [
    'counts of another unit',
    withRig({sendLateness: {unitMs: 1, counts: '1:2'}}),
    /rig\.sendLateness\.unitMs: /,
  ],
  [
    'a threshold of a scenario that is a number',
    {...passingLoad, thresholds: [{expression: 'x', scenario: 4, status: 'pass'}]},
    /thresholds\.0\.scenario: /,
  ],
])('%s is refused in one sentence with its place', ([, report, place]) => {
  const reading = () => readReport(JSON.stringify(report), 'a.json')

  expect(reading).toThrow(place)
  expect(reading).toThrow(/^a\.json is not a run report: [^\n]+$/)
  expect(reading).toThrow(expect.objectContaining({code: 'EXO_REPORT_INVALID'}) as Error)
})

test('a search whose bot is gone, and that was held to less than usual, is read as it was written', () => {
  const {knee} = kneeExact.load ?? {}
  const fields = {
    unmeasured: ['p95(responseMs) < 2000'],
    broken: {...knee?.broken, atAnyLoad: true},
    leak: {verdict: 'gone', evidence: ['Its process is gone.']},
  }

  const read = readReport(JSON.stringify(withKnee(fields)), 'report.json')

  expect(read.load?.knee).toMatchObject(fields)
})
