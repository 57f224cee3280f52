import {expect, test} from 'vitest'

import {compareReports} from '../../../../src/report/compare/compare.js'
import type {LoadReport} from '../../../../src/report/load-report.js'
import type {RunReport} from '../../../../src/report/report.js'
import {aLoad, callsOf, kneeExact, passingLoad} from '../load-reports.js'

const slower = aLoad({
  calls: callsOf(300).map((call) => ({
    ...call,
    turns: call.turns.map(({responseMs, ...turn}) =>
      responseMs === undefined ? turn : {...turn, responseMs: responseMs * 1.5},
    ),
  })),
})

test('two load runs are compared by the metrics of their calls, scenario by scenario', () => {
  const {verdict, metrics} = compareReports(passingLoad, slower)

  expect(verdict).toBe('regression')
  expect(
    metrics
      .filter(({judgement}) => judgement === 'regression')
      .map(({scenario, statistic, metric}) => `${statistic}(${metric}) of ${scenario}`),
  ).toEqual([
    'p50(responseMs) of sales',
    'p95(responseMs) of sales',
    'p50(responseMs) of dtmf',
    'p95(responseMs) of dtmf',
  ])
})

test.for<readonly [string, RunReport, string]>([
  [
    'other arrivals',
    aLoad({}, {arrivals: {model: 'concurrency', concurrency: 200, rampMs: 6_000}}),
    'arrivals (300 calls at once, reached over 6.0 s, then 200 calls at once, reached over 6.0 s)',
  ],
  [
    'another mix',
    aLoad({}, {mix: [{scenario: 'sales', weight: 1}]}),
    'mix (sales x3, dtmf x1, then sales)',
  ],
  ['a search', kneeExact, 'search (none, then for the knee, with p95(responseMs) < 2000'],
])('%s make it another experiment, and that is said', ([, other, words]) => {
  expect(() => compareReports(passingLoad, other)).toThrow(words)
})

const kneeAt = (calls: number, bound: 'exact' | 'at-least' = 'exact'): RunReport => {
  const {load} = kneeExact
  if (!load?.knee) throw new Error('there is no knee')
  const found: LoadReport = {...load, knee: {...load.knee, calls, bound}}
  return aLoad(kneeExact, found)
}

test('two searches are compared by their knees, not by the calls of their steps', () => {
  const told = (old: RunReport, next: RunReport) =>
    compareReports(old, next).changes.map(({judgement, summary}) => [judgement, summary])

  expect(told(kneeAt(120), kneeAt(90))).toEqual([
    ['regression', 'The knee was 120 calls at once and is 90 calls at once.'],
  ])
  expect(told(kneeAt(120), kneeAt(150, 'at-least'))).toEqual([
    ['improvement', 'The knee was 120 calls at once and is at least 150 calls at once.'],
  ])
  expect(told(kneeAt(120), kneeAt(115))).toEqual([])
  expect(compareReports(kneeAt(120), kneeAt(90)).metrics).toEqual([])
})

test('a threshold of one scenario is not compared with that of another', () => {
  const judged = (status: 'pass' | 'fail', scenario?: string): RunReport => ({
    ...passingLoad,
    thresholds: [
      {expression: 'max(greetingMs) < 1000', scenario: 'dtmf', status: 'pass'},
      {expression: 'max(greetingMs) < 1000', ...(scenario ? {scenario} : {}), status},
    ],
  })

  const {changes} = compareReports(judged('pass', 'sales'), judged('fail', 'sales'))

  expect(changes).toEqual([
    expect.objectContaining({what: 'threshold', judgement: 'regression'}) as object,
  ])
})
