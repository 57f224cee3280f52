import {cellWidth, hang, padEnd} from './cells.js'
import type {Look, Paint} from './look.js'
import {printable} from './plain.js'
import type {RuleResult} from '../report.js'
import {counted} from './units.js'

const WORDS = {pass: 'pass', warn: 'warn', fail: 'fail', 'not-tried': 'not tried'} as const
const GAP = '  '

/** Every rule in one line, with what was seen under those that did not pass, and the sum below. */
export function drawRuleTable(rules: readonly RuleResult[], look: Look): readonly string[] {
  if (rules.length === 0) return []
  const refCells = widest(rules.map(({ref}) => printable(ref)))
  const ruleCells = widest(rules.map(({rule}) => printable(rule)))
  const wordCells = widest(Object.values(WORDS))
  const lines = rules.flatMap((result) => {
    const {ref, rule, status, tried, detail} = result
    const name = `${padEnd(printable(ref), refCells)}${GAP}${padEnd(printable(rule), ruleCells)}`
    const word = paintOf(status, look.paint)(WORDS[status])
    const head = `${GAP}${name}${GAP}${word}`
    if (status === 'pass') return [head]
    const padding = ' '.repeat(wordCells - cellWidth(WORDS[status]))
    const indent = GAP.repeat(2) + ' '.repeat(refCells)
    if (status === 'not-tried' && fits(tried, {refCells, ruleCells, wordCells, look})) {
      return [`${head}${padding}${GAP}${look.paint.dim(printable(tried))}`]
    }
    return [head, ...hang(indent, printable(detail ?? tried), look.width)]
  })
  return [...lines, '', `${GAP}${summed(rules)}`]
}

function fits(
  text: string,
  {
    refCells,
    ruleCells,
    wordCells,
    look,
  }: Record<'refCells' | 'ruleCells' | 'wordCells', number> & {
    look: Look
  },
): boolean {
  const taken = refCells + ruleCells + wordCells + 4 * GAP.length
  return taken + cellWidth(printable(text)) <= look.width
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map(cellWidth))
}

function paintOf(status: RuleResult['status'], paint: Paint): (text: string) => string {
  return {pass: paint.good, warn: paint.warn, fail: paint.bad, 'not-tried': paint.dim}[status]
}

function summed(rules: readonly RuleResult[]): string {
  const count = (status: RuleResult['status']) =>
    rules.filter((result) => result.status === status).length
  const passed = `${counted(count('pass'), 'rule')} passed`
  const others = [
    counted(count('warn'), 'warning'),
    `${String(count('fail'))} failed`,
    `${String(count('not-tried'))} not tried`,
  ]
  return `${[passed, ...others].join(', ')}.`
}
