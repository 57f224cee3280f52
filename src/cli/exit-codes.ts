import type {Examined} from '../doctor/doctor-report.js'
import type {ErrorKind} from '../errors.js'
import type {LoadReport} from '../report/load-report.js'
import type {RunReport} from '../report/report.js'
import {callVerdict} from '../report/verdict.js'

export const EXIT = {
  /** Done, and all is well. */
  ok: 0,
  /** Done, and the verdict is no. */
  verdict: 1,
  /** A command, flag, argument or file that cannot be understood. */
  usage: 2,
  /** The world was not as it had to be: a port in use, no call opened, nothing that could be measured. */
  environment: 3,
  /** A bug in exostream. */
  bug: 70,
  /** Interrupted; what there was to report was still reported. */
  interrupted: 130,
} as const

export const exitCodeOf: Readonly<Record<ErrorKind, number>> = {
  usage: EXIT.usage,
  environment: EXIT.environment,
}

/**
 * A verdict that hangs on what the rig could not measure is the environment's, not the bot's.
 * What was to be written, and was not, counts where all is well otherwise.
 */
export function exitCodeOfRun(report: RunReport, opened: boolean, isWritten = true): number {
  if (report.interrupted) return EXIT.interrupted
  if (report.verdict === 'pass') return isWritten ? EXIT.ok : EXIT.environment
  if (!opened) return hasFlowFailed(report) ? EXIT.verdict : EXIT.environment
  if (report.load) return exitCodeOfLoad(report, report.load)
  return hasFailed(report) ? EXIT.verdict : EXIT.environment
}

function hasFailed(report: RunReport): boolean {
  return (
    hasFailedCall(report) ||
    report.flows?.some(({outcome}) => outcome === 'failed') === true ||
    report.conformance !== undefined ||
    hasBrokenThreshold(report)
  )
}

function hasFailedCall({calls}: RunReport): boolean {
  return calls.some((call) => callVerdict(call) === 'fail')
}

function hasBrokenThreshold({thresholds}: RunReport): boolean {
  return thresholds.some(
    ({status, value}) => status === 'fail' || (status === 'not-measured' && value === undefined),
  )
}

/**
 * Where this machine was the limit, what failed says nothing of the bot; a search that found no knee, or
 * that found something left behind, does.
 */
function exitCodeOfLoad(report: RunReport, {knee}: LoadReport): number {
  if (knee) {
    const isOfBot = knee.leak?.verdict === 'leaks' || knee.broken?.fault === 'bot'
    return isOfBot ? EXIT.verdict : EXIT.environment
  }
  if (report.rig.verdict === 'void') return EXIT.environment
  return hasFailedCall(report) || hasBrokenThreshold(report) ? EXIT.verdict : EXIT.environment
}

/** Of the flow itself: a bot that could not be dialled fails its walk, too. */
function hasFlowFailed({flows = []}: RunReport): boolean {
  return flows.some(({failure}) => failure?.code.startsWith('EXO_FLOW_') === true)
}

/** Offline is never "broken": what could not be checked, or not to its end, is the environment's. */
export function exitCodeOfExamined(
  {report, isNothingChecked}: Examined,
  {isStrict = false}: {readonly isStrict?: boolean} = {},
): number {
  if (report.interrupted) return EXIT.interrupted
  const isWarned = report.checks.some(({status}) => status === 'warn')
  if (report.rootCause !== undefined || (isStrict && isWarned)) return EXIT.verdict
  return isNothingChecked || report.unfinished ? EXIT.environment : EXIT.ok
}
