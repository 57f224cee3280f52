import type {Failure} from '../../report/failure.js'
import type {Diagnosis, TurnReport} from '../../report/report.js'
import type {CallNumbers} from '../numbers/turns.js'
import type {Evidence} from './evidence.js'

/** All that is known of a call when it is over. */
export type Facts = {
  readonly evidence: Evidence
  readonly numbers: CallNumbers
  readonly failure?: Failure
}

export type Found = Omit<Diagnosis, 'cause'>

/** One thing that can be wrong with a bot, and how to see it in a call. */
export type Cause = {
  /** Kebab-case and stable: it is in reports, and has a row in the README. */
  readonly id: string
  /** Undefined when the call does not show it. */
  readonly look: (facts: Facts) => Found | undefined
}

/** The turns that wanted an answer, the greeting aside. */
export function questions({numbers}: Facts): readonly TurnReport[] {
  return numbers.turns.filter(
    ({expectation, kind}) => expectation === 'respond' && kind !== 'greeting',
  )
}

/** Whether anything was expected of the bot that did not come. */
export function isMissed({numbers}: Facts): boolean {
  return numbers.turns.some(({met}) => met === false)
}

/** A bot that falls behind all the time, not one that paused or lost a chunk: both the median and the mean say so. */
export function fallsBehind({evidence, numbers}: Facts): boolean {
  const pace = evidence.flow.pace() ?? 1
  const {deliveryRatio = 1, underruns = 0} = numbers.metrics
  return underruns > 0 && pace < FALLS_BEHIND && deliveryRatio < ON_THE_WHOLE
}

const FALLS_BEHIND = 0.97
/** What a bot sends ahead at first is in the mean, and not in the median. */
const ON_THE_WHOLE = 0.99
