import type {
  BrokenLevel,
  KneeReport,
  LeakReport,
  OverloadReport,
} from '../../../report/load-report.js'
import type {LevelResult, LevelWorld} from '../level.js'
import type {KneePlan} from '../load-plan.js'
import {Climb, callLengthMs, type KneeFacts} from './climb.js'
import {checkForLeaks, idleBot} from './leak-check.js'
import {endNow, type NextStep, nextStep, type Tried} from './next-step.js'
import {judgeOverload, OVERLOAD} from './overload.js'
import {whoseFault} from './whose-fault.js'

/** How long the overload lasts, in calls; what began in the first of them can be judged. */
const OVERLOAD_LENGTHS = 2.5

/** The most calls at once that a bot holds, what breaks beyond, and what is left of it afterwards. */
export async function findKnee(
  plan: KneePlan,
  world: LevelWorld,
  facts: KneeFacts,
): Promise<KneeReport> {
  const {clock, alone} = facts
  const before = await idleBot(world, clock)
  const climb = new Climb(plan.thresholds, world, facts)
  const beganAt = clock.now()
  const {end, atKnee, broken} = await search(plan, climb, facts)
  const searchMs = Math.round(clock.now() - beganAt)
  const overload = await tryOverload({end, atKnee, broken, most: plan.most}, climb, world)
  const leak: LeakReport = world.signal.aborted
    ? {verdict: 'not-measured', evidence: ['The run was interrupted.']}
    : await checkForLeaks(before, end.calls, {world, facts, climb})
  return {
    thresholds: plan.thresholds,
    levels: climb.levels,
    ...(end.calls === undefined ? {} : {calls: end.calls}),
    bound: end.bound,
    callMs: Math.round(callLengthMs(alone)),
    ...(broken ? {broken} : {}),
    overload,
    leak,
    searchMs,
  }
}

type Found = {
  readonly end: Extract<NextStep, {do: 'end'}>
  /** The level at the knee, as it last held. */
  readonly atKnee: LevelResult | undefined
  readonly broken: BrokenLevel | undefined
}

async function search(plan: KneePlan, climb: Climb, facts: KneeFacts): Promise<Found> {
  const tried: Tried[] = []
  const held = new Map<number, LevelResult>()
  const broken = new Map<number, BrokenLevel>()
  for (;;) {
    const step = nextStep(tried, plan)
    const climbed = step.do === 'try' && (await climb.goTo({...step, isLong: isLong(step)}))
    if (step.do === 'end' || !climbed) {
      const end = step.do === 'end' ? step : endNow(tried)
      return {end, atKnee: held.get(end.calls ?? 0), broken: whatBroke(end.calls, broken)}
    }
    const {phase, concurrency} = step
    const {judged, result} = climbed
    tried.push({phase, concurrency, verdict: judged.verdict, isDoubtful: judged.isDoubtful})
    // What counts of a level is its last try.
    if (judged.verdict === 'held') {
      held.set(concurrency, result)
      broken.delete(concurrency)
    } else broken.set(concurrency, whoseFault(judged, {concurrency, result, alone: facts.alone}))
  }
}

function isLong({phase, isAgain}: Extract<NextStep, {do: 'try'}>): boolean {
  return isAgain || phase === 'hold' || phase === 'step-back'
}

/** The lowest level that broke; the rig's fault first, because beyond it nothing is known of the bot. */
function whatBroke(
  calls: number | undefined,
  broken: ReadonlyMap<number, BrokenLevel>,
): BrokenLevel | undefined {
  const above = [...broken.values()].filter(({concurrency}) => concurrency > (calls ?? 0))
  const ascending = above.sort((one, other) => one.concurrency - other.concurrency)
  return ascending.find(({fault}) => fault === 'rig') ?? ascending[0]
}

async function tryOverload(
  {end, atKnee, broken, most}: Found & {readonly most: number},
  climb: Climb,
  {signal}: LevelWorld,
): Promise<OverloadReport> {
  const concurrency = Math.max((end.calls ?? 0) + 1, Math.round(OVERLOAD * (end.calls ?? 0)))
  const unmeasured = (why: string): OverloadReport => ({
    concurrency,
    verdict: 'not-measured',
    refused: 0,
    passedPerS: 0,
    passedPerSAtKnee: 0,
    why,
  })
  if (signal.aborted) return unmeasured('The run was interrupted.')
  if (!atKnee) return unmeasured('There is no number of calls that held, to go beyond.')
  if (broken?.fault === 'rig') return unmeasured('The rig was the limit, not the bot.')
  if (concurrency > most) {
    return unmeasured(`${String(concurrency)} calls are over the ceiling of ${String(most)}.`)
  }
  const holdMs = Math.round(OVERLOAD_LENGTHS * climb.callMs)
  const over = await climb.goTo({phase: 'overload', concurrency, isLong: false, holdMs})
  if (!over) return unmeasured('The run was interrupted.')
  return judgeOverload(atKnee, over.result, {concurrency, judged: over.judged})
}
