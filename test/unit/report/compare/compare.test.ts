import {expect, test} from 'vitest'

import {compareReports} from '../../../../src/report/compare/compare.js'
import {renderComparison} from '../../../../src/report/compare/compare-text.js'
import type {CallReport, RunReport} from '../../../../src/report/report.js'
import {plainPaint} from '../../../../src/report/text/look.js'
import {
  aReport,
  aTurn,
  chunkFinding,
  failingCall,
  good,
  salesCall,
  unknownEventFinding,
} from '../reports.js'

const look = {width: 100, paint: plainPaint, ascii: false}

/** A run of one scenario whose only numbers are these. */
const withMetrics = (...metrics: Readonly<Record<string, number>>[]): RunReport =>
  aReport({calls: metrics.map((one) => ({...salesCall, turns: [], metrics: one}))})

const withCalls = (...calls: Partial<CallReport>[]): RunReport =>
  aReport({calls: calls.map((call) => ({...salesCall, turns: [], metrics: {}, ...call}))})

const judgements = (old: RunReport, next: RunReport) =>
  compareReports(old, next).metrics.map(({metric, statistic, judgement}) => [
    metric,
    statistic,
    judgement,
  ])

const changes = (old: RunReport, next: RunReport) =>
  compareReports(old, next).changes.map(({judgement, summary}) => [judgement, summary])

test('a run compared with itself has no regression, and nothing changed', () => {
  const {verdict, changes: found, metrics, onlyInOne} = compareReports(good, good)

  expect({verdict, found, onlyInOne}).toEqual({
    verdict: 'no-regression',
    found: [],
    onlyInOne: [],
  })
  expect(metrics.filter(({judgement}) => !['same', 'not-judged'].includes(judgement))).toEqual([])
})

test.for([
  ['more than both', {greetingMs: 1000}, {greetingMs: 1101}, 'regression'],
  ['the part only', {greetingMs: 100}, {greetingMs: 150}, 'same'],
  ['the time only', {greetingMs: 1000}, {greetingMs: 1100}, 'same'],
  ['better by both', {greetingMs: 1000}, {greetingMs: 899}, 'improvement'],
  ['from nothing, beyond the time', {gapMs: 0}, {gapMs: 51}, 'regression'],
  ['from nothing, within the time', {gapMs: 0}, {gapMs: 50}, 'same'],
  ['a count', {underruns: 0}, {underruns: 1}, 'regression'],
  ['a rate that falls', {responseRate: 1}, {responseRate: 0.8}, 'regression'],
  ['a rate that rises', {responseRate: 0.8}, {responseRate: 1}, 'improvement'],
  ['a pace still above real time', {deliveryRatio: 5}, {deliveryRatio: 1}, 'same'],
  ['a pace below it', {deliveryRatio: 5}, {deliveryRatio: 0.8}, 'regression'],
  ['a lead that nobody minds', {leadMs: 100}, {leadMs: 1900}, 'same'],
  ['a lead that an interruption throws away', {leadMs: 100}, {leadMs: 2300}, 'regression'],
  ['earlier talk-over', {responseMs: -100}, {responseMs: -900}, 'same'],
  ['an answer after talk-over', {responseMs: -900}, {responseMs: 300}, 'regression'],
  ['a number without a worse', {turnsPerMin: 4}, {turnsPerMin: 9}, 'not-judged'],
  ['a number nobody knows', {novelMs: 4}, {novelMs: 900}, 'not-judged'],
] as const)('%s: %j to %j is %s', ([, before, after, judgement]) => {
  const [metric = ''] = Object.keys(before)

  expect(judgements(withMetrics(before), withMetrics(after))).toEqual([[metric, 'p50', judgement]])
})

test('a time within the lateness of the rig is not worse, whatever the tolerance', () => {
  const of = (greetingMs: number) => withCalls({metrics: {greetingMs}, uncertaintyMs: 45})
  const tight = {relative: 0, absoluteMs: 0}

  expect(compareReports(of(100), of(145), tight).verdict).toBe('no-regression')
  expect(compareReports(of(100), of(146), tight).verdict).toBe('regression')
})

test('a lateness of the rig elsewhere in the turn excuses no time', () => {
  const of = (bargeInStopMs: number) =>
    withCalls({
      metrics: {},
      turns: [aTurn({bargeInStopMs, uncertaintyMs: 200, uncertaintiesMs: {bargeInStopMs: 5}})],
    })
  const tight = {relative: 0, absoluteMs: 0}

  expect(compareReports(of(100), of(105), tight).verdict).toBe('no-regression')
  expect(compareReports(of(100), of(106), tight).verdict).toBe('regression')
})

test('of several values the median and the worst are held, and from twenty on the 95th percentile', () => {
  const of = (count: number) =>
    withMetrics(...Array.from({length: count}, () => ({greetingMs: 500})))

  expect(judgements(of(2), of(2)).map(([, statistic]) => statistic)).toEqual(['p50', 'max'])
  expect(judgements(of(20), of(20)).map(([, statistic]) => statistic)).toEqual(['p50', 'p95'])
  expect(judgements(of(20), of(19)).map(([, statistic]) => statistic)).toEqual(['p50', 'max'])
})

