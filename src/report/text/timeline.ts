import {padEnd} from './cells.js'
import type {Look} from './look.js'
import type {CallReport, Span, TurnReport} from '../report.js'

const LABEL_CELLS = 8
const INDENT = '  '
const TICK_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600]
const CELLS_A_TICK = 9

type Scale = {readonly cells: number; readonly msPerCell: number}

/** Who spoke when: a row for the caller, a row for the bot, and where each turn began. */
export function drawTimeline(call: CallReport, look: Look): readonly string[] {
  const ends = [...call.speech.caller, ...call.speech.bot].map((span) => span.endMs)
  const durationMs = Math.max(call.durationMs, ...ends)
  if (ends.length === 0 || durationMs <= 0) return []

  const cells = Math.max(20, look.width - INDENT.length - LABEL_CELLS)
  const scale = {cells, msPerCell: durationMs / cells}
  const blocks = look.ascii ? /[#:]+/g : /[▇▃]+/g
  const spoken = (spans: readonly Span[], paint: (text: string) => string): string =>
    drawSpeech(spans, scale, look.ascii).replace(blocks, paint)
  const rows: readonly (readonly [string, string])[] = [
    ['', look.paint.dim(drawAxis(scale))],
    ['caller', spoken(call.speech.caller, look.paint.caller)],
    ['bot', spoken(call.speech.bot, look.paint.bot)],
    ['turn', drawTurns(call.turns, scale)],
    ['', look.paint.dim(legend(call.turns))],
  ]
  return rows
    .filter(([, row]) => row.trim() !== '')
    .map(([name, row]) => INDENT + padEnd(name, LABEL_CELLS) + row)
}

function drawSpeech(spans: readonly Span[], {cells, msPerCell}: Scale, ascii: boolean): string {
  const [full, partly, none] = ascii ? ['#', ':', '.'] : ['▇', '▃', '·']
  const row = Array.from({length: cells}, (_, cell) => {
    const spokenMs = overlapMs(spans, cell * msPerCell, (cell + 1) * msPerCell)
    if (spokenMs <= 0) return none
    return spokenMs * 2 >= msPerCell ? full : partly
  })
  return row.join('')
}

function overlapMs(spans: readonly Span[], fromMs: number, toMs: number): number {
  let total = 0
  for (const {startMs, endMs} of spans) {
    total += Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs))
  }
  return total
}

function drawAxis({cells, msPerCell}: Scale): string {
  const leastSeconds = (CELLS_A_TICK * msPerCell) / 1000
  const step = TICK_SECONDS.find((seconds) => seconds >= leastSeconds) ?? Math.ceil(leastSeconds)
  let row = ''
  for (let seconds = 0; ; seconds += step) {
    const label = `|${String(seconds)} s`
    const at = Math.floor((seconds * 1000) / msPerCell)
    if (at + label.length > cells) return row
    row = row.padEnd(at) + label
  }
}

/** The number of each turn where it began; interruptions and digits first, the others where room is left. */
function drawTurns(turns: readonly TurnReport[], {cells, msPerCell}: Scale): string {
  const row = Array.from({length: cells}, () => ' ')
  const marked = turns.filter((turn) => LETTERS[turn.kind] !== undefined)
  const plain = turns.filter((turn) => LETTERS[turn.kind] === undefined)
  for (const turn of [...marked, ...plain]) {
    const label = String(turn.index) + (LETTERS[turn.kind] ?? '')
    const at = Math.max(0, Math.min(Math.floor(turn.startMs / msPerCell), cells - label.length))
    const room = row.slice(Math.max(0, at - 1), at + label.length + 1)
    if (room.every((cell) => cell === ' ')) row.splice(at, label.length, ...label)
  }
  return row.join('').trimEnd()
}

const LETTERS: Partial<Record<TurnReport['kind'], string>> = {interrupt: 'i', digits: 'd'}

function legend(turns: readonly TurnReport[]): string {
  const kinds = new Set(turns.map((turn) => turn.kind))
  const words: string[] = []
  if (kinds.has('interrupt')) words.push('i: the caller interrupts')
  if (kinds.has('digits')) words.push('d: digits are sent')
  return words.join(', ')
}
