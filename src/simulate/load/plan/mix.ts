import {seededRandom} from '../../../random.js'
import type {MixPart} from '../../../report/load-report.js'

/** More than this and a share would only be exact over a run that nobody makes. */
export const MOST_WEIGHT = 1000

/**
 * The scenario of the call of this index. In each block of as many calls as the weights add up to,
 * every scenario has exactly its share. The order inside a block is the seed's: in a fixed one, two
 * scenarios of equal weight on two machines would each be called by one of them alone.
 */
export function scenarioOf(
  index: number,
  {mix, seed}: {readonly mix: readonly MixPart[]; readonly seed: number},
): string {
  const length = totalWeight(mix)
  const block = Math.floor(index / length)
  const places = Array.from({length}, (_, place) => place)
  const random = seededRandom(seed).fork(`mix ${String(block)}`)
  // Fisher and Yates from the front, as far as the place that is asked for.
  const wanted = index % length
  for (let at = 0; at <= wanted; at += 1) {
    const other = at + random.below(length - at)
    const taken = places[other] ?? 0
    places[other] = places[at] ?? 0
    places[at] = taken
  }
  return partAt(mix, places[wanted] ?? 0)
}

export function totalWeight(mix: readonly MixPart[]): number {
  return mix.reduce((sum, {weight}) => sum + weight, 0)
}

function partAt(mix: readonly MixPart[], place: number): string {
  let upTo = 0
  for (const {scenario, weight} of mix) {
    upTo += weight
    if (place < upTo) return scenario
  }
  throw new RangeError(`a mix has no place ${String(place)}`)
}
