import {expect, test} from 'vitest'

import type {CallReport, RunReport} from '../../../src/report/report.js'
import {SendLateness} from '../../../src/report/send-lateness.js'
import {makeRunReport, type RunFacts} from '../../../src/simulate/run-report.js'
import {
  aLoad,
  aLoadCall,
  callsOf,
  dropped,
  kneeAtLeast,
  kneeExact,
  refused,
} from '../report/load-reports.js'
import {aTurn} from '../report/reports.js'

function reportOf(calls: readonly CallReport[], facts: Partial<RunFacts> = {}): RunReport {
  const {tool, startedAt, seed, plan, machine, target, load} = aLoad({calls: calls.slice(0, 50)})
  if (!load) throw new Error('it is no load')
  return makeRunReport(calls, {
    run: {tool, startedAt, seed, plan, machine, target},
    interrupted: false,
    planned: calls.length,
    thresholds: [],
    lateness: new SendLateness(),
    watched: {lagP99Ms: 1, cpu: 0.4, cores: 2},
    load,
    ...facts,
  })
}

const verdictOf = (calls: readonly CallReport[], ...overAll: readonly string[]) =>
  reportOf(calls, {overAll}).verdict

const passed = callsOf(40)
const oneFailed = [...callsOf(39), refused(39)]
const oneDropped = [...callsOf(39), dropped(39)]

test('a load run passes when every call did', () => {
  expect(verdictOf(passed)).toBe('pass')
})

test('a call that failed fails the run, unless a threshold lets so many fail', () => {
  expect(verdictOf(oneFailed)).toBe('fail')
  expect(verdictOf(oneFailed, 'failed < 5 %')).toBe('pass')
  expect(verdictOf(oneFailed, 'failed < 2 %')).toBe('fail')
  expect(verdictOf(oneFailed, 'p95(responseMs) < 9999')).toBe('fail')
})

test('a dropped call fails the run, unless a threshold lets so many be dropped', () => {
  expect(verdictOf(oneDropped)).toBe('fail')
  expect(verdictOf(oneDropped, 'failed < 5 %')).toBe('fail')
  expect(verdictOf(oneDropped, 'dropped < 5 %')).toBe('pass')
  expect(verdictOf([...oneDropped, refused(40)], 'dropped < 5 %')).toBe('fail')
})

test('a threshold of a scenario judges its calls alone, and says whose it is; those over all come last', () => {
  const {thresholds, verdict} = reportOf(passed, {
    thresholds: [
      {scenario: 'dtmf', expressions: ['count(responseMs) == 10']},
      {scenario: 'sales', expressions: []},
    ],
    overAll: ['count(responseMs) == 41'],
  })

  expect(thresholds).toEqual([
    {expression: 'count(responseMs) == 10', scenario: 'dtmf', value: 10, status: 'pass'},
    {expression: 'count(responseMs) == 41', value: 40, status: 'fail'},
  ])
  expect(verdict).toBe('fail')
})

test('no run passes that was interrupted, opened no call, or had this machine as its limit', () => {
  const {load} = aLoad({calls: passed})
  const late = passed.map((call) => ({
    ...call,
    turns: [aTurn({uncertaintyMs: 60, responseMs: 900})],
  }))

  expect(reportOf(passed, {interrupted: true}).verdict).toBe('fail')
  expect(reportOf(passed, load ? {load: {...load, opened: 0}} : {}).verdict).toBe('fail')
  expect(reportOf(late)).toMatchObject({verdict: 'fail', rig: {verdict: 'void'}})
})

const atCeiling = kneeExact.load?.knee && {
  ...kneeExact.load.knee,
  levels: kneeExact.load.knee.levels.filter(({verdict}) => verdict === 'held'),
  bound: 'at-least' as const,
}
if (atCeiling) Reflect.deleteProperty(atCeiling, 'broken')

test.for([
  ['an exact knee', kneeExact.load?.knee, 'pass'],
  ['a knee that this machine has limited', kneeAtLeast.load?.knee, 'fail'],
  ['nothing that broke up to the ceiling', atCeiling, 'pass'],
  ['no knee', kneeExact.load?.knee && {...kneeExact.load.knee, bound: 'none' as const}, 'fail'],
  [
    'a knee, and something left behind',
    kneeExact.load?.knee && {
      ...kneeExact.load.knee,
      leak: {verdict: 'leaks' as const, evidence: ['3 sockets']},
    },
    'fail',
  ],
  [
    'a knee, and whose bot is gone',
    kneeExact.load?.knee && {
      ...kneeExact.load.knee,
      leak: {verdict: 'gone' as const, evidence: ['Its process is gone.']},
    },
    'fail',
  ],
] as const)('a search that found %2$s', ([, knee, verdict]) => {
  const {load} = kneeExact
  if (!load || !knee) throw new Error('there is no knee')

  const report = reportOf(oneFailed, {load: {...load, knee}, overAll: ['failed == 0']})

  expect(report.verdict).toBe(verdict)
  expect(reportOf(oneFailed, {load: {...load, knee}, interrupted: true}).verdict).toBe('fail')
})

test('a bot that dies under load is told by its failures, not by a diagnosis over calls in their order', () => {
  const calls = [aLoadCall(0), ...Array.from({length: 9}, (_, at) => refused(at + 1))]

  expect(reportOf(calls).diagnosis).toBeUndefined()
})

test('ten times the calls take about ten times as long', {timeout: 90_000}, () => {
  const [few, many] = [callsOf(2000), callsOf(20_000)]
  const {load} = aLoad({calls: few})
  if (!load) throw new Error('it is no load')
  const costOf = (calls: readonly CallReport[]) => {
    const before = process.cpuUsage()
    const overAll = ['p95(responseMs) < 2000', 'responseMs < 9000', 'failed < 1 %']
    const {summary} = reportOf(calls, {load, overAll})
    const {user, system} = process.cpuUsage(before)
    expect(summary.metrics['responseMs']?.n).toBe(calls.length)
    return user + system
  }
  costOf(few)

  const ratio = costOf(many) / Math.min(costOf(few), costOf(few))

  // Quadratic work would be a hundred times as much.
  expect(ratio).toBeLessThan(40)
})

test('a merged run of which a shard is missing is no pass', () => {
  const {load} = aLoad({calls: passed})

  expect(reportOf(passed, load ? {load: {...load, missing: [2]}} : {}).verdict).toBe('fail')
})
