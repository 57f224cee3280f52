import {ExostreamError} from '../../../errors.js'
import {LEAST_FOR_P95} from '../../../report/summary.js'
import {callVerdict} from '../../../report/verdict.js'
import {judgeThreshold} from '../../thresholds.js'
import type {KneePlan} from '../plan/load-plan.js'
import type {Alone} from './alone.js'
import {valuesOfLevel} from './level/level-values.js'

export type Measurable = {
  readonly thresholds: readonly string[]
  /** Of the usual ones, those that no call alone gave a value for. */
  readonly unmeasured: readonly string[]
}

/**
 * What the steps of a search can be held to. Of callers who only listen no response is ever measured: each
 * step would be tried twice, in vain. A call alone that did not pass says nothing of what others would give.
 * @throws ExostreamError EXO_USAGE for a threshold that was asked for
 */
export function measurable({thresholds, isAsked}: KneePlan, alone: Alone): Measurable {
  const hasPassed = alone.every((call) => callVerdict(call) === 'pass')
  // As many as any threshold takes.
  const values = valuesOfLevel(
    alone.flatMap((call) => Array<typeof call>(LEAST_FOR_P95).fill(call)),
  )
  const isMeasured = (threshold: string) => judgeThreshold(threshold, values).value !== undefined
  const unmeasured = hasPassed ? thresholds.filter((one) => !isMeasured(one)) : []
  const [first] = unmeasured
  if (isAsked && first !== undefined) {
    const words = `--threshold ${JSON.stringify(first)}: the call alone passed and gave no value for it, and so would no step of a search`
    throw new ExostreamError(
      'EXO_USAGE',
      `${words}: leave it out, or search with calls that give one.`,
    )
  }
  return {thresholds: thresholds.filter((one) => !unmeasured.includes(one)), unmeasured}
}
