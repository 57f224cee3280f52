import type {Examined} from '../doctor/doctor-report.js'
import type {ErrorKind} from '../errors.js'
import {hasLeak, kneeOutcome} from '../report/knee-outcome.js'
import type {LoadReport} from '../report/load-report.js'
import type {RunReport} from '../report/report.js'
import type {ThresholdResult} from '../report/threshold-result.js'
import {isOnShare, toleratesIn} from '../report/tolerates.js'
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
  return thresholds.some((one) => one.status === 'fail' || isNeverMeasured(one))
}

/** No call gave the value; with one, the verdict hangs on this machine. */
function isNeverMeasured({status, value}: ThresholdResult): boolean {
  return status === 'not-measured' && value === undefined
}

/**
 * Where this machine was the limit, what failed says nothing of the bot, and neither does a call that was
 * dropped or a shard that is missing. A search that found no knee through the bot, or something left
 * behind, does.
 */
function exitCodeOfLoad(report: RunReport, {knee, missing}: LoadReport): number {
  if (knee) {
    const isOfBot = hasLeak(knee) || kneeOutcome(knee) === 'bot'
    return isOfBot ? EXIT.verdict : EXIT.environment
  }
  if (report.rig.verdict === 'void') return EXIT.environment
  const isOfBot = hasFailedBeyond(report) || hasBrokenOfBot(report, missing !== undefined)
  return isOfBot ? EXIT.verdict : EXIT.environment
}

/** Calls that the bot failed, where no threshold says that so many may. */
function hasFailedBeyond({calls, thresholds}: RunReport): boolean {
  return (
    !toleratesIn(thresholds).failed &&
    calls.some((call) => call.outcome !== 'dropped' && callVerdict(call) === 'fail')
  )
}

/** What is dropped, this machine did not start; a value that no call gave may be in the part that is missing. */
function hasBrokenOfBot({thresholds}: RunReport, isPart: boolean): boolean {
  return thresholds.some((one) => {
    if (isOnShare('dropped', one)) return false
    return one.status === 'fail' || (!isPart && isNeverMeasured(one))
  })
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
