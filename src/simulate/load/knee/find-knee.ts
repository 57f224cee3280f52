import {TOO_FEW_ENDED} from '../../../report/knee-outcome.js'
import type {
  BrokenLevel,
  KneeReport,
  LeakReport,
  OverloadReport,
} from '../../../report/load-report.js'
import type {LevelResult, LevelWorld} from '../traffic/level.js'
import type {KneePlan} from '../plan/load-plan.js'
import {longestMs} from './alone.js'
import {Climb, type KneeFacts, type LevelStep} from './climb.js'
import {checkForLeaks, idleBot} from './leak/leak-check.js'
import {measurable} from './measurable.js'
import {endNow, hasHeldTwice, type NextStep, nextStep, type Tried} from './next-step.js'
import {judgeOverload, OVERLOAD} from './overload.js'
import type {JudgedLevel} from './level/level-verdict.js'
import {judgeLoad, type Shown} from './whatever-load.js'
import {whoseFault} from './whose-fault.js'

/**
 * How long the overload lasts, in calls. What begins before the last of them can be judged: two whole
 * calls of each place, wherever in its call a place is at the start.
 */
const OVERLOAD_LENGTHS = 3

/**
 * The most calls at once that a bot holds, what breaks beyond, and what is left of it afterwards.
 * @throws ExostreamError EXO_USAGE for a threshold that was asked for and cannot be measured
 */
export async function findKnee(
  plan: KneePlan,
  world: LevelWorld,
  facts: KneeFacts,
): Promise<KneeReport> {
  const {clock, alone} = facts
  const {thresholds, unmeasured} = measurable(plan, alone)
  const before = await idleBot(world, clock)
  const climb = new Climb(thresholds, world, facts)
  const beganAt = clock.now()
  const searched = await search(plan, climb, facts)
  const searchMs = Math.round(clock.now() - beganAt)
  // What was interrupted has too few calls to say whether it is their number.
  const found = world.signal.aborted ? searched : inAll(searched, thresholds)
  const {bound, calls, broken, heldTwice} = found
  const overload = await tryOverload(found, {most: plan.most, climb, world})
  const leak: LeakReport = world.signal.aborted
    ? {verdict: 'not-measured', evidence: ['The run was interrupted.']}
    : await checkForLeaks(before, searched.calls, {world, facts, climb})
  return {
    thresholds,
    ...(unmeasured.length === 0 ? {} : {unmeasured}),
    levels: climb.levels,
    ...(calls === undefined ? {} : {calls, heldTwice}),
    bound,
    callMs: Math.round(longestMs(alone)),
    ...(broken ? {broken} : {}),
    overload,
    leak,
    searchMs,
  }
}

type Found = Pick<KneeReport, 'bound' | 'calls'> & {
  /** The level at the knee, as it last held. */
  readonly atKnee: LevelResult | undefined
  readonly broken: BrokenLevel | undefined
  readonly heldTwice: boolean
  readonly shown: readonly Shown[]
}

/** By all calls of the search together; of what is then no knee no level counts. */
function inAll(found: Found, thresholds: readonly string[]): Found {
  const {bound, calls, broken} = judgeLoad(found, thresholds, found.shown)
  if (calls !== undefined) return {...found, bound, calls, broken}
  const {calls: _, ...others} = found
  return {...others, bound, broken, atKnee: undefined}
}

async function search(plan: KneePlan, climb: Climb, facts: KneeFacts): Promise<Found> {
  const tried: Tried[] = []
  const held = new Map<number, LevelResult>()
  const broken = new Map<number, BrokenLevel>()
  const shown: Shown[] = []
  let after: LevelStep['after']
  for (;;) {
    const step = nextStep(tried, plan)
    const climbed = step.do === 'try' && (await climb.goTo({...step, isLong: isLong(step), after}))
    if (step.do === 'end' || !climbed) {
      const end = step.do === 'end' ? step : endNow(tried)
      const {bound, calls = 0} = end
      return {
        bound,
        ...(calls === 0 ? {} : {calls}),
        shown,
        atKnee: held.get(calls),
        broken: whatBroke(calls, broken),
        heldTwice: hasHeldTwice(tried, calls),
      }
    }
    const {phase, concurrency} = step
    const {judged, result} = climbed
    tried.push({phase, concurrency, verdict: judged.verdict, isDoubtful: judged.isDoubtful})
    if (judged.verdict !== 'void') shown.push({concurrency, result})
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
  if (broken?.expression === TOO_FEW_ENDED) return {concurrency, what: 'too few calls ended'}
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

type Overloading = {
  readonly most: number
  readonly climb: Climb
  readonly world: Pick<LevelWorld, 'signal'>
}

async function tryOverload(
  {calls = 0, atKnee, broken}: Found,
  {most, climb, world: {signal}}: Overloading,
): Promise<OverloadReport> {
  const concurrency = Math.max(calls + 1, Math.round(OVERLOAD * calls))
  const unmeasured = (why: string): OverloadReport => ({verdict: 'not-measured', why})
  if (signal.aborted) return unmeasured('The run was interrupted.')
  if (broken?.atAnyLoad === true) return unmeasured('No number of calls is a knee.')
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
