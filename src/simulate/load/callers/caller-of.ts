import {seededRandom} from '../../../random.js'
import {numbersOf} from '../../../stream/exotel/identity.js'
import {randomOf} from '../../run.js'
import type {Scenario} from '../../scenario/scenario.js'
import {CALIBRATION, type CallOrder} from '../crew/crew.js'
import type {Caller, LoadPlan} from '../plan/load-plan.js'

/** The scenario of a call, with the numbers and parameters of whoever calls. */
export function scenarioFor(order: CallOrder, plan: LoadPlan): Scenario {
  const scenario = scenarioIn(plan, order)
  if (!scenario) throw new RangeError(`the plan has no scenario ${order.scenario}`)
  const row = rowOf(order, plan)
  return {
    ...scenario,
    ...numbersFor(order, plan),
    ...(row ? {parameters: {...scenario.parameters, ...row.parameters}} : {}),
  }
}

/** Those of its row, else those of the scenario, else made up: then no other call of the plan has them. */
export function numbersFor(order: CallOrder, plan: LoadPlan): ReturnType<typeof numbersOf> {
  const row = rowOf(order, plan)
  const scenario = scenarioIn(plan, order)
  const made = numbersOf(placeIn(plan, order), seededRandom(plan.run.seed).fork('numbers'))
  return {
    from: row?.from ?? scenario?.from ?? made.from,
    to: row?.to ?? scenario?.to ?? made.to,
  }
}

function scenarioIn({run}: LoadPlan, {scenario}: CallOrder): Scenario | undefined {
  return run.scenarios.find(({name}) => name === scenario)
}

/** The call that is made alone has none: whom it stands for would be called twice. */
function rowOf({index}: CallOrder, {callers}: LoadPlan): Caller | undefined {
  return index === CALIBRATION ? undefined : callers[index % callers.length]
}

/** What is chance in a call, from the seed and its place. */
export function randomFor(order: CallOrder, plan: LoadPlan): ReturnType<typeof randomOf> {
  return randomOf({index: placeIn(plan, order)}, plan.run)
}

/**
 * Every part makes calls alone, all at the same time, of each scenario at most one: each has a place of its
 * own, before those of the plan.
 */
function placeIn({shard, mix}: LoadPlan, {index, scenario}: CallOrder): number {
  if (index !== CALIBRATION) return index
  const {part, of} = shard ?? {part: 1, of: 1}
  const nth = mix.findIndex((one) => one.scenario === scenario)
  return -(part + of * Math.max(0, nth))
}
