import type {CallReport} from '../../../report/report.js'
import {callVerdict} from '../../../report/verdict.js'
import type {CallEnded} from '../crew/crew.js'

/** How many calls of a load run keep their recordings. */
export const MOST_WORST = 10

/** Calls that nobody cut short and that were not meant to fail; of what was never opened there is nothing to hear. */
export function mayBeWorst({
  order,
  opened,
  report,
}: Pick<CallEnded, 'order' | 'opened' | 'report'>): boolean {
  return opened && !order.isOverload && report.failure?.code !== 'EXO_INTERRUPTED'
}

/**
 * The order of the worst calls, the worst first: what failed, what did not pass, then by the slowest
 * response and by the silence inside the bot's speech. Equal ones stand as in the plan, so that every
 * number of threads and machines names the same.
 */
export function byWorst(one: CallReport, other: CallReport): number {
  return (
    failedFirst(one) - failedFirst(other) ||
    slowestResponseMs(other) - slowestResponseMs(one) ||
    (other.metrics['gapMs'] ?? 0) - (one.metrics['gapMs'] ?? 0) ||
    (one.index ?? 0) - (other.index ?? 0)
  )
}

function failedFirst(call: CallReport): number {
  if (call.outcome !== 'completed') return 0
  return callVerdict(call) === 'pass' ? 2 : 1
}

/** Before every response, and so behind all of them, where there was none. */
function slowestResponseMs({turns}: CallReport): number {
  return turns.reduce((most, {responseMs = -Infinity}) => Math.max(most, responseMs), LEAST_MS)
}

/** Less than any response; not -Infinity, because the difference of two of those is no number. */
const LEAST_MS = -1e9
