import type {ThresholdResult} from './threshold-result.js'

/** What a threshold over all calls lets happen to some of them: calls that failed, calls that were dropped. */
export type Tolerated = {readonly failed: boolean; readonly dropped: boolean}

/** A threshold on `failed` or on `dropped` says how many may; only one that held lets them. */
export function toleratesIn(thresholds: readonly ThresholdResult[]): Tolerated {
  const held = thresholds.filter(({status}) => status === 'pass')
  return {
    failed: held.some((one) => isOnShare('failed', one)),
    dropped: held.some((one) => isOnShare('dropped', one)),
  }
}

/** Over all calls: one of a scenario is on the numbers of a call. */
export function isOnShare(
  share: keyof Tolerated,
  {expression, scenario}: ThresholdResult,
): boolean {
  return scenario === undefined && new RegExp(`^\\s*${share}\\b`).test(expression)
}
