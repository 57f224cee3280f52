import fc from 'fast-check'
import {expect, test} from 'vitest'

import type {RunReport} from '../../../src/report/report.js'
import {mergeRuns} from '../../../src/simulate/merge-runs.js'
import {aLoad, aLoadCall, latenessOf, refused, shardsOf} from '../report/load-reports.js'
import {aReport, salesCall} from '../report/reports.js'

/** As they are read again: what is absent there is absent here. */
const merge = (reports: readonly RunReport[]): RunReport =>
  mergeRuns(reports.map((report, at) => ({name: String(at), report}))).report

const calls = fc
  .array(fc.boolean(), {minLength: 4, maxLength: 40})
  .map((fails) => fails.map((fail, index) => (fail ? refused(index) : aLoadCall(index))))

/** What takes more CPU than it may is void in its own report, too. */
const isBusy = (frames: number, at: number) => frames / 500 > 0.7 * (1 + (at % 3))

const shards = fc
  .tuple(calls, fc.array(fc.nat({max: 500}), {minLength: 5, maxLength: 5}))
  .map(([made, frames]) =>
    shardsOf(aLoad({calls: made}, {worst: made.slice(0, 7).map(({callSid}) => callSid)}), 5).map(
      (report, at): RunReport => ({
        ...report,
        startedAt: new Date(1_000_000 + (frames[at] ?? 0) * 10).toISOString(),
        rig: {
          ...report.rig,
          ...(isBusy(frames[at] ?? 0, at)
            ? {verdict: 'void' as const, reason: `busy ${String(at)}`}
            : {}),
          rigCpu: (frames[at] ?? 0) / 500,
          cores: 1 + (at % 3),
          sendLateness: latenessOf(frames[at] ?? 0).counts(),
        },
        ...(report.load && {
          load: {
            ...report.load,
            bot: {pid: at, cpu: frames[at] ?? 0},
            calibration: {
              outcome: 'completed' as const,
              durationMs: 9,
              responseMs: frames[at] ?? 0,
              sendLatenessP99Ms: at,
            },
          },
        }),
      }),
    ),
  )

const jobs = fc.uniqueArray(fc.nat({max: 50}), {minLength: 3, maxLength: 5}).map((seeds) =>
  seeds.map((seed) =>
    aReport({
      seed,
      startedAt: new Date(1_000_000 + (seed % 7)).toISOString(),
      calls: [{...salesCall, callSid: `call-of-${String(seed)}`}],
      rig: {
        verdict: 'reliable',
        sendLatenessMs: {p50: 0, p99: 0, max: 0},
        sendLateness: latenessOf(seed).counts(),
        eventLoopLagMs: {p99: seed},
      },
    }),
  ),
)

test.for([
  ['shards of a load', shards],
  ['runs of their own', jobs],
] as const)('%s come to the same in whatever order and groups they are merged', ([, parts]) => {
  fc.assert(
    fc.property(
      parts.chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray([...all], {minLength: all.length}),
          fc.integer({min: 1, max: all.length - 1}),
        ),
      ),
      ([all, shuffled, at]) => {
        const whole = merge(all)

        expect(merge(shuffled)).toEqual(whole)
        expect(merge([merge(shuffled.slice(0, at)), merge(shuffled.slice(at))])).toEqual(whole)
      },
    ),
    {numRuns: 30},
  )
})
