import type {CheckResult, CheckStatus, Hop} from './check.js'
import type {CheckRun, EndedCheck} from './run-checks.js'
import {
  isNothingChecked,
  isPassed,
  isUnfinished,
  nextStepOf,
  summaryOf,
  type Verdict,
  verdictOf,
} from './verdict.js'

/** Schema v1: it grows only by optional fields. */
export type DoctorReport = {
  readonly schemaVersion: 1
  /** Safe to print. */
  readonly target: string
  readonly verdict: Verdict
  /** The check whose failure explains the others. */
  readonly rootCause?: string
  /** One sentence: what is wrong, or that nothing is. */
  readonly summary: string
  readonly fix?: string
  /** What Exotel itself would show. */
  readonly exotelError?: string
  /** Ctrl-C came before the last check was over. */
  readonly interrupted?: true
  /** The time for all of them came before the last check was over, or the call had no end. */
  readonly unfinished?: true
  readonly checks: readonly CheckReport[]
}

/** A report, and what the exit code needs beside it. */
export type Examined = {
  readonly report: DoctorReport
  /** Neither the way to the bot nor this machine's place in the network could be looked at. */
  readonly isNothingChecked: boolean
  /** All was checked, and nothing failed. */
  readonly isPassed: boolean
}

export type CheckReport = {
  readonly id: string
  readonly status: CheckStatus
  readonly summary: string
  readonly detail?: string
  readonly fix?: string
  readonly exotelError?: string
  readonly durationMs: number
}

export function examined(run: CheckRun): Examined {
  return {
    report: makeDoctorReport(run),
    isNothingChecked: isNothingChecked(run),
    isPassed: isPassed(run),
  }
}

export function makeDoctorReport(run: CheckRun): DoctorReport {
  const checks = run.checks.map((ended) => checkReport(ended, run))
  const root = checks.find(({status}) => status === 'fail')
  const {exotelError} = root ?? {}
  const fix = root ? root.fix : nextStepOf(run)
  return {
    schemaVersion: 1,
    target: targetShown(run),
    verdict: verdictOf(run),
    ...(root ? {rootCause: root.id} : {}),
    summary: summaryOf(run),
    ...(fix === undefined ? {} : {fix}),
    ...(exotelError === undefined ? {} : {exotelError}),
    ...(run.isInterrupted ? {interrupted: true as const} : {}),
    ...(isUnfinished(run) ? {unfinished: true as const} : {}),
    checks,
  }
}

function checkReport({id, role, result, durationMs}: EndedCheck, run: CheckRun): CheckReport {
  const {status, summary, detail} = result
  const hop: Hop = run.hops.get(role) ?? {role}
  const told =
    result.status === 'warn' || result.status === 'fail' ? toldOf(result, {hop, run}) : {}
  return {id, status, summary, ...(detail === undefined ? {} : {detail}), ...told, durationMs}
}

type Wrong = Extract<CheckResult, {readonly status: 'warn' | 'fail'}>

function toldOf(
  {fix, exotelError}: Wrong,
  {hop, run: {known, target}}: {readonly hop: Hop; readonly run: CheckRun},
): Pick<CheckReport, 'fix' | 'exotelError'> {
  const words = (typeof fix === 'string' ? fix : fix({known, hop, target})).trimEnd()
  return {
    ...(words === '' ? {} : {fix: words}),
    ...(exotelError === undefined ? {} : {exotelError}),
  }
}

/** What was asked about, as it may be shown. */
function targetShown({target, hops}: CheckRun): string {
  const given = (['dynamic', 'stream', 'passthru'] as const).find(
    (role) => target[role] !== undefined,
  )
  if (given === undefined) return 'this machine'
  return hops.get(given)?.shown ?? 'a URL that cannot be read'
}
