import {readFile, stat} from 'node:fs/promises'

import {ExostreamError} from '../../../errors.js'
import {columnsOf, type Column} from './caller-columns.js'
import {type Mistake, MOST_ROWS, type Row, readRows} from './csv.js'
import type {Caller} from '../plan/load-plan.js'
import {mistakeInNumber, tooMuch} from '../../scenario/format/fields.js'

const MOST_BYTES = 50_000_000
/** A column that is wrong is wrong in every row of it. */
const MOST_SHOWN = 20

/**
 * Who calls, from `--data`: a row each, the columns `from` and `to` and custom parameters.
 * @throws ExostreamError EXO_DATA_INVALID with every mistake, one a line; it shows no value of the file
 */
export async function readCallers(path: string): Promise<readonly Caller[]> {
  const result = parseCallers(await readText(path))
  if ('callers' in result) return result.callers
  const {mistakes} = result
  const shown = mistakes.slice(0, MOST_SHOWN).map(({line, column, problem}) => {
    const where = `${path}:${String(line)}`
    return column === undefined ? `${where} ${problem}` : `${where} column ${column}: ${problem}`
  })
  const others = mistakes.length - shown.length
  throw invalid([...shown, ...(others > 0 ? [`and ${String(others)} more`] : [])].join('\n'))
}

async function readText(path: string): Promise<string> {
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : undefined),
    (cause: unknown) => {
      throw invalid(`${path} could not be read.`, cause)
    },
  )
  if (size === undefined) throw invalid(`${path} is no file.`)
  if (size > MOST_BYTES) throw invalid(`${path} is over 50 MB; it may be as large as that.`)
  try {
    const bytes = await readFile(path)
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch (cause) {
    if (cause instanceof TypeError) throw invalid(`${path} is not UTF-8 text.`, cause)
    throw invalid(`${path} could not be read.`, cause)
  }
}

function invalid(message: string, cause?: unknown): ExostreamError {
  return new ExostreamError('EXO_DATA_INVALID', message, cause === undefined ? {} : {cause})
}

export type Parsed = {readonly callers: readonly Caller[]} | {readonly mistakes: readonly Mistake[]}

/** A header and a row a caller, as RFC 4180 has it. */
export function parseCallers(text: string): Parsed {
  const {rows, mistake} = readRows(text)
  const [header, ...data] = rows
  if (!header) {
    return {mistakes: [mistake ?? at(1, 'expected a header, such as from,to,plan')]}
  }
  const {columns, mistakes: ofHeader} = columnsOf(header)
  const mistakes = [
    ...ofHeader,
    // Under a wrong header every row is wrong for the same reason.
    ...(ofHeader.length > 0 ? [] : data.slice(0, MOST_ROWS).flatMap(mistakesIn(columns))),
    ...tooManyRows(data),
    ...(mistake ? [mistake] : []),
  ]
  if (data.length === 0 && mistakes.length === 0) {
    mistakes.push(at(header.line, 'expected a row for each caller after the header'))
  }
  return mistakes.length > 0 ? {mistakes} : {callers: data.map(callerOf(columns))}
}

function tooManyRows(data: readonly Row[]): readonly Mistake[] {
  const first = data[MOST_ROWS]
  return first ? [at(first.line, `expected at most ${String(MOST_ROWS)} rows`)] : []
}

const mistakesIn =
  (columns: readonly Column[]) =>
  ({line, cells}: Row): readonly Mistake[] => {
    if (cells.length !== columns.length) {
      const [given, wanted] = [String(cells.length), String(columns.length)]
      return [at(line, `expected ${wanted} cells, as the header has, not ${given}`)]
    }
    const wrong = columns.flatMap(({name, kind}, place): Mistake[] => {
      const cell = cells[place] ?? ''
      const problem = kind === 'number' && cell !== '' ? mistakeInNumber(cell) : undefined
      return problem === undefined ? [] : [{line, column: name, problem}]
    })
    const problem = tooMuch(callerOf(columns)({line, cells}).parameters)
    return problem === undefined ? wrong : [...wrong, at(line, `expected ${problem}`)]
  }

/** An empty cell says nothing: the number is made up, the parameter left out. */
const callerOf =
  (columns: readonly Column[]) =>
  ({cells}: Row): Caller => {
    const filled = columns.flatMap(({name, kind}, place) => {
      const value = cells[place] ?? ''
      return value === '' ? [] : [{name, kind, value}]
    })
    const of = (wanted: Column['kind']) =>
      Object.fromEntries(
        filled.filter(({kind}) => kind === wanted).map(({name, value}) => [name, value]),
      )
    return {...of('number'), parameters: of('parameter')}
  }

function at(line: number, problem: string): Mistake {
  return {line, problem}
}
