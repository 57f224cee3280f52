import type {KneeReport} from '../../../report/load-report.js'
import type {Crew} from '../crew/crew.js'
import type {Alone} from '../knee/alone.js'
import {findKnee} from '../knee/find-knee.js'
import {levelsOf} from './levels.js'
import {type LoadPlan, MOST_CALLS} from '../plan/load-plan.js'
import {scenarioOf} from '../plan/mix.js'
import {dueTimes, type Openings, placesOf} from './openings.js'
import {indexInPlan} from '../plan/shard.js'
import type {LoadState} from '../state.js'
import {type NextCall, Traffic} from './traffic.js'

export type Making = {
  readonly state: LoadState
  readonly crew: Crew
  /** The calls that were made before these. */
  readonly alone: Alone
}

export type CallsMade = {
  readonly durationMs: number
  /** The most streams that were open at once. */
  readonly peak: number
  readonly knee?: KneeReport
}

/** The calls of the plan, or those of a search for the knee; resolves when all of them have ended. */
export async function makeCalls(plan: LoadPlan, making: Making): Promise<CallsMade> {
  const {state, crew} = making
  const {clock, ledger, stop} = state
  const traffic = new Traffic({clock, crew, next: callsOf(plan, state)})
  state.hear((ended) => {
    traffic.ended(ended)
  })
  const undo = state.onStop(() => {
    crew.hangUp()
    traffic.stir()
  })
  state.begin()
  const startedAt = clock.now()
  try {
    const knee = await search(plan, traffic, making)
    if (!knee) {
      const {durationMs = Infinity} = plan.arrivals
      traffic.follow(openingsOf(plan, startedAt))
      await traffic.begin(() => stop.aborted, startedAt + durationMs)
    }
    await traffic.idle()
    return {
      durationMs: Math.max(0, ledger.lastEndedAt - startedAt),
      peak: state.streams.most,
      ...(knee ? {knee} : {}),
    }
  } finally {
    undo()
  }
}

async function search(
  {knee, mix}: LoadPlan,
  traffic: Traffic,
  {state, alone}: Making,
): Promise<KneeReport | undefined> {
  if (!knee) return undefined
  const {clock, ledger, stop, cores, bot} = state
  const world = levelsOf({
    clock,
    signal: stop,
    traffic,
    ledger,
    cores,
    botNow: async () => bot?.now(),
    listen: (listener) => state.onLateness(listener),
  })
  return findKnee(knee, world, {
    clock,
    alone,
    mix,
    onDoing: (doing) => {
      state.doing(doing)
    },
  })
}

function openingsOf({arrivals, shard}: LoadPlan, startedAt: number): Openings {
  const at = {startedAt, shard}
  return arrivals.model === 'rate' ? dueTimes(arrivals, at) : placesOf(arrivals, at)
}

/** The calls of this machine's part of the plan, one after another. */
function callsOf({mix, run: {seed}, shard}: LoadPlan, {planned, ledger}: LoadState): NextCall {
  let made = 0
  return () => {
    if (planned !== undefined && made >= planned) return undefined
    const index = indexInPlan(made, shard)
    if (index >= MOST_CALLS) {
      ledger.problems.push(`A run makes at most ${String(MOST_CALLS)} calls: no more were begun.`)
      return undefined
    }
    made += 1
    return {index, scenario: scenarioOf(index, {mix, seed})}
  }
}
