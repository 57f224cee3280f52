import type {Clock} from '../../../clock.js'
import {SendLateness} from '../../../report/send-lateness.js'
import {measureCpu} from '../../rig.js'
import type {BotUsage, LevelOrder, LevelResult, LevelWorld} from './level.js'
import type {Ledger} from '../ledger.js'
import {Places} from './openings.js'
import type {Traffic} from './traffic.js'

export type LevelsOptions = {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly traffic: Traffic
  readonly ledger: Ledger
  readonly cores: number
  readonly botNow: () => Promise<BotUsage | undefined>
  /** Hears every pulse of the threads while a level is kept. */
  readonly listen: (onLateness: (lateness: SendLateness) => void) => () => void
}

/** The steps of a search for the knee, on the same calls as any other run. */
export function levelsOf(options: LevelsOptions): LevelWorld {
  const {clock, signal, traffic, botNow} = options
  const places = new Places()
  const isOver = () => signal.aborted
  return {
    signal,
    botNow,
    async hold(order) {
      const {index, concurrency, isOverload} = order
      places.resize(concurrency, opensAt(order, {from: places.count, now: clock.now()}))
      traffic.follow(places, {level: index, ...(isOverload ? {isOverload} : {})})
      await traffic.begin(() => isOver() || places.isReached)
      return keep(order, options)
    },
    async drain() {
      places.resize(0, () => Infinity)
      await traffic.idle()
    },
  }
}

/** The places that are missing open evenly over the ramp. */
function opensAt(
  {concurrency, rampMs}: LevelOrder,
  {from, now}: {readonly from: number; readonly now: number},
): (place: number) => number {
  const missing = Math.max(1, concurrency - from)
  return (place) => now + ((place - from) * rampMs) / missing
}

/** Keeps a level that has been reached, and says what it showed. */
async function keep(
  {index, holdMs, untilCalls = Infinity}: LevelOrder,
  {clock, signal, traffic, ledger, cores, botNow, listen}: LevelsOptions,
): Promise<LevelResult> {
  const lateness = new SendLateness()
  const silence = listen((of) => lateness.merge(of))
  const rigCpu = measureCpu(clock, 0)
  const before = await botNow()
  const reachedAt = clock.now()
  const ofLevel = () => ledger.entries.filter(({order}) => order.level === index)
  const isOver = () => signal.aborted || (untilCalls < Infinity && ofLevel().length >= untilCalls)
  await traffic.begin(isOver, reachedAt + holdMs)
  const endedAt = clock.now()
  const after = await botNow()
  silence()
  // The first call of a level begins before that has been reached.
  const judgedFrom = untilCalls < Infinity ? -Infinity : reachedAt
  const judged = ofLevel().filter(
    ({order, endedAt: over}) => order.startAt >= judgedFrom && over <= endedAt,
  )
  const durationMs = endedAt - reachedAt
  const botCpu =
    before && after && durationMs > 0 ? (after.cpuMs - before.cpuMs) / durationMs : undefined
  return {
    calls: judged.map(({report}) => report),
    notOpened: judged.filter(({opened}) => !opened).length,
    durationMs,
    lateness,
    rigCpu: rigCpu() ?? 0,
    cores,
    ...(botCpu === undefined ? {} : {botCpu: Math.max(0, botCpu)}),
    ...(after ? {botRssBytes: after.rssBytes} : {}),
  }
}
