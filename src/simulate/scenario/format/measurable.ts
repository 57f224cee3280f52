import type {TurnKind} from '../../../protocol/events.js'
import {samplesMissing} from '../../thresholds.js'
import {type Verb, verbsOf} from './verbs.js'

const VERBS_OF: Readonly<Record<TurnKind, readonly Verb[]>> = {
  greeting: ['greet'],
  say: ['say'],
  interrupt: ['interrupt'],
  digits: ['digits'],
  backchannel: ['backchannel', 'cough', 'sideTalk'],
  noise: ['noise'],
  silence: ['silence'],
  send: ['send'],
  closing: ['botHangsUp'],
}

/**
 * Why a threshold could never be measured in a call of these steps; undefined when it can be.
 * @param steps as they are in the file, right or wrong
 * @param repeat how often the call is made
 */
export function unmeasurable(
  expression: string,
  steps: readonly unknown[],
  repeat = 1,
): string | undefined {
  return samplesMissing(expression, turnsOf(steps), repeat)
}

/** How many turns of a kind such steps make, as they are in the file or ready to be played. */
export function turnsOf(steps: readonly unknown[]): (kind: TurnKind) => number {
  const verbs = steps.map((step) => verbsOf(step)[0])
  return (kind) =>
    verbs.filter((verb) => verb !== undefined && VERBS_OF[kind].includes(verb)).length
}
