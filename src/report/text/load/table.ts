import {cellWidth, padEnd, padStart} from '../cells.js'
import type {Look} from '../look.js'

export type Column = {
  readonly head: string
  readonly align: 'left' | 'right'
  /** Where a line is too short for all, the columns with the highest go first. */
  readonly rank: number
  readonly cells: readonly string[]
}

const GAP = '  '

/** Rows under their heads, in as many of the columns as the width holds; what is empty throughout is left out. */
export function drawTable(columns: readonly Column[], look: Look): readonly string[] {
  const shown = fitting(
    columns.filter(({cells}) => cells.some((cell) => cell !== '')),
    look.width,
  )
  const line = (cellOf: (column: Column) => string) =>
    shown
      .map((column) => {
        const pad = column.align === 'left' ? padEnd : padStart
        return GAP + pad(cellOf(column), widthOf(column))
      })
      .join('')
      .trimEnd()
  const rows = Math.max(0, ...shown.map(({cells}) => cells.length))
  return [
    look.paint.dim(line(({head}) => head)),
    ...Array.from({length: rows}, (_, at) => line(({cells}) => cells[at] ?? '')),
  ]
}

function fitting(columns: readonly Column[], width: number): readonly Column[] {
  const taken = columns.reduce((sum, column) => sum + GAP.length + widthOf(column), 0)
  if (taken <= width || columns.length <= 2) return columns
  const most = Math.max(...columns.map(({rank}) => rank))
  return fitting(
    columns.filter(({rank}) => rank !== most),
    width,
  )
}

function widthOf({head, cells}: Column): number {
  return Math.max(...[head, ...cells].map(cellWidth))
}
