import {mergeReports} from '../report/merge/merge.js'
import type {NamedReport} from '../report/merge/mergeable.js'
import type {RunReport} from '../report/report.js'
import {SendLateness} from '../report/send-lateness.js'
import {byWorst, MOST_WORST} from './load/worst.js'
import {judgeRig} from './rig.js'
import {makeRunReport} from './run-report.js'

export type MergedRun = {
  readonly report: RunReport
  /** What is to be told beside it, one sentence each. */
  readonly notes: readonly string[]
}

/**
 * The report of several that were made of one plan: judged anew, over all their calls.
 * @throws ExostreamError EXO_REPORTS_NOT_MERGED
 */
export function mergeRuns(parts: readonly NamedReport[]): MergedRun {
  const {calls, notes, missing, watched, ...facts} = mergeReports(parts, {
    order: byWorst,
    most: MOST_WORST,
  })
  const isVirtual = facts.run.plan.clock === 'virtual'
  const failure = failureOf(parts)
  const report = makeRunReport(calls, {
    ...facts,
    watched: isVirtual ? undefined : {...watched, ...(failure === undefined ? {} : {failure})},
  })
  // What a shard that is not there would have shown, nobody knows.
  return {report: missing.length === 0 ? report : {...report, verdict: 'fail'}, notes}
}

/**
 * A part that is void, though neither its turns nor its CPU make it so, was ended by something else, and
 * makes the whole so.
 */
function failureOf(parts: readonly NamedReport[]): string | undefined {
  const [failure] = parts
    .flatMap(({report: {rig, calls}}) => {
      const {verdict, reason, sendLateness, rigCpu, cores, eventLoopLagMs} = rig
      if (verdict !== 'void' || reason === undefined || !sendLateness) return []
      const judged = judgeRig(calls, SendLateness.from(sendLateness), {
        lagP99Ms: eventLoopLagMs.p99,
        ...(rigCpu === undefined ? {} : {cpu: rigCpu}),
        ...(cores === undefined ? {} : {cores}),
      })
      return judged.verdict === 'void' ? [] : [reason]
    })
    .toSorted()
  return failure
}
