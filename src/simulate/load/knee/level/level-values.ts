import type {CallReport} from '../../../../report/report.js'
import {metricsOf} from '../../../../report/summary.js'
import {callVerdict} from '../../../../report/verdict.js'
import {type Measured, sharesOf} from '../../../thresholds.js'

/** What the thresholds of a level are judged on: the metrics of its calls, and how many of them failed. */
export function valuesOfLevel(
  calls: readonly CallReport[],
): ReadonlyMap<string, readonly Measured[]> {
  const values = new Map<string, Measured[]>()
  for (const call of calls) {
    for (const {name, ...measured} of metricsOf(call)) {
      const known = values.get(name)
      if (known) known.push(measured)
      else values.set(name, [measured])
    }
  }
  return new Map([...values, ...sharesOf(calls)])
}

/** It was made, and did not do what its scenario promises. */
export function isFailed(call: CallReport): boolean {
  return !isDropped(call) && callVerdict(call) === 'fail'
}

/** The rig could not start it. */
export function isDropped({outcome}: CallReport): boolean {
  return outcome === 'dropped'
}

const REFUSED: readonly string[] = [
  'EXO_UPGRADE_REFUSED',
  'EXO_UNAUTHORIZED',
  'EXO_NOT_WEBSOCKET',
  'EXO_DIAL_REFUSED',
]

/**
 * The bot's own word, whatever our frames did: it would not have the call, or ended it before it had
 * said anything. An answer that did not come in time may be ours.
 */
export function isRefused({outcome, closing, failure, speech}: CallReport): boolean {
  if (outcome !== 'failed') return false
  if (closing) return closing.by !== 'caller' && speech.bot.length === 0
  return REFUSED.includes(failure?.code ?? '')
}
