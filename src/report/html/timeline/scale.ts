/** One row of the timeline: a stretch of the call across the width of the plot. */
export type Row = {readonly startMs: number; readonly endMs: number}

/** In units of the drawing; the labels of the lanes stand left of the plot. */
export const PLOT = {left: 60, width: 1060, right: 1120} as const

const LONGEST_ROW_MS = 75_000
const MOST_ROWS = 12
const TICK_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600]
const UNITS_A_TICK = 80

/** About a minute a row, as lines of a score: a longer call stays as easy to read, and to print. */
export function rowsOf(durationMs: number): readonly Row[] {
  const count = Math.min(MOST_ROWS, Math.max(1, Math.ceil(durationMs / LONGEST_ROW_MS)))
  const wholeMs = Math.ceil(durationMs / count / 1000) * 1000
  const rowMs = count === 1 ? Math.max(1000, durationMs) : wholeMs
  return Array.from({length: count}, (_, at) => ({startMs: at * rowMs, endMs: (at + 1) * rowMs}))
}

/** Where a time stands in the plot of its row; times outside are put at its edge. */
export function xOf(atMs: number, {startMs, endMs}: Row): number {
  const part = (atMs - startMs) / (endMs - startMs)
  return PLOT.left + Math.max(0, Math.min(1, part)) * PLOT.width
}

export function isWithin(atMs: number, {startMs, endMs}: Row): boolean {
  return atMs >= startMs && atMs < endMs
}

/** Whether some of the stretch is in the row. */
export function touches(span: Row, {startMs, endMs}: Row): boolean {
  return span.endMs > startMs && span.startMs < endMs
}

/** Round seconds, at distances that a label fits into. */
export function ticksOf({startMs, endMs}: Row): readonly number[] {
  const least = ((endMs - startMs) / 1000 / PLOT.width) * UNITS_A_TICK
  const step = TICK_SECONDS.find((seconds) => seconds >= least) ?? Math.ceil(least)
  const first = Math.ceil(startMs / 1000 / step) * step
  const count = Math.max(0, Math.floor((endMs / 1000 - first) / step) + 1)
  return Array.from({length: count}, (_, at) => (first + at * step) * 1000)
}

/** `1:05`, as on a player. */
export function clockTime(atMs: number): string {
  const seconds = Math.max(0, Math.floor(atMs / 1000))
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`
}

/** `1:05.24`, for a list. */
export function exactTime(atMs: number): string {
  const hundredths = Math.max(0, Math.round(atMs / 10))
  return `${clockTime(Math.floor(hundredths / 100) * 1000)}.${String(hundredths % 100).padStart(2, '0')}`
}
