import type {Series} from './column.js'

/**
 * By halves, the index of the first element from which on `holds` is true; the length when it never
 * is. Before that it must be false: what happened comes in the order of its time, and a call of an
 * hour has far too much of it to be walked through at each turn.
 */
export function firstWhere<T>(all: Series<T>, holds: (one: T) => boolean): number {
  let low = 0
  let high = all.length
  while (low < high) {
    const middle = (low + high) >> 1
    const one = all.at(middle)
    if (one === undefined || holds(one)) high = middle
    else low = middle + 1
  }
  return low
}

type Happened = {readonly atMs: number}

/** The first that happened at `fromMs` or later. */
export function firstFrom<T extends Happened>(all: Series<T>, fromMs: number): T | undefined {
  return all.at(firstWhere(all, ({atMs}) => atMs >= fromMs))
}

/** The last that had happened by `untilMs`. */
export function lastUntil<T extends Happened>(all: Series<T>, untilMs: number): T | undefined {
  const after = firstWhere(all, ({atMs}) => atMs > untilMs)
  return after === 0 ? undefined : all.at(after - 1)
}
