import {searched} from '../report/knee-outcome.js'
import type {KneeReport, LevelReport} from '../report/load-report.js'
import type {CallReport, RigReport} from '../report/report.js'
import type {SendLateness} from '../report/send-lateness.js'
import {hasMeasuredTime} from '../report/summary.js'
import {adviceFor, lateTurns, rigFigures, type RigVerdict, verdictOf, type Watched} from './rig.js'
import {UPPER_BOUND_MS, VOID_MS} from './rig-limits.js'

/** With less of the calls in measured turns, in hundredths, these say nothing of the others. */
const LEAST_MEASURED_PERCENT = 1

type WatchedLoad = {
  /** Absent in virtual time. */
  readonly watched?: Watched | undefined
  readonly knee?: KneeReport | undefined
}

/**
 * The same of a load run, by the turns in which a time was measured; where hardly any was, as of callers
 * who only listen, by how late its frames were. A search is judged by the steps that decide.
 */
export function judgeLoadRig(
  calls: readonly CallReport[],
  lateness: SendLateness,
  {watched = {lagP99Ms: 0}, knee}: WatchedLoad,
): RigReport {
  const verdict = knee ? ofSearch(calls, knee, watched) : ofRun(calls, lateness, watched)
  return {...verdict, ...rigFigures(lateness, watched)}
}

function ofRun(calls: readonly CallReport[], lateness: SendLateness, watched: Watched): RigVerdict {
  const verdict = verdictOf(lateTurns(measuredIn(calls)), watched)
  if (verdict.verdict === 'void' || !isHardlyMeasured(calls)) return verdict
  const p99Ms = lateness.percentile(99)
  if (p99Ms <= UPPER_BOUND_MS) return verdict
  const reason = `hardly a turn measured a time, and the frames of all calls were sent up to ${String(p99Ms)} ms late at p99${adviceFor(watched)}`
  return {verdict: p99Ms > VOID_MS ? 'void' : 'upper-bound', reason}
}

/**
 * Each step was judged for itself, its CPU with it: one that counts was not void, and so the whole is
 * not; only where none is left was this machine the limit.
 */
function ofSearch(
  calls: readonly CallReport[],
  {levels}: KneeReport,
  {failure, lagP99Ms, cores}: Watched,
): RigVerdict {
  const watched: Watched = {
    lagP99Ms,
    ...(cores === undefined ? {} : {cores}),
    ...(failure === undefined ? {} : {failure}),
  }
  const counting = new Set(searched(levels).filter(({verdict}) => verdict !== 'void'))
  if (failure === undefined && counting.size === 0 && levels.length > 0) {
    return {verdict: 'void', reason: `no step could be judged${reasonIn(levels)}`}
  }
  const counted = calls.filter(({level}) => {
    const of = level === undefined ? undefined : levels[level]
    return of !== undefined && counting.has(of)
  })
  const judged = verdictOf(lateTurns(measuredIn(counted)), watched)
  return judged.verdict === 'void' && failure === undefined
    ? {...judged, verdict: 'upper-bound'}
    : judged
}

function reasonIn(levels: readonly LevelReport[]): string {
  const reason = levels.find(({verdict}) => verdict === 'void')?.reason
  return reason === undefined ? '' : `: ${reason.replace(/\.$/, '')}`
}

function measuredIn(calls: readonly CallReport[]) {
  return calls.flatMap(({turns}) => turns).filter(hasMeasuredTime)
}

function isHardlyMeasured(calls: readonly CallReport[]): boolean {
  const allMs = calls.reduce((sum, {durationMs}) => sum + durationMs, 0)
  const measuredMs = measuredIn(calls).reduce(
    (sum, {startMs, endMs}) => sum + Math.max(0, endMs - startMs),
    0,
  )
  return 100 * measuredMs < LEAST_MEASURED_PERCENT * allMs
}
