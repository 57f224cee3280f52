import {cellWidth, fit, hang, padEnd, padStart} from './cells.js'
import type {Look} from './look.js'
import {printable} from './plain.js'
import {TALK_OVER_MS} from '../metric-words.js'
import type {TurnReport} from '../report.js'
import {uncertaintyOf} from '../uncertainty.js'
import {inMs} from './units.js'

/** A lateness of the rig from here on is shown beside the time it blurs. */
const UNCERTAIN_FROM_MS = 10
const GAP = '  '
const MEASURED = 4

type Row = readonly [string, string, string, string, string, string]

/** The turns of a call, one line each, with the reason under those that did not pass. */
export function drawTurnTable(turns: readonly TurnReport[], look: Look): readonly string[] {
  if (turns.length === 0) return []
  const header: Row = ['#', 'turn', '', 'expected', 'measured', '']
  const rows = turns.map((turn) => rowOf(turn, look))
  const widths = columnWidths([header, ...rows], look.width)
  const draw = (row: Row): string => drawRow(row, widths, look)
  const indent = GAP.repeat(2) + ' '.repeat(widths[0] ?? 0)
  return [
    look.paint.dim(draw(header).trimEnd()),
    ...rows.flatMap((row, at) => [
      paintResult(draw(row), turns[at], look),
      ...why(turns[at], indent, look),
    ]),
  ]
}

export function turnResult(turn: TurnReport): '' | 'pass' | 'fail' | 'not measured' {
  if (turn.met !== undefined) return turn.met ? 'pass' : 'fail'
  return turn.expectation === undefined ? '' : 'not measured'
}

function rowOf(turn: TurnReport, look: Look): Row {
  const index = String(turn.index)
  const label = printable(turn.label)
  const said = label === turn.kind ? '' : label
  return [index, turn.kind, said, expected(turn), measured(turn, look), turnResult(turn)]
}

function expected({expectation, withinMs}: TurnReport): string {
  if (expectation === undefined) return ''
  return withinMs === undefined ? expectation : `${expectation} in ${inMs(withinMs)}`
}

function measured(turn: TurnReport, {ascii}: Look): string {
  const time = measuredTime(turn)
  if (time === undefined) return ''
  const {valueMs, uncertaintyMs} = time
  if (uncertaintyMs < UNCERTAIN_FROM_MS) return inMs(valueMs)
  return `${String(Math.round(valueMs))} ${ascii ? '+-' : '±'}${inMs(uncertaintyMs)}`
}

const ANSWER_TIMES = ['responseMs', 'answerMs', 'promptMs'] as const

/** The time that the expectation of the turn is about, and what it may be off by. */
export function measuredTime(
  turn: TurnReport,
): {readonly valueMs: number; readonly uncertaintyMs: number} | undefined {
  const name = nameOfTime(turn)
  const valueMs = turn[name]
  return valueMs === undefined ? undefined : {valueMs, uncertaintyMs: uncertaintyOf(turn, name)}
}

function nameOfTime(turn: TurnReport) {
  const {expectation, kind} = turn
  if (expectation === 'stop') return 'bargeInStopMs'
  if (kind === 'greeting') return 'greetingMs'
  const answered = ANSWER_TIMES.find((name) => turn[name] !== undefined)
  return answered ?? (kind === 'interrupt' ? 'bargeInStopMs' : 'responseMs')
}

/** Each column as wide as its widest cell, and the label whatever is left. */
function columnWidths(rows: readonly Row[], width: number): readonly number[] {
  const widths = [0, 1, 2, 3, 4, 5].map((column) =>
    Math.max(...rows.map((row) => cellWidth(row[column] ?? ''))),
  )
  const [index = 0, kind = 0, label = 0, ...rest] = widths
  const taken = [index, kind, ...rest].reduce(
    (sum, column) => sum + column + GAP.length,
    GAP.length,
  )
  return [index, kind, Math.min(label, Math.max(8, width - taken)), ...rest]
}

function drawRow(row: Row, widths: readonly number[], look: Look): string {
  const cells = row.map((cell, column) => {
    const width = widths[column] ?? 0
    const isNumber = column === 0 || column === MEASURED
    return isNumber ? padStart(cell, width) : padEnd(fit(cell, width, look), width)
  })
  return GAP + cells.join(GAP)
}

function paintResult(line: string, turn: TurnReport | undefined, {paint}: Look): string {
  const result = turn ? turnResult(turn) : ''
  const paintOf = {'': paint.dim, pass: paint.good, fail: paint.bad, 'not measured': paint.warn}
  const start = line.trimEnd().length - result.length
  return line.slice(0, start) + (result === '' ? '' : paintOf[result](result))
}

function why(turn: TurnReport | undefined, indent: string, look: Look): readonly string[] {
  // It passes only where it was allowed.
  if (turn?.met === true && (turn.responseMs ?? 0) < TALK_OVER_MS) {
    return hang(
      indent,
      'The bot was heard while the caller still spoke, as an echo is.',
      look.width,
    )
  }
  if (turn?.why === undefined || turn.met === true) return []
  return hang(indent, printable(turn.why), look.width)
}
