import type {Paint} from './text/look.js'
import {printable} from './text/plain.js'
import type {FlowWalk} from './flow-walk.js'
import type {CallReport, RuleResult, RunReport} from './report.js'
import {turnResult} from './text/turn-table.js'
import {counted} from './text/units.js'

/** `not-measured` when nothing failed, but an expectation hangs on a time the rig could not measure. */
export function callVerdict(call: CallReport): 'pass' | 'fail' | 'not-measured' {
  const results = call.turns.map(turnResult)
  const hasError = call.findings.some((finding) => finding.severity === 'error')
  if (call.outcome !== 'completed' || hasError || results.includes('fail')) return 'fail'
  return results.includes('not measured') ? 'not-measured' : 'pass'
}

/** The last line of a report, in one piece for grep: the verdict, what it counts, the first cause. */
export function verdictLine(report: RunReport, paint: Paint): string {
  const isPass = report.verdict === 'pass'
  const reasons = reasonsOf(report).join(', ')
  const cause = isPass ? undefined : firstCause(report)
  const diagnosed = report.diagnosis ?? report.calls.find(({diagnosis}) => diagnosis)?.diagnosis
  const named =
    diagnosed && !report.conformance
      ? `most likely cause: ${printable(diagnosed.cause)}`
      : `first cause: ${cause ?? ''}`
  const parts = [reasons, cause === undefined ? '' : named].filter((part) => part !== '')
  const word = isPass ? paint.good('pass') : paint.bad('fail')
  return paint.bold(word) + (parts.length === 0 ? '' : `: ${parts.join('; ')}`)
}

function reasonsOf(report: RunReport): readonly string[] {
  if (report.conformance) return rulesOf(report.conformance, report)
  return report.verdict === 'pass' ? merits(report) : faults(report)
}

function rulesOf(
  rules: readonly RuleResult[],
  {interrupted, verdict, rig}: RunReport,
): readonly string[] {
  const count = (status: RuleResult['status']) =>
    rules.filter((rule) => rule.status === status).length
  const isSilent = verdict === 'fail' && !interrupted && count('fail') === 0
  return [
    interrupted ? 'interrupted' : '',
    isSilent ? 'the bot answered no call' : '',
    some(count('fail'), 'rule broken', 'rules broken'),
    some(count('warn'), 'warning'),
    some(count('pass'), 'rule kept', 'rules kept'),
    some(count('not-tried'), 'rule not tried', 'rules not tried'),
    rig.verdict === 'void' ? 'this machine was too late to judge times' : '',
  ].filter((part) => part !== '')
}

function merits(report: RunReport): readonly string[] {
  const met = turnsWith(report, 'pass')
  const warnings = report.summary.findings.filter(
    (finding) => finding.severity === 'warning',
  ).length
  return [
    some(met, 'expectation met', 'expectations met'),
    some(passedThresholds(report), 'threshold held', 'thresholds held'),
    some(warnings, 'warning'),
  ].filter((part) => part !== '')
}

function faults(report: RunReport): readonly string[] {
  const {calls, summary, thresholds} = report
  const errors = summary.findings.filter((finding) => finding.severity === 'error').length
  const unmeasured = turnsWith(report, 'not measured')
  const statuses = thresholds.map(({status}) => status)
  const missed = statuses.filter((status) => status === 'fail').length
  const unjudged = statuses.filter((status) => status === 'not-measured').length
  return [
    report.interrupted ? 'interrupted' : '',
    some(calls.filter((call) => call.outcome === 'failed').length, 'call failed', 'calls failed'),
    some(failedWalks(report).length, 'walk of the flow failed', 'walks of the flow failed'),
    some(summary.dropped, 'call not started in time', 'calls not started in time'),
    some(turnsWith(report, 'fail'), 'expectation not met', 'expectations not met'),
    some(unmeasured, 'expectation not measured', 'expectations not measured'),
    some(errors, 'error finding'),
    some(missed, 'threshold not held', 'thresholds not held'),
    some(unjudged, 'threshold not measured', 'thresholds not measured'),
  ].filter((part) => part !== '')
}

/** In the order in which a person would look: the call itself, its turns, the protocol, the thresholds. */
function firstCause(report: RunReport): string | undefined {
  const {calls, summary, thresholds, conformance} = report
  if (conformance) {
    const broken = conformance.find(({status}) => status === 'fail')
    return broken && printable(`${broken.ref} ${broken.rule}`)
  }
  const failed = [...calls, ...failedWalks(report)].find((one) => one.failure !== undefined)
  const failure = failed?.failure
  if (failure) return printable(`${failure.code}, ${failure.message.replace(/\.$/, '')}`)
  const turns = calls.flatMap((call) => call.turns)
  const turn =
    turns.find((one) => turnResult(one) === 'fail') ??
    turns.find((one) => turnResult(one) === 'not measured')
  if (turn) return printable(`turn ${String(turn.index)} (${turn.label})`)
  const error = summary.findings.find((finding) => finding.severity === 'error')
  if (error) return printable(`${error.ref} ${error.rule}`)
  return thresholds.find((threshold) => threshold.status !== 'pass')?.expression
}

function failedWalks({flows = []}: RunReport): readonly FlowWalk[] {
  return flows.filter(({outcome}) => outcome === 'failed')
}

function turnsWith(report: RunReport, result: ReturnType<typeof turnResult>): number {
  return report.calls.flatMap((call) => call.turns).filter((turn) => turnResult(turn) === result)
    .length
}

function passedThresholds(report: RunReport): number {
  return report.thresholds.filter((threshold) => threshold.status === 'pass').length
}

function some(count: number, one: string, many?: string): string {
  return count === 0 ? '' : counted(count, one, many)
}
