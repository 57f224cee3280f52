import type {CallReport} from '../../../report/report.js'
import {metricsOf} from '../../../report/summary.js'
import {callVerdict} from '../../../report/verdict.js'
import {type Measured, sharesOf} from '../../thresholds.js'

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