test('of what is yes or no in each turn the rate is held', () => {
  const of = (...values: (0 | 1)[]) =>
    withCalls({turns: values.map((falseYield, index) => aTurn({index, falseYield}))})

  const [change] = compareReports(of(0, 0, 0, 1), of(0, 1, 0, 1)).metrics

  expect(change).toMatchObject({statistic: 'mean', old: 0.25, new: 0.5, judgement: 'regression'})
})

test('each scenario is compared with itself', () => {
  const of = (first: number, second: number) =>
    withCalls(
      {scenario: 'sales', metrics: {greetingMs: first}},
      {scenario: 'emi', metrics: {greetingMs: second}},
    )

  const {metrics} = compareReports(of(500, 2000), of(2000, 500))

  expect(metrics.map(({scenario, judgement}) => [scenario, judgement])).toEqual([
    ['sales', 'regression'],
    ['emi', 'improvement'],
  ])
})

test('what was measured in one run only is told, and no regression', () => {
  const {verdict, onlyInOne} = compareReports(
    withMetrics({clearMs: 200}),
    withMetrics({recoveryMs: 200}),
  )

  expect(verdict).toBe('no-regression')
  expect(onlyInOne).toEqual([
    'clearMs of sales was measured in the old run only',
    'recoveryMs of sales was measured in the new run only',
  ])
})

const met = (isMet?: boolean) =>
  withCalls({
    turns: [aTurn({expectation: 'respond', ...(isMet === undefined ? {} : {met: isMet})})],
  })
const threshold = (status: 'pass' | 'fail' | 'not-measured') =>
  aReport({calls: [], thresholds: [{expression: 'p50(responseMs) < 9', status}]})
const diagnosed = (cause?: string) =>
  withCalls(cause === undefined ? {} : {diagnosis: {cause, summary: 'S.', fix: 'F.', evidence: []}})
const rule = (status: 'pass' | 'warn' | 'fail') =>
  aReport({calls: [], conformance: [{rule: 'two-sockets', ref: 'C23', status, tried: 'T.'}]})
const filled = (report: RunReport) => ({...report, calls: [{...salesCall, turns: [], metrics: {}}]})

test.for([
  [
    'a verdict that fell',
    withCalls({}),
    {...withCalls({}), verdict: 'fail' as const},
    [['regression', 'The verdict was pass and is fail.']],
  ],
  [
    'a call that failed',
    withCalls({}),
    withCalls({outcome: 'failed'}),
    [['regression', '0 of 1 calls of sales were completed, before in 1 of 1.']],
  ],
  [
    'an expectation that is met now',
    met(false),
    met(true),
    [['improvement', 'sales, turn 0 (say, respond) was met in 1 of 1, before in 0 of 1.']],
  ],
  ['an expectation that was not measured', met(true), met(), []],
  [
    'a threshold that is missed',
    filled(threshold('pass')),
    filled(threshold('fail')),
    [['regression', 'The threshold p50(responseMs) < 9 was pass and is fail.']],
  ],
  [
    'a threshold that cannot be measured any more',
    filled(threshold('pass')),
    filled(threshold('not-measured')),
    [['regression', 'The threshold p50(responseMs) < 9 was pass and is not measured.']],
  ],
  [
    'a threshold that failed in another way',
    filled(threshold('fail')),
    filled(threshold('not-measured')),
    [['not-judged', 'The threshold p50(responseMs) < 9 was fail and is not measured.']],
  ],
  [
    'a new error',
    withCalls({}),
    withCalls({findings: [chunkFinding]}),
    [['regression', `New error C7 chunk-not-multiple-of-320: ${chunkFinding.summary}`]],
  ],
  [
    'a new warning, which may come and go',
    withCalls({}),
    withCalls({findings: [unknownEventFinding]}),
    [['not-judged', `New warning C2 unknown-event: ${unknownEventFinding.summary}`]],
  ],
  [
    'an error that is gone',
    withCalls({findings: [chunkFinding]}),
    withCalls({}),
    [['improvement', 'The error C7 chunk-not-multiple-of-320 is gone.']],
  ],
  [
    'another cause',
    diagnosed('never-clears'),
    diagnosed('mark-loop'),
    [
      ['regression', 'New cause mark-loop: S.'],
      ['improvement', 'The cause never-clears is gone.'],
    ],
  ],
  [
    'a rule that is broken',
    filled(rule('pass')),
    filled(rule('fail')),
    [['regression', 'C23 two-sockets was pass and is fail.']],
  ],
  [
    'a rule that only warns now',
    filled(rule('fail')),
    filled(rule('warn')),
    [['not-judged', 'C23 two-sockets was fail and is warn.']],
  ],
] as const)('%s is told', ([, old, next, found]) => {
  expect(changes(old, next)).toEqual(found)
})

