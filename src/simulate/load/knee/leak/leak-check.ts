import type {Clock} from '../../../../clock.js'
import type {LeakReport} from '../../../../report/load-report.js'
import type {BotUsage, LevelWorld} from '../../traffic/level.js'
import {longestPatienceMs} from '../alone.js'
import type {Climb, KneeFacts} from '../climb.js'
import {isRefused} from '../level/level-values.js'
import {type IdleBot, isSettled, judgeAlone, judgeProcess, needsSecondRound} from './leak.js'

/** CPU without calls is that of so long. */
const IDLE_MS = 1000
/** Connections that linger, caches that expire, a collection: longer than this is no rest. */
const LONGEST_REST_MS = 15_000
/** So many calls, one after another, show whether it still answers as it did. */
const CALLS_ALONE = 3

export type LeakWorld = {
  readonly world: LevelWorld
  readonly facts: KneeFacts
  readonly climb: Climb
}

/** The bot's process over a second; undefined where it is not known. */
export async function idleBot(world: LevelWorld, clock: Clock): Promise<IdleBot | undefined> {
  const first = await livingBot(world)
  if (!first || !(await rest(world, clock))) return undefined
  const second = await livingBot(world)
  return second && idleBetween(first, second)
}

/** What is left in the bot when all calls have ended, and whether it is there itself. */
export async function checkForLeaks(
  before: IdleBot | undefined,
  knee: number | undefined,
  checked: LeakWorld,
): Promise<LeakReport> {
  await checked.climb.drain()
  if (before) return checkProcess(before, knee, checked)
  const {verdict, evidence} = await callsAlone(checked)
  return {verdict, evidence: [...evidence, UNNAMED]}
}

async function checkProcess(
  before: IdleBot,
  knee: number | undefined,
  checked: LeakWorld,
): Promise<LeakReport> {
  const {world, facts, climb} = checked
  const {calls} = climb
  const isOver = () => world.signal.aborted
  const after = await settled(before, checked)
  if (isOver()) return INTERRUPTED
  const outside = await callsAlone(checked)
  if (isOver()) return INTERRUPTED
  if (!after) return withoutProcess(outside, (await livingBot(world)) === undefined)
  const canBeSeenAgain = knee !== undefined && calls > 0 && outside.verdict !== 'gone'
  const second =
    canBeSeenAgain && needsSecondRound(before, after)
      ? await secondRound(before, knee, checked)
      : undefined
  facts.onDoing?.('leak check: done')
  return together(judgeProcess(before, {calls, after}, second), outside)
}

/** Whoever answers in its place, as where it is started anew, did not live through the search. */
function withoutProcess(outside: LeakReport, isGone: boolean): LeakReport {
  if (!isGone) {
    const verdict = outside.verdict === 'clean' ? 'not-measured' : outside.verdict
    return {verdict, evidence: [...outside.evidence, UNREAD]}
  }
  return outside.verdict === 'gone'
    ? {...outside, evidence: [...outside.evidence, 'Its process is gone.']}
    : {verdict: 'gone', evidence: [REPLACED, ...outside.evidence]}
}

const INTERRUPTED: LeakReport = {
  verdict: 'not-measured',
  evidence: ['The run was interrupted before all calls had ended.'],
}

const UNNAMED = 'Its process is not known, so that what it holds was not compared.'
const UNREAD = 'Its process could not be read, so that what it holds was not compared.'
const REPLACED = "The bot's process is gone; whatever answers now is another."

const RIG_WAS_LATE: LeakReport = {
  verdict: 'not-measured',
  evidence: ['Of the calls alone after the search nothing can be said: this machine was too late.'],
}

/** The knee once more, so that what was kept for the next time is told from what was lost. */
async function secondRound(before: IdleBot, knee: number, checked: LeakWorld) {
  const {climb} = checked
  const madeBefore = climb.calls
  await climb.goTo({phase: 'after', concurrency: knee, isLong: true})
  const calls = climb.calls - madeBefore
  await climb.drain()
  const after = await settled(before, checked)
  return after && calls > 0 ? {calls, after} : undefined
}

async function callsAlone({climb, facts}: LeakWorld): Promise<LeakReport> {
  const level = await climb.goTo({
    phase: 'after',
    concurrency: 1,
    isLong: false,
    untilCalls: CALLS_ALONE,
    // A bot that has become slow is not gone: there is time for a call whose every answer comes late.
    holdMs: Math.round(Math.max(longestPatienceMs(facts.alone), (CALLS_ALONE + 1) * climb.callMs)),
  })
  await climb.drain()
  if (!level) return INTERRUPTED
  const {calls} = level.result
  // No lateness of ours makes a bot refuse.
  const areRefused = calls.length > 0 && calls.every(isRefused)
  if (level.judged.verdict === 'void' && !areRefused) return RIG_WAS_LATE
  return judgeAlone(facts.alone, calls)
}

/** Waits until it is as before, or until it will not be. */
async function settled(before: IdleBot, {world, facts}: LeakWorld): Promise<IdleBot | undefined> {
  facts.onDoing?.('leak check: waiting for the bot to settle')
  let last: IdleBot | undefined
  for (let waitedMs = 0; waitedMs < LONGEST_REST_MS; waitedMs += IDLE_MS) {
    last = await idleBot(world, facts.clock)
    if (!last || isSettled(before, last)) return last
  }
  return last
}

async function rest({signal}: LevelWorld, clock: Clock): Promise<boolean> {
  try {
    await clock.sleepUntil(clock.now() + IDLE_MS, signal)
    return true
  } catch (error) {
    // Interrupted: there is no second look.
    if (signal.aborted) return false
    throw error
  }
}

/** One that has ended, and whose parent has not asked how, is still listed, and holds no memory. */
async function livingBot(world: LevelWorld): Promise<BotUsage | undefined> {
  const now = await world.botNow()
  return now && now.rssBytes > 0 ? now : undefined
}

function idleBetween(first: BotUsage, second: BotUsage): IdleBot {
  return {...second, idleCpu: Math.max(0, (second.cpuMs - first.cpuMs) / IDLE_MS)}
}

/** Either may show what the other cannot: the worse of the two counts. */
function together(inside: LeakReport, outside: LeakReport): LeakReport {
  const verdicts = [inside.verdict, outside.verdict]
  const verdict = WORST_FIRST.find((one) => verdicts.includes(one)) ?? 'not-measured'
  const parts = verdict === 'gone' ? [outside, inside] : [inside, outside]
  return {verdict, evidence: parts.flatMap(({evidence}) => evidence)}
}

const WORST_FIRST = ['gone', 'leaks', 'not-measured', 'clean'] as const
