import type {
  BrokenLevel,
  KneeReport,
  LeakReport,
  OverloadReport,
} from '../../../report/load-report.js'
import type {LevelResult, LevelWorld} from '../traffic/level.js'
import type {KneePlan} from '../plan/load-plan.js'
import {Climb, callLengthMs, type KneeFacts, type LevelStep} from './climb.js'
import {checkForLeaks, idleBot} from './leak-check.js'
import {endNow, hasHeldTwice, type NextStep, nextStep, type Tried} from './next-step.js'
import {judgeOverload, OVERLOAD} from './overload.js'
import type {JudgedLevel} from './level-verdict.js'
import {whoseFault} from './whose-fault.js'

/**
 * How long the overload lasts, in calls. What begins before the last of them can be judged: two whole
 * calls of each place, wherever in its call a place is at the start.
 */
const OVERLOAD_LENGTHS = 3

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
  const {end, atKnee, broken, heldTwice} = await search(plan, climb, facts)
  const searchMs = Math.round(clock.now() - beganAt)
  const overload = await tryOverload(
    {end, atKnee, broken, heldTwice, most: plan.most},
    climb,
    world,
  )
  const leak: LeakReport = world.signal.aborted
    ? {verdict: 'not-measured', evidence: ['The run was interrupted.']}
    : await checkForLeaks(before, end.calls, {world, facts, climb})
  return {
    thresholds: plan.thresholds,
    levels: climb.levels,
    ...(end.calls === undefined ? {} : {calls: end.calls, heldTwice}),
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
  readonly heldTwice: boolean
}

async function search(plan: KneePlan, climb: Climb, facts: KneeFacts): Promise<Found> {
  const tried: Tried[] = []
  const held = new Map<number, LevelResult>()
  const broken = new Map<number, BrokenLevel>()
  let after: LevelStep['after']
  for (;;) {
    const step = nextStep(tried, plan)
    const climbed = step.do === 'try' && (await climb.goTo({...step, isLong: isLong(step), after}))
    if (step.do === 'end' || !climbed) {
      const end = step.do === 'end' ? step : endNow(tried)
      const {calls = 0} = end
      return {
        end,
        atKnee: held.get(calls),
        broken: whatBroke(calls, broken),
        heldTwice: hasHeldTwice(tried, calls),
      }
    }
    const {phase, concurrency} = step
    const {judged, result} = climbed
    tried.push({phase, concurrency, verdict: judged.verdict, isDoubtful: judged.isDoubtful})
    // What counts of a level is its last try.
    if (judged.verdict === 'held') {
      held.set(concurrency, result)
      broken.delete(concurrency)
    } else broken.set(concurrency, whoseFault(judged, {concurrency, result, alone: facts.alone}))
    after = followsFrom(concurrency, judged)
  }
}

/** What the next step follows from; nothing where a level simply held. */
function followsFrom(concurrency: number, {verdict, broken}: JudgedLevel): LevelStep['after'] {
  if (verdict === 'void') return {concurrency, what: 'this machine was the limit'}
  return broken && {concurrency, what: `${broken.expression} broke`}
}

function isLong({phase, isAgain}: Extract<NextStep, {do: 'try'}>): boolean {
  return isAgain || phase === 'hold' || phase === 'step-back'
}

/**
 * The lowest level that broke; the rig's fault first, because beyond it nothing is known of the bot.
 * It may have been late at the knee itself, when that was to be held again.
 */
function whatBroke(
  calls: number,
  broken: ReadonlyMap<number, BrokenLevel>,
): BrokenLevel | undefined {
  const above = [...broken.values()].filter(
    ({concurrency, fault}) => concurrency > calls || (fault === 'rig' && concurrency === calls),
  )
  const ascending = above.sort((one, other) => one.concurrency - other.concurrency)
  return ascending.find(({fault}) => fault === 'rig') ?? ascending[0]
}

async function tryOverload(
  {end, atKnee, broken, most}: Found & {readonly most: number},
  climb: Climb,
  {signal}: LevelWorld,
): Promise<OverloadReport> {
  const concurrency = Math.max((end.calls ?? 0) + 1, Math.round(OVERLOAD * (end.calls ?? 0)))
  const unmeasured = (why: string): OverloadReport => ({verdict: 'not-measured', why})
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
