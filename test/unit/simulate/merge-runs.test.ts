import {expect, test} from 'vitest'

import type {RunReport} from '../../../src/report/report.js'
import {mergeRuns} from '../../../src/simulate/merge-runs.js'
import {
  aLoad,
  aLoadCall,
  callsOf,
  dropped,
  kneeExact,
  latenessOf,
  passingLoad,
  shardsOf,
} from '../report/load-reports.js'
import {aReport, good, salesCall} from '../report/reports.js'

const named = (...reports: readonly RunReport[]) =>
  reports.map((report, at) => ({name: `${'abcdefgh'[at] ?? 'z'}.json`, report}))

const merged = (...reports: readonly RunReport[]) => mergeRuns(named(...reports)).report

const counted = (report: RunReport, frames: number): RunReport => ({
  ...report,
  rig: {...report.rig, sendLateness: latenessOf(frames).counts()},
})

/** A simulate run of its own, as a job of a CI matrix makes it. */
const job = (seed: number, fields: Partial<RunReport> = {}) =>
  counted(
    aReport({
      seed,
      startedAt: `2026-11-21T09:00:0${String(seed)}.000Z`,
      calls: [{...salesCall, callSid: `call-of-${String(seed)}`}],
      ...fields,
    }),
    100,
  )

test('four shards come to the report of the whole run, but for what only a machine has', () => {
  const report = merged(...shardsOf(passingLoad))

  expect(report.calls).toEqual(passingLoad.calls)
  expect(report.summary).toEqual(passingLoad.summary)
  expect(report.thresholds).toEqual(
    expect.arrayContaining([
      {expression: 'p95(responseMs) < 2000', value: expect.any(Number) as number, status: 'pass'},
      {
        expression: 'max(greetingMs) < 1000',
        scenario: 'sales',
        value: expect.any(Number) as number,
        status: 'pass',
      },
    ]),
  )
  expect(report.verdict).toBe('pass')
})

test('counts are added, the shards listed, and the time is from the first dial to the end of the last call', () => {
  const {load} = merged(...shardsOf(passingLoad))

  expect(load).toMatchObject({
    planned: 300,
    opened: 300,
    atPace: 300,
    peak: 300,
    workers: 8,
    shards: [1, 2, 3, 4].map((part) => ({part, of: 4})),
    durationMs: 18_997,
    bot: {pid: 4711, cpu: 1.31},
    worst: passingLoad.load?.worst,
  })
})

test('the frames of all shards are counted together, and the busiest machine is the one that is shown', () => {
  const [one, two, ...others] = shardsOf(passingLoad)
  if (!one || !two) throw new Error('there are no shards')
  const busy = {...counted(one, 3000), rig: {...counted(one, 3000).rig, rigCpu: 1.1, cores: 4}}
  const small = {...two, rig: {...two.rig, rigCpu: 0.6, cores: 1}}

  const {rig} = merged(busy, small, ...others)

  expect(rig.rigCpu).toBe(0.6)
  expect(rig.sendLateness).toEqual(latenessOf(33_000).counts())
})

test('three of four shards are told, and are never a pass', () => {
  const {report, notes} = mergeRuns(named(...shardsOf(passingLoad).slice(0, 3)))

  expect(notes).toEqual([
    '3 of 4 shards: 4 is missing, and what they would have shown is not known: the verdict is not a pass.',
  ])
  expect(report.verdict).toBe('fail')
  expect(report.interrupted).toBe(false)
})

test('a part that was ended by a failure of its machine makes the whole void, however it is grouped', () => {
  const [one, two, ...others] = shardsOf(passingLoad)
  if (!one || !two) throw new Error('there are no shards')
  const reason = 'a thread of this process ended: out of memory'
  const ended: RunReport = {...two, rig: {...two.rig, verdict: 'void', reason}}

  const whole = merged(one, ended, ...others)

  expect(whole).toMatchObject({
    verdict: 'fail',
    rig: {verdict: 'void', reason: `shard 2 of 4 was void by itself: ${reason}`},
  })
  expect(merged(merged(one, ended), merged(...others))).toEqual(whole)
})

test('jobs with a seed each are one run of that many calls', () => {
  const {report, notes} = mergeRuns(named(job(2), job(1), job(3)))

  expect(report).toMatchObject({seed: 1, verdict: 'pass', plan: {repeat: 3}})
  expect(report.calls.map(({callSid}) => callSid)).toEqual(['call-of-1', 'call-of-2', 'call-of-3'])
  expect(notes).toEqual(['The runs had a seed each; the report names that of the first.'])
})

test('a job that was interrupted, or whose call failed, fails the whole', () => {
  expect(merged(job(1), job(2, {interrupted: true}))).toMatchObject({
    interrupted: true,
    verdict: 'fail',
  })
  const failed = {...salesCall, callSid: 'x', outcome: 'failed' as const}
  expect(merged(job(1), job(2, {calls: [failed]})).verdict).toBe('fail')
})

const [first, second] = shardsOf(passingLoad)
if (!first || !second) throw new Error('there are no shards')

