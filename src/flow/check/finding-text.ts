import {withoutControls} from '../../mask.js'
import {cellWidth, hang} from '../../report/text/cells.js'
import type {Look} from '../../report/text/look.js'
import type {Finding, FlowReport, Severity} from '../finding.js'

/** What a person reads: each finding with its place and what to do, then the verdict in one line. */
export function renderFindings({findings}: FlowReport, file: string, look: Look): string {
  const told = findings.flatMap((finding) => [...findingLines(finding, file, look), ''])
  return [...told, verdictLine(findings, file, look)].join('\n')
}

function findingLines(finding: Finding, file: string, look: Look): readonly string[] {
  const {summary, fix, source} = finding
  const {paint, width} = look
  return [
    ...headLines(finding, file, look),
    ...hang('  ', withoutControls(summary), width),
    ...fixLines(fix, look),
    ...hang('  Source: ', withoutControls(source), width).map(paint.dim),
  ]
}

/** The place has a line of its own where it is long. */
function headLines(finding: Finding, file: string, look: Look): readonly string[] {
  const {id, severity} = finding
  const {paint, width} = look
  const place = placeOf(finding, file)
  const head = `${dress(severity, look)(severity)}  ${paint.bold(id)}`
  const isShort = cellWidth(`${severity}  ${id}  ${place}`) <= width
  return isShort ? [`${head}  ${paint.dim(place)}`] : [head, `  ${paint.dim(place)}`]
}

/** `flow.yaml:12 applets[1].voicebot.url`; without the path of what is the flow as a whole. */
function placeOf({line, path}: Finding, file: string): string {
  const place = line === undefined ? file : `${file}:${String(line)}`
  return withoutControls(path === '' ? place : `${place} ${path}`)
}

function dress(severity: Severity, {paint}: Look): (text: string) => string {
  if (severity === 'error') return paint.bad
  return severity === 'warning' ? paint.warn : paint.dim
}

/** The sentence is wrapped; what is to be copied stands on a line of its own, and is left whole. */
function fixLines(fix: string, {width, paint}: Look): readonly string[] {
  const [sentence = '', ...others] = fix.split('\n').map(withoutControls)
  return [...hang('  Fix: ', sentence, width), ...others.map((line) => `    ${paint.bold(line)}`)]
}

function verdictLine(findings: readonly Finding[], file: string, {paint}: Look): string {
  const count = (severity: Severity) =>
    findings.filter((finding) => finding.severity === severity).length
  const faults = [
    counted(count('error'), 'error', 'errors'),
    counted(count('warning'), 'warning', 'warnings'),
  ].filter((words) => words !== undefined)
  const name = withoutControls(file)
  const advice = counted(count('info'), 'piece of advice', 'pieces of advice')
  if (faults.length > 0) {
    const also = advice === undefined ? '' : ` Also ${advice}.`
    return `${paint.bad(paint.bold(`${name} is broken:`))} ${faults.join(', ')}.${also}`
  }
  const also = advice === undefined ? '.' : `, with ${advice}.`
  return paint.good(`${name} is good${also}`)
}

function counted(count: number, one: string, many: string): string | undefined {
  if (count === 0) return undefined
  return `${String(count)} ${count === 1 ? one : many}`
}
