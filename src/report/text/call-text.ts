import type {Closing, Finding} from '../../protocol/events.js'
import {hang, wrap} from './cells.js'
import {dynamicUrlLine, passthruLine} from './http-answers.js'
import type {Look, Paint} from './look.js'
import {describeMetrics} from './measured.js'
import {printable} from './plain.js'
import {withoutControls} from '../../mask.js'
import type {Failure} from '../failure.js'
import type {CallReport} from '../report.js'
import {summarise} from '../summary.js'
import {drawTimeline} from './timeline.js'
import {drawTurnTable} from './turn-table.js'
import {counted, inSeconds} from './units.js'

const FINDING_INDENT = ' '.repeat(11)

/** A title and the lines under it; a section without lines is not shown. */
export type Section = {readonly title: string; readonly lines: readonly string[]}

/** One call: what happened, what was measured, what was found. */
export function describeCall(call: CallReport, look: Look): readonly Section[] {
  const {metrics, findings} = summarise([call])
  return [
    {title: 'Not completed', lines: call.failure ? describeFailure(call.failure, look) : []},
    {title: 'Timeline', lines: drawTimeline(call, look)},
    {title: 'Turns', lines: drawTurnTable(call.turns, look)},
    {title: 'As the caller heard it', lines: describeMetrics(metrics, look)},
    {title: 'Findings', lines: describeFindings(findings, look)},
  ]
}

/** How a call ended, and where to look further. */
export function describeEnding(call: CallReport, look: Look): Section {
  const lines = [
    ...describeAnswers(call, look),
    ...describeRetry(call.firstFailure, look),
    ...describeClosing(call.closing, look),
    ...describeArtifacts(call),
  ]
  return {title: 'Ending', lines}
}

/**
 * What the flow around the bot was answered: before the call by the dynamic URL, after it by Passthru.
 * What has failed the call is told already.
 */
function describeAnswers(call: CallReport, look: Look): readonly string[] {
  const {dynamicUrl, passthru = [], failure} = call
  const answers = [
    ...(dynamicUrl ? [{line: dynamicUrlLine(dynamicUrl), problem: dynamicUrl.problem}] : []),
    ...passthru.map((answer) => ({line: passthruLine(answer), problem: answer.problem})),
  ]
  return answers.flatMap(({line, problem}) => [
    `  ${line}`,
    ...(problem === undefined || problem === failure?.message
      ? []
      : hang('    ', printable(problem), look.width)),
  ])
}

/** A retry hides a failure that a caller on the phone has waited for. */
function describeRetry(firstFailure: Failure | undefined, look: Look): readonly string[] {
  if (!firstFailure) return []
  return hang('  ', `The first dial failed: ${printable(firstFailure.message)}`, look.width)
}

function describeFailure(failure: Failure, look: Look): readonly string[] {
  const exotel = failure.exotelError
  return [
    ...hang('  ', printable(failure.message), look.width),
    `  Code: ${printable(failure.code)}`,
    ...hang('  Try this: ', printable(failure.hint), look.width),
    ...(exotel === undefined ? [] : hang('  Exotel would show: ', printable(exotel), look.width)),
  ]
}

function describeClosing(closing: Closing | undefined, look: Look): readonly string[] {
  if (!closing) return []
  const ended = {
    caller: 'The caller hung up',
    bot: 'The bot closed the call',
    network: 'The connection broke',
  }[closing.by]
  const code = closing.code === undefined ? '' : `, close code ${String(closing.code)}`
  const reason = closing.reason ? `, reason "${printable(closing.reason)}"` : ''
  return wrap(`${ended}${code}${reason}.`, look.width - 2).map((line) => `  ${line}`)
}

/** Paths are not wrapped, so that they can be copied. */
function describeArtifacts({artifacts, callSid, streamSid}: CallReport): readonly string[] {
  const kept: readonly (readonly [string, string | undefined])[] = [
    ['CallSid', callSid],
    ['StreamSid', streamSid],
    ['recording', artifacts.recording],
    ['journal', artifacts.journal],
  ]
  return kept.flatMap(([name, value]) =>
    value ? [`  ${name.padEnd(11)}${withoutControls(value)}`] : [],
  )
}

/** Each rule that was broken: how bad, how often, what it means and what to do. */
export function describeFindings(findings: readonly Finding[], look: Look): readonly string[] {
  return findings.flatMap((finding) => {
    const often = counted(finding.count, 'time')
    const first = finding.count === 1 ? 'at' : 'first at'
    const head = `${printable(finding.ref)} ${printable(finding.rule)}, ${often}, ${first} ${inSeconds(finding.firstAtMs)}`
    return [
      `  ${severityPaint(finding, look.paint)(finding.severity.padEnd(7))}  ${head}`,
      ...hang(FINDING_INDENT, printable(finding.summary), look.width),
      ...hang(`${FINDING_INDENT}Fix: `, printable(finding.fix), look.width),
    ]
  })
}

function severityPaint({severity}: Finding, paint: Paint): (text: string) => string {
  return {error: paint.bad, warning: paint.warn, info: paint.dim}[severity]
}