test.for<readonly [string, readonly RunReport[], string]>([
  [
    'another seed of the same load',
    [
      {...first, seed: 4_200_000_042},
      {...second, seed: 4_200_000_007},
    ],
    'a.json and b.json are of different plans: the seed is 4200000042 in the one and 4200000007 in the other. Machines that share one plan are given the same --seed, and each its --shard; two runs of their own are no parts of one.',
  ],
  [
    'another version',
    [first, {...second, tool: {name: 'exostream', version: '9.9.9'}}],
    'a.json and b.json are of different plans: the version of exostream is 0.1.0 in the one and 9.9.9 in the other.',
  ],
  [
    'another kind of target',
    [first, {...second, target: {kind: 'serve', url: 'ws://127.0.0.1/'}}],
    'a.json and b.json are of different plans: the kind of target is url in the one and serve in the other.',
  ],
  [
    'another profile',
    [first, {...second, plan: {...second.plan, profile: '16k'}}],
    'a.json and b.json are of different plans: profile is exotel in the one and 16k in the other.',
  ],
  [
    'other arrivals',
    [first, aLoad(second, {...second.load, arrivals: {model: 'rate', ratePerS: 5, rampMs: 0}})],
    'a.json and b.json are of different plans: arrivals is 300 calls at once, reached over 6.0 s in the one and 5 calls a second in the other.',
  ],
  [
    'other thresholds',
    [first, {...second, thresholds: [{expression: 'p95(responseMs) < 900', status: 'pass'}]}],
    'a.json and b.json are of different plans: the list of thresholds is p95(responseMs) < 2000 in the one and p95(responseMs) < 900 in the other.',
  ],
  [
    'a shard twice',
    [first, {...first, calls: []}],
    'Shard 1 is in a.json and b.json, and would be counted twice.',
  ],
  [
    'shards that were cut otherwise',
    [first, aLoad(second, {...second.load, shards: [{part: 2, of: 3}]})],
    'a.json is of 4 shards and b.json is of 3 shards: they are not cut the same way.',
  ],
  [
    'a whole run beside a shard',
    [first, aLoad({calls: []})],
    'a.json is of 4 shards and b.json is a whole run: they are not cut the same way.',
  ],
  [
    'a CallSid twice',
    [job(1), job(2, {calls: [{...salesCall, callSid: 'call-of-1'}]})],
    'The call call-of-1 is in a.json and in b.json, and would be counted twice.',
  ],
  [
    'a place in the plan twice',
    [first, {...second, calls: [aLoadCall(0, {callSid: 'other'})]}],
    'The call with the index 0 is in a.json and in b.json, and would be counted twice.',
  ],
  [
    'a conformance run',
    [job(1), job(2, {conformance: []})],
    'b.json is a run of the conformance rules, which one run judges.',
  ],
  [
    'a flow',
    [job(1, {flows: []})],
    'a.json is the walk of a flow, and only plain calls are merged.',
  ],
  [
    'a search for the knee',
    [kneeExact],
    'a.json is a search for the knee, which one machine makes alone.',
  ],
  [
    'a report without its frames',
    [job(1), good],
    'b.json does not say how late each frame was sent; make its report again.',
  ],
  ['the same report by two names', [first, first], 'a.json and b.json hold the same report.'],
  [
    'a report whose counts are not those of its calls',
    [first, second.load ? {...second, load: {...second.load, atPace: 99}} : second],
    'b.json is not whole: it says atPace 99, and its calls come to 75.',
  ],
  ['nothing', [], 'There is no report to merge.'],
])('%s is refused in one sentence', ([, reports, message]) => {
  const merging = () => mergeRuns(named(...reports))

  expect(merging).toThrow(
    expect.objectContaining({message, code: 'EXO_REPORTS_NOT_MERGED'}) as Error,
  )
})

test('calls that were dropped have no CallSid, and are each counted', () => {
  const parts = shardsOf(
    aLoad({calls: callsOf(8).map((call, at) => (at > 3 ? dropped(at) : call))}),
    2,
  )

  const {summary, verdict} = merged(...parts)

  expect(summary).toMatchObject({calls: 8, dropped: 4})
  expect(verdict).toBe('fail')
})

test('a machine that was late stays told among three that were not', () => {
  const parts = shardsOf(passingLoad).map((report, at): RunReport =>
    at === 1
      ? {...report, rig: {...report.rig, verdict: 'void', reason: 'its turns were late'}}
      : report,
  )

  const {report, notes} = mergeRuns(named(...parts))

  expect(report.rig).toMatchObject({
    verdict: 'void',
    voidParts: [{part: 'shard 2 of 4', reason: 'its turns were late'}],
  })
  expect(notes).toEqual(['b.json is void, and makes the whole so: its turns were late.'])
})

test('one part alone says which are missing, and is no pass', () => {
  const [one] = shardsOf(passingLoad)
  if (!one) throw new Error('there are no shards')

  expect(merged(one)).toMatchObject({verdict: 'fail', load: {missing: [2, 3, 4]}})
})

test('the same file is not taken twice', () => {
  const part = {name: 'a.json', report: job(1)}

  expect(() => mergeRuns([part, part])).toThrow('a.json is given twice.')
})
