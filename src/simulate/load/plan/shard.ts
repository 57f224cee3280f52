import type {Shard} from '../../../report/load-report.js'

/** Every `of`-th of what is counted from 0, beginning with the `part - 1`-th: shares differ by one at most, and add up. */

const WHOLE: Shard = {part: 1, of: 1}

/** How many of the first `count` are this part's. */
export function shareOf(count: number, {part, of}: Shard = WHOLE): number {
  return Math.max(0, Math.ceil((count - part + 1) / of))
}

/** Where this part's `nth`, from 0, stands in the whole. */
export function indexInPlan(nth: number, {part, of}: Shard = WHOLE): number {
  return part - 1 + nth * of
}
