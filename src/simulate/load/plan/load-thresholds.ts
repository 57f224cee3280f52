import type {MixPart} from '../../../report/load-report.js'
import type {Scenario} from '../../scenario/scenario.js'
import {turnsOf} from '../../scenario/format/measurable.js'
import {samplesShort} from '../../thresholds.js'
import {totalWeight} from './mix.js'

type Extent = {
  readonly scenarios: readonly Scenario[]
  readonly mix: readonly MixPart[]
  /** Undefined where it is not known beforehand. */
  readonly calls: number | undefined
}

/** A threshold that could never get its values, over all calls or over those of a scenario. */
export function mistakeInLoadThresholds(
  expressions: readonly string[],
  extent: Extent,
): string | undefined {
  const {scenarios, mix, calls = Infinity} = extent
  const ofAll = scenarios.map(({steps}) => turnsOf(steps))
  const all = {
    of: '--threshold',
    expressions,
    // Of the scenario that gives the most: what it gives in its share alone is not asked here.
    turns: (kind: Parameters<(typeof ofAll)[number]>[0]) =>
      ofAll.reduce((most, turns) => Math.max(most, turns(kind)), 0),
    calls,
    ofCalls: 1,
  }
  const ofScenarios = scenarios.map(({name, steps, thresholds}) => {
    const weight = mix.find(({scenario}) => scenario === name)?.weight ?? 0
    const ofCalls = totalWeight(mix) / weight
    const mine = Math.floor(calls / ofCalls)
    return {of: name, expressions: thresholds, turns: turnsOf(steps), calls: mine, ofCalls}
  })
  for (const {of, expressions: judged, turns, calls: made, ofCalls} of [all, ...ofScenarios]) {
    for (const expression of judged) {
      const short = samplesShort(expression, turns, made)
      if (short) return sentence({of, expression, ...short}, ofCalls)
    }
  }
  return undefined
}

type Short = {
  readonly of: string
  readonly expression: string
  readonly why: string
  readonly enough?: number
}

function sentence({of, expression, why, enough}: Short, ofCalls: number): string {
  const flag =
    enough === undefined ? '' : `; --calls ${String(Math.ceil(enough * ofCalls))} gives enough`
  const where = of === '--threshold' ? of : `The threshold of the scenario ${of},`
  return `${where} ${JSON.stringify(expression)}: expected ${why}${flag}.`
}
