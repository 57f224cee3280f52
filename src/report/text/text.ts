import {describeCall, describeEnding, describeFindings, type Section} from './call-text.js'
import {cellWidth, fit, hang, padEnd, padStart, wrap} from './cells.js'
import {describeDiagnoses} from './diagnosis-text.js'
import {describeFlows} from './flow-text.js'
import type {Look} from './look.js'
import {describeMetrics} from './measured.js'
import {printable} from './plain.js'
import {withoutControls} from '../../mask.js'
import type {LoadReport} from '../load-report.js'
import type {CallReport, RigReport, RunReport} from '../report.js'
import {describeLoad, voidSentence} from './load/load-text.js'
import {voidStepsWords} from './load/knee-text.js'
import {loadVerdictLine} from './load/load-verdict-line.js'
import {arrivalsWords, botWords, mixWords} from './load/load-words.js'
import {drawRuleTable} from './rule-table.js'
import {describeSpread} from './spread.js'
import {counted, inMs, inSeconds} from './units.js'
import {callVerdict, verdictLine} from '../verdict.js'

/** More calls than these are listed only where they did not pass. */
const MOST_LISTED = 40

/** So many calls that did not pass are shown in full; the JSON report has them all. */
const MOST_IN_FULL = 3

/** What a person reads after a run. */
export function renderReport(report: RunReport, look: Look): string {
  const [only, ...others] = report.calls
  const {load} = report
  const isOne = !load && only !== undefined && others.length === 0
  const hasStream = report.calls.some((call) => call.closing !== undefined)
  const all = [
    ...describeFlows(report, look),
    ...mainSections(report, look),
    {title: 'Rig', lines: hasStream ? describeRig(report, look) : []},
    {title: 'Thresholds', lines: describeThresholds(report, look)},
    ...(isOne ? [describeEnding(only, look)] : []),
    ...describeDiagnoses(report, look),
  ]
  const blocks = [
    headLines(report, look).join('\n'),
    ...all.filter(({lines}) => lines.length > 0).map((section) => drawSection(section, look)),
    load ? loadVerdictLine(report, load, look.paint) : verdictLine(report, look.paint),
  ]
  return `${blocks.join('\n\n')}\n`
}

function mainSections(report: RunReport, look: Look): readonly Section[] {
  const {conformance, load, calls} = report
  if (conformance) return [{title: 'Rules', lines: drawRuleTable(conformance, look)}]
  if (load) return describeLoad(report, load, look)
  const [only, ...others] = calls
  return only && others.length === 0 ? describeCall(only, look) : describeCalls(report, look)
}

function headLines(report: RunReport, look: Look): readonly string[] {
  const {plan, seed, load} = report
  const isVoid = load && voidSentence(report.rig)
  const scenarios = plan.scenarios.map(printable).join(', ')
  const word = plan.scenarios.length === 1 ? 'scenario' : 'scenarios'
  const marks = plan.marksOnClear === 'drop' ? 'dropped' : 'returned'
  const repeat = [
    `profile ${printable(plan.profile)}`,
    `${String(plan.sampleRateHz)} Hz`,
    `${String(plan.frameMs)} ms frames`,
    `clear stops at the next ${plan.clear}, marks behind it are ${marks}`,
    `seed ${String(seed)}`,
  ].join(', ')
  const called = load
    ? `Called ${targetOf(report)}, ${loadWords(load)}`
    : `Called ${targetOf(report)}, ${word} ${scenarios}, ${extent(report)}`
  return [
    ...(isVoid ? wrap(printable(isVoid), look.width).map(look.paint.bad) : []),
    ...wrap(called, look.width).map(look.paint.bold),
    ...wrap(repeat, look.width).map(look.paint.dim),
    ...(report.interrupted
      ? ['The run was interrupted; what follows is what was measured until then.']
      : []),
  ]
}

function loadWords(load: LoadReport): string {
  const word = load.mix.length === 1 ? 'scenario' : 'scenarios'
  const asked = load.knee
    ? `in search of the knee up to ${arrivalsWords(load)}`
    : arrivalsWords(load)
  return `${asked}, ${word} ${printable(mixWords(load))}`
}

/** A walk may open any number of streams. */
function extent({calls, flows}: RunReport): string {
  const [only, ...others] = calls
  if (flows && (flows.length !== 1 || calls.length !== 1)) {
    return `${counted(flows.length, 'call')}, ${counted(calls.length, 'stream')}`
  }
  if (!only || others.length > 0) return counted(calls.length, 'call')
  return only.closing ? inSeconds(only.durationMs) : 'no stream was opened'
}

function targetOf({target}: RunReport): string {
  const url = printable(target.url ?? '')
  if (target.kind === 'bot') return `the bot ${printable(target.bot ?? 'given')}`
  return target.kind === 'serve' ? `exostream serve at ${url}` : url
}

function describeCalls(report: RunReport, look: Look): readonly Section[] {
  const {calls, summary, flows} = report
  const word = flows ? 'Stream' : 'Call'
  const notPassed = calls
    .map((call, at) => ({call, name: `${word} ${String(at + 1)}`}))
    .filter(({call}) => callVerdict(call) !== 'pass')
  const left = notPassed.length - MOST_IN_FULL
  return [
    {title: `${word}s`, lines: drawCallLines(calls, look)},
    {title: 'As the callers heard it', lines: describeMetrics(summary.metrics, look)},
    ...describeSpread(report, look),
    {title: 'Findings', lines: describeFindings(summary.findings, look)},
    ...notPassed.slice(0, MOST_IN_FULL).flatMap(({call, name}) => describeOneOf(call, name, look)),
    {title: '', lines: left > 0 ? [moreLine(left)] : []},
  ]
}

