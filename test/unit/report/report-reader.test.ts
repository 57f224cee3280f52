import {expect, test} from 'vitest'

import {readReport} from '../../../src/report/report-reader.js'
import {aReport, aTurn, failing, good, many, salesCall} from './reports.js'

const diagnosis = {cause: 'a-b', summary: 'S.', fix: 'F.', evidence: ['E.']}

test.for([
  ['a good run', good],
  ['a failing run', failing],
  ['several calls', many],
  [
    'one with all that a report may have',
    aReport({
      diagnosis,
      conformance: [{rule: 'text-frames', ref: 'C1', status: 'not-tried', tried: 'No.'}],
    }),
  ],
] as const)('%s is read as it was written', ([, report]) => {
  expect(readReport(JSON.stringify(report), 'report.json')).toEqual(report)
})

test('a field of a later release is no mistake, and is kept', () => {
  const report = {...good, novel: 1, plan: {...good.plan, novel: 2}}

  expect(readReport(`\ufeff${JSON.stringify(report)}`, 'report.json')).toEqual(report)
})

test.for([
  ['{', /^old\.json is not JSON: /],
  ['[]', 'old.json is not a run report: schemaVersion is not 1.'],
  ['null', 'old.json is not a run report: schemaVersion is not 1.'],
  ['{"schemaVersion": "1"}', 'old.json is not a run report: schemaVersion is not 1.'],
  [
    '{"schemaVersion": 2}',
    'old.json has schema version 2, and this exostream knows version 1; a newer exostream reads it.',
  ],
  [
    JSON.stringify({...good, verdict: 'maybe', calls: [{...good.calls[0], turns: [7]}]}),
    /^old\.json is not a run report: verdict: .*; calls\.0\.turns\.0: /,
  ],
  [
    JSON.stringify({
      ...good,
      calls: [{...salesCall, turns: [{...aTurn({}), uncertaintiesMs: {clearMs: '4'}}]}],
    }),
    /^old\.json is not a run report: calls\.0\.turns\.0\.uncertaintiesMs\.clearMs: /,
  ],
  ['{"schemaVersion": 1}', /; and \d+ more\.$/],
] as const)('%s is refused, and the reason names file and place', ([text, message]) => {
  const reading = () => readReport(text, 'old.json')

  expect(reading).toThrow(message)
  expect(reading).toThrow(expect.objectContaining({code: 'EXO_REPORT_INVALID'}) as Error)
})
