import {type Arrivals, MOST_CALLS} from '../plan/load-plan.js'

/** When each call is meant to start, in milliseconds from the start of the run; nothing here knows a clock. */

export type ConcurrencyArrivals = Extract<Arrivals, {model: 'concurrency'}>
export type RateArrivals = Extract<Arrivals, {model: 'rate'}>

/** When the place of this number, from 0, is there to be taken: the first at once, the last at the end of the ramp. */
export function placeOpensAt(
  place: number,
  {concurrency, rampMs}: Pick<ConcurrencyArrivals, 'concurrency' | 'rampMs'>,
): number {
  return concurrency <= 1 ? 0 : (place * rampMs) / (concurrency - 1)
}

/**
 * When the call of this index is meant to start. The rate climbs evenly from 0 to `ratePerS` over
 * the ramp, so `ratePerS * t² / (2 * ramp)` calls have started by then; afterwards they are evenly apart.
 */
export function startOf(
  index: number,
  {ratePerS, rampMs}: Pick<RateArrivals, 'ratePerS' | 'rampMs'>,
): number {
  const inRamp = (ratePerS * rampMs) / 2000
  if (index <= inRamp) return inRamp === 0 ? 0 : rampMs * Math.sqrt(index / inRamp)
  return rampMs + ((index - inRamp) * 1000) / ratePerS
}

/** How many calls the whole plan makes; undefined where that hangs on how long they last. */
export function plannedCalls(arrivals: Arrivals): number | undefined {
  const {calls, durationMs} = arrivals
  if (arrivals.model === 'concurrency' || durationMs === undefined) return calls
  return Math.min(calls ?? Infinity, startedBefore(durationMs, arrivals))
}

/** How many calls start before that time; roughly, where they are more than any run makes. */
function startedBefore(endMs: number, arrivals: RateArrivals): number {
  const {ratePerS, rampMs} = arrivals
  const sinceRampMs = endMs - rampMs
  const roughly =
    sinceRampMs <= 0
      ? (ratePerS * endMs ** 2) / (2000 * rampMs)
      : (ratePerS * (sinceRampMs + rampMs / 2)) / 1000
  // Of numbers too large to be told apart the next is the same again.
  if (roughly > 2 * MOST_CALLS) return Math.floor(roughly)
  // The start of a call decides, so that no rounding of the inverse can add one or lose one.
  let count = Math.max(0, Math.floor(roughly) - 1)
  while (startOf(count, arrivals) < endMs) count += 1
  return count
}
