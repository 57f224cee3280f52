import {CsvError, parse} from 'csv-parse/sync'

/** What is wrong, without any value of the file. */
export type Mistake = {
  readonly line: number
  /** The name of the column, where it is known. */
  readonly column?: string
  readonly problem: string
}

/** Of a file of callers; each of them would make one call only. */
export const MOST_ROWS = 100_000

export type Row = {
  /** The line on which it ends, from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

/**
 * The rows of a CSV text as RFC 4180 has it, with any kind of line end, blank lines left out, and one
 * row more than may be. What follows a quote that is wrong cannot be told apart, and is not read.
 */
export function readRows(text: string): {
  readonly rows: readonly Row[]
  readonly mistake?: Mistake
} {
  const rows: Row[] = []
  try {
    // Made one kind first, because the library counts a line end of two characters as two lines.
    parse(text.replace(/\r\n?/g, '\n'), {
      bom: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: '\n',
      to: MOST_ROWS + 2,
      on_record(cells: string[], {lines}) {
        rows.push({line: lines, cells})
      },
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const problem = PROBLEMS[error.code] ?? 'expected CSV as RFC 4180 has it'
    const line = error.code === NEVER_CLOSED ? (rows.at(-1)?.line ?? 0) + 1 : error['lines']
    return {
      rows,
      mistake: {line: typeof line === 'number' ? line : 1, problem},
    }
  }
  return {rows}
}

const NEVER_CLOSED = 'CSV_QUOTE_NOT_CLOSED'

const PROBLEMS: Readonly<Partial<Record<string, string>>> = {
  [NEVER_CLOSED]: 'expected an end to a quote that is opened here or further down',
  CSV_INVALID_CLOSING_QUOTE:
    'expected a comma or the end of the line after a closing quote; a quote inside is written twice',
  INVALID_OPENING_QUOTE: 'expected a cell with a quote in it to be in quotes itself',
}
