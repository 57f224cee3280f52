import {hang} from '../../report/text/cells.js'
import type {Look} from '../../report/text/look.js'
import {withoutControls} from '../../mask.js'
import type {CheckReport, DoctorReport} from '../doctor-report.js'

export type DoctorTextOptions = {
  /** Also what is healthy, and what was not checked. */
  readonly isVerbose: boolean
}

const WORDS: Readonly<Record<CheckReport['status'], string>> = {
  pass: 'pass',
  warn: 'warn',
  fail: 'fail',
  skip: 'skip',
}

/** What a person reads: what is wrong, with the machine's words and what to do; a line of counts; the verdict. */
export function renderDoctorReport(
  report: DoctorReport,
  look: Look,
  {isVerbose}: DoctorTextOptions,
): string {
  const {checks, target} = report
  const shown = checks.filter(({status}) => isVerbose || status === 'warn' || status === 'fail')
  const idWidth = Math.max(0, ...shown.map(({id}) => id.length))
  const told = shown.flatMap((check) => checkLines(check, idWidth, look))
  return [
    ...(told.length === 0 ? [] : [look.paint.bold(withoutControls(target)), '', ...told, '']),
    ...(isVerbose ? [look.paint.dim(counts(checks)), ''] : []),
    // Of a root cause it stands above, with its check.
    ...(report.rootCause === undefined && report.fix !== undefined
      ? [...fixLines(report.fix, look), '']
      : []),
    ...verdictLines(report, look),
  ].join('\n')
}

/** One line for a check; under what is wrong, the machine's words, then what to do. */
function checkLines(check: CheckReport, idWidth: number, look: Look): readonly string[] {
  const {id, status, summary, detail, exotelError, fix, durationMs} = check
  const {paint, width} = look
  const time = status === 'skip' ? '' : ` (${String(durationMs)} ms)`
  const [first = '', ...rest] = hang(
    `  ${WORDS[status]}  ${id.padEnd(idWidth)}  `,
    `${withoutControls(summary)}${time}`,
    width,
  )
  const dressed = first.replace(WORDS[status], (word) => dress(status, look)(word))
  return [
    dressed,
    ...rest,
    ...(detail ?? '')
      .split('\n')
      .flatMap((line) =>
        line === '' ? [] : hang('        ', withoutControls(line), width).map(paint.dim),
      ),
    ...(exotelError === undefined
      ? []
      : hang('        Exotel would show: ', withoutControls(exotelError), width)),
    ...(fix === undefined ? [] : fixLines(fix, look)),
  ]
}

function dress(status: CheckReport['status'], {paint}: Look): (text: string) => string {
  if (status === 'fail') return paint.bad
  if (status === 'warn') return paint.warn
  return status === 'pass' ? paint.good : paint.dim
}

/** Sentences are wrapped; a command on a line of its own is left whole, to be copied. */
function fixLines(fix: string, {width, paint}: Look): readonly string[] {
  const [sentence = '', ...others] = fix.split('\n').map(withoutControls)
  return [
    ...hang('        Fix: ', sentence, width),
    ...others.flatMap((line) =>
      isProse(line) ? hang('        ', line, width) : [`          ${paint.bold(line)}`],
    ),
  ]
}

/** A sentence among the commands begins with a capital and ends like one. */
function isProse(line: string): boolean {
  return /^[A-Z].*[.:]$/.test(line)
}

function counts(checks: readonly CheckReport[]): string {
  const count = (status: CheckReport['status']) =>
    checks.filter((check) => check.status === status).length
  return `${String(checks.length)} checks: ${String(count('pass'))} passed, ${String(count('warn'))} warned, ${String(count('fail'))} failed, ${String(count('skip'))} not made.`
}

const VERDICTS: Readonly<Record<DoctorReport['verdict'], string>> = {
  reachable: 'Reachable',
  unreachable: 'Unreachable',
  unknown: 'Not known',
}

/** What the verdict begins with. */
function verdictWord({verdict, rootCause, interrupted, unfinished, checks}: DoctorReport): string {
  const word = VERDICTS[verdict]
  if (rootCause !== undefined) return verdict === 'reachable' ? `${word}, but` : `${word}:`
  if (verdict !== 'reachable') return `${word}:`
  if (interrupted || unfinished) return `${word} so far:`
  const warnings = checks.filter(({status}) => status === 'warn').length
  if (warnings === 0) return `${word}:`
  return `${word}, with ${warnings === 1 ? '1 warning' : `${String(warnings)} warnings`}:`
}

/** The verdict in one line, without colour: what is wrong, and what to do now. */
export function verdictInWords(report: DoctorReport): string {
  const now = report.fix === undefined ? '' : ` ${nowToDo(report.fix)}`
  return `${verdictWord(report)} ${withoutControls(report.summary)}${now}`
}

/** The last of all. */
function verdictLines(report: DoctorReport, {paint, width}: Look): readonly string[] {
  const word = verdictWord(report)
  const isWell = word === `${VERDICTS.reachable}:`
  const paintWord = report.rootCause === undefined ? (isWell ? paint.good : paint.warn) : paint.bad
  return hang('', verdictInWords(report), width).map((line, at) =>
    at === 0 ? line.replace(word, (found) => paintWord(paint.bold(found))) : line,
  )
}

/** The fix in one line, with its first command; of a snippet of several lines one would be no help. */
function nowToDo(fix: string): string {
  const [sentence = '', ...others] = fix.split('\n').map(withoutControls)
  const next = others.findIndex(isProse)
  const commands = next === -1 ? others : others.slice(0, next)
  if (commands.length === 1) return `${sentence} ${commands[0] ?? ''}`
  return commands.length === 0 ? sentence : sentence.replace(/:$/, ', as the fix says.')
}
