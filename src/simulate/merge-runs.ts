import {mergeReports} from '../report/merge/merge.js'
import type {NamedReport} from '../report/merge/mergeable.js'
import type {RunReport, VoidPart} from '../report/report.js'
import {MOST_CALLS} from './load/plan/load-plan.js'
import {byWorst, MOST_WORST} from './load/worst/worst.js'
import {makeRunReport} from './run-report.js'

export {MOST_CALLS} from './load/plan/load-plan.js'

export type MergedRun = {
  readonly report: RunReport
  /** What is to be told beside it, one sentence each. */
  readonly notes: readonly string[]
}

/**
 * The report of several that were made of one plan: judged anew, over all their calls. Where a part was
 * void by itself, so is the whole: among the calls of the others its lateness would be lost.
 * @throws ExostreamError EXO_REPORTS_NOT_MERGED
 */
export function mergeRuns(parts: readonly NamedReport[]): MergedRun {
  const {calls, notes, watched, voidParts, ...facts} = mergeReports(parts, {
    order: byWorst,
    most: MOST_WORST,
    mostCalls: MOST_CALLS,
  })
  const failure = failureOf(voidParts)
  const report = makeRunReport(calls, {
    ...facts,
    watched: {...watched, ...(failure === undefined ? {} : {failure})},
  })
  if (failure === undefined) return {report, notes}
  return {report: {...report, rig: {...report.rig, voidParts}}, notes}
}

function failureOf(voidParts: readonly VoidPart[]): string | undefined {
  const [first, ...others] = voidParts
  if (!first) return undefined
  const more =
    others.length === 0 ? '' : `; so ${others.length === 1 ? 'was' : 'were'} ${listed(others)}`
  return `${first.part} was void by itself: ${first.reason.replace(/\.$/, '')}${more}`
}

function listed(parts: readonly VoidPart[]): string {
  return parts.map(({part}) => part).join(', ')
}
