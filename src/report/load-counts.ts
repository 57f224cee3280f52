import type {LoadReport} from './load-report.js'
import type {CallReport} from './report.js'

/** Frames of a call at real pace are late by so much at most, at p99. */
export const AT_PACE_MS = 10

/** Of the calls of a load run: only one that was opened has sent frames. */
export function countsOf(calls: readonly CallReport[]): Pick<LoadReport, 'opened' | 'atPace'> {
  const p99s = calls.flatMap(({sendLatenessP99Ms}) => sendLatenessP99Ms ?? [])
  return {atPace: p99s.filter((lateMs) => lateMs <= AT_PACE_MS).length, opened: p99s.length}
}