/** The details of one call among many; the findings stand merged above. */
function describeOneOf(call: CallReport, name: string, look: Look): readonly Section[] {
  return [...describeCall(call, look), describeEnding(call, look)]
    .filter(({title, lines}) => title !== 'Findings' && lines.length > 0)
    .map(({title, lines}) => ({title: `${name}: ${title.toLowerCase()}`, lines}))
}

function moreLine(left: number): string {
  const those = counted(left, 'more call did', 'more calls did')
  return `  ${those} not pass; the report in JSON has every call in full.`
}

function drawCallLines(calls: readonly CallReport[], look: Look): readonly string[] {
  const indexCells = String(calls.length).length
  const nameCells = Math.max(0, ...calls.map((call) => Math.min(24, cellWidth(nameOf(call)))))
  const shown = calls
    .map((call, at) => ({call, at, verdict: callVerdict(call)}))
    .filter(({verdict}) => calls.length <= MOST_LISTED || verdict !== 'pass')
  const passed = calls.length - shown.length
  const lines = shown.slice(0, MOST_LISTED).map(({call, at, verdict}) => {
    const paintOf = {pass: look.paint.good, fail: look.paint.bad, 'not-measured': look.paint.warn}
    const name = padEnd(fit(nameOf(call), nameCells, look), nameCells)
    const length = inSeconds(call.durationMs).padStart(7)
    const start = `  ${padStart(String(at + 1), indexCells)}  ${name}  ${length}  `
    const word = verdict === 'not-measured' ? 'not measured' : verdict
    const rest = callRemark(call)
    return (
      start +
      paintOf[verdict](word) +
      (rest && fit(`  ${rest}`, look.width - start.length - word.length, look))
    )
  })
  const left = shown.length - lines.length
  return [
    ...(passed > 0 ? [`  ${counted(passed, 'call')} passed; listed are those that did not.`] : []),
    ...lines,
    ...(left > 0 ? [`  ${counted(left, 'more call')} did not pass.`] : []),
  ]
}

/** Streams of one call differ by their applet. */
function nameOf({scenario, applet}: CallReport): string {
  return printable(applet === undefined ? scenario : `${scenario}, ${applet}`)
}

/** Why a call did not pass, in as few words as there are. */
function callRemark(call: CallReport): string {
  if (call.diagnosis) return printable(`${call.diagnosis.cause}: ${call.diagnosis.summary}`)
  if (call.failure) return printable(`${call.failure.code}: ${call.failure.message}`)
  if (call.outcome === 'dropped') return 'could not be started in time'
  const unmet = call.turns.find((turn) => turn.met === false)
  if (unmet) return printable(`turn ${String(unmet.index)}: ${unmet.why ?? unmet.label}`)
  const error = call.findings.find((finding) => finding.severity === 'error')
  return error ? printable(`${error.ref} ${error.rule}`) : ''
}

const RIG_WORDS = {
  reliable: "reliable: the times above are the bot's own",
  'upper-bound': 'upper bound: some times above hold lateness of this machine',
  void: 'void: this machine was too late to measure the bot',
} as const

function describeRig({rig, load}: RunReport, look: Look): readonly string[] {
  const {p50, p99, max} = rig.sendLatenessMs
  const paintOf = {reliable: look.paint.dim, 'upper-bound': look.paint.warn, void: look.paint.bad}
  const reason = rig.reason === undefined ? '' : `; ${printable(rig.reason)}`
  const lateness = `frames sent late by ${inMs(p50)} at p50, ${inMs(p99)} at p99, ${inMs(max)} at most; event loop late by ${inMs(rig.eventLoopLagMs.p99)} at p99`
  return [
    ...hang('  ', RIG_WORDS[rig.verdict] + reason, look.width).map(paintOf[rig.verdict]),
    ...hang('  ', lateness, look.width),
    ...(load ? [...stepWords(load), ...cpuWords(rig, load)] : []).flatMap((line) =>
      hang('  ', line, look.width),
    ),
  ]
}

function stepWords({knee}: LoadReport): readonly string[] {
  const words = knee && voidStepsWords(knee)
  return words === undefined ? [] : [words]
}

function cpuWords({rigCpu, cores = 1}: RigReport, {bot}: LoadReport): readonly string[] {
  return [
    ...(rigCpu === undefined ? [] : [`CPU ${rigCpu.toFixed(2)} of ${counted(cores, 'core')}`]),
    ...(bot ? [botWords(bot)] : []),
  ]
}

function describeThresholds(
  {thresholds, plan}: RunReport,
  {paint, width}: Look,
): readonly string[] {
  const paintOf = {pass: paint.good, fail: paint.bad, 'not-measured': paint.warn}
  const wordOf = {pass: 'pass', fail: 'fail', 'not-measured': 'not measured'}
  const cells = Math.max(0, ...thresholds.map(({status}) => wordOf[status].length))
  return thresholds.flatMap(({expression, scenario, status, value}) => {
    const seen = value === undefined ? '' : `, was ${String(Math.round(value * 100) / 100)}`
    const isOfOne = scenario !== undefined && plan.scenarios.length > 1
    const whose = isOfOne ? ` (${printable(scenario)})` : ''
    const word = wordOf[status].padEnd(cells)
    const text = `${withoutControls(expression)}${whose}${seen}`
    const [first = '', ...rest] = hang(`  ${word}  `, text, width)
    return [`  ${paintOf[status](word)}${first.slice(2 + word.length)}`, ...rest]
  })
}

function drawSection({title, lines}: Section, {paint}: Look): string {
  return (title === '' ? lines : [paint.bold(title), ...lines]).join('\n')
}