test('of many calls as many may be lost as the tolerance says', () => {
  const of = (lost: number) =>
    withCalls(
      ...Array.from({length: 20}, (_, at) => ({
        outcome: at < lost ? ('failed' as const) : ('completed' as const),
      })),
    )

  expect(compareReports(of(0), of(2)).verdict).toBe('no-regression')
  expect(compareReports(of(0), of(3)).verdict).toBe('regression')
})

test.for([
  [
    'a void rig',
    aReport({rig: {...good.rig, verdict: 'void', reason: 'a stall of 212 ms'}}),
    'a stall of 212 ms',
  ],
  ['an interruption', aReport({interrupted: true}), 'was interrupted'],
  ['no calls', aReport({calls: []}), 'has no calls'],
] as const)('a run with %s is not compared, on either side', ([, report, reason]) => {
  const asNew = compareReports(good, report)
  const asOld = compareReports(report, good)

  expect([asNew.verdict, asOld.verdict]).toEqual(['not-compared', 'not-compared'])
  expect(asNew.reason).toMatch(new RegExp(`new run.*${reason}|${reason}`))
  expect([asNew.metrics, asOld.metrics]).toEqual([[], []])
})

const source = {name: 'sales', sha256: 'a'.repeat(64), audioSha256: 'b'.repeat(64)}

test.for([
  ['scenarios', {scenarios: ['emi']}, 'scenarios (sales, then emi)'],
  [
    'a changed file',
    {sources: [{...source, sha256: 'c'.repeat(64)}]},
    'the steps of sales (aaaaaaaaaaaa, then cccccccccccc)',
  ],
  [
    'changed audio',
    {sources: [{...source, audioSha256: 'c'.repeat(64)}]},
    'the audio of sales (bbbbbbbbbbbb, then cccccccccccc)',
  ],
  ['other words', {say: ['a.wav']}, 'files said (none, then a.wav)'],
  ['repeats', {repeat: 5}, 'repeat (1, then 5)'],
  ['virtual time', {clock: 'virtual'}, 'clock (real, then virtual)'],
  ['a profile', {profile: '16k'}, 'profile (exotel, then 16k)'],
  ['a rate', {sampleRateHz: 16_000}, 'sample rate (8000 Hz, then 16000 Hz)'],
  ['frames', {frameMs: 100}, 'frames (20 ms, then 100 ms)'],
  ['clear', {clear: 'message'}, 'clear (packet, then message)'],
  ['marks', {marksOnClear: 'echo'}, 'marks on clear (drop, then echo)'],
  [
    'the VAD',
    {vad: {thresholdDbfs: -40, startMs: 20, stopMs: 200}},
    'speech detection (-55 dBFS, 20 ms, 200 ms, then -40 dBFS, 20 ms, 200 ms)',
  ],
] as const)(
  '%s of another kind make another experiment, and what differs is named',
  ([, fields, told]) => {
    const plan = {...good.plan, sources: [source]}

    expect(() => compareReports({...good, plan}, {...good, plan: {...plan, ...fields}})).toThrow(
      expect.objectContaining({
        code: 'EXO_REPORTS_DIFFER',
        message: `The reports are of different experiments. What differs: ${told}.`,
      }) as Error,
    )
  },
)

test('another bot, another seed and another order of scenarios are the same experiment', () => {
  const plan = {...good.plan, scenarios: ['b', 'a'], template: 'emi', headers: ['Authorization']}
  const other = aReport({plan, seed: 7, target: {kind: 'bot', bot: 'mine'}})

  const {verdict} = compareReports(aReport({plan: {...good.plan, scenarios: ['a', 'b']}}), other)

  expect(verdict).toBe('no-regression')
})

const worse = aReport({
  verdict: 'fail',
  calls: [failingCall],
  thresholds: [{expression: 'max(greetingMs) < 2000', value: 3120, status: 'fail'}],
})

test.for([
  ['compare-regression', good, worse],
  ['compare-improvement', worse, good],
  ['compare-same', good, good],
  [
    'compare-void',
    good,
    aReport({rig: {...good.rig, verdict: 'void', reason: 'a stall of 212 ms'}}),
  ],
] as const)('%s reads as agreed', async ([name, old, next]) => {
  const text = renderComparison(compareReports(old, next), look)

  await expect(text).toMatchFileSnapshot(`../../../../fixtures/golden/${name}.txt`)
})

test('nothing from a report reaches the terminal with its control characters', () => {
  const hostile = '\u001b]0;owned\u0007'
  const call = {
    ...salesCall,
    scenario: hostile,
    findings: [{...chunkFinding, summary: hostile}],
    diagnosis: {cause: hostile, summary: hostile, fix: '', evidence: []},
  }
  const next = aReport({calls: [call], target: {kind: 'url', url: hostile}, startedAt: hostile})

  const text = renderComparison(compareReports(good, next), look)

  expect(text).not.toMatch(/[^\P{Cc}\n]/u)
})
