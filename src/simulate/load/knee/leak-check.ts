import type {Clock} from '../../../clock.js'
import type {LeakReport} from '../../../report/load-report.js'
import type {BotUsage, LevelWorld} from '../traffic/level.js'
import type {Climb, KneeFacts} from './climb.js'
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
  const first = await world.botNow()
  if (!first || !(await rest(world, clock))) return undefined
  const second = await world.botNow()
  return second && idleBetween(first, second)
}

/** What is left in the bot when all calls have ended. */
export async function checkForLeaks(
  before: IdleBot | undefined,
  knee: number | undefined,
  checked: LeakWorld,
): Promise<LeakReport> {
  const {world, facts, climb} = checked
  await climb.drain()
  const first = before && {calls: climb.calls, after: await settled(before, checked)}
  if (world.signal.aborted) return INTERRUPTED
  const process = before && first?.after && {before, first: {...first, after: first.after}}
  const outside = await callsAlone(checked)
  if (!process) {
    const unknown = before ? GONE : UNNAMED
    return {...outside, evidence: [...outside.evidence, unknown]}
  }
  const {first: round} = process
  const second =
    needsSecondRound(process.before, round.after) && knee !== undefined && round.calls > 0
      ? await secondRound(process.before, knee, checked)
      : undefined
  facts.onDoing?.('leak check: done')
  const inside = judgeProcess(process.before, round, second)
  return together(inside, outside)
}

const INTERRUPTED: LeakReport = {
  verdict: 'not-measured',
  evidence: ['The run was interrupted before all calls had ended.'],
}

const UNNAMED = 'Its process is not known, so that what it holds was not compared.'
const GONE = 'Its process could not be read any more, so that what it holds was not compared.'

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
  const holdMs = Math.round((CALLS_ALONE + 0.5) * climb.callMs)
  const level = await climb.goTo({phase: 'after', concurrency: 1, isLong: false, holdMs})
  await climb.drain()
  if (!level) return INTERRUPTED
  if (level.judged.verdict === 'void') return RIG_WAS_LATE
  return judgeAlone(facts.alone, level.result.calls)
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

function idleBetween(first: BotUsage, second: BotUsage): IdleBot {
  return {...second, idleCpu: Math.max(0, (second.cpuMs - first.cpuMs) / IDLE_MS)}
}

/** Either may show what the other cannot. */
function together(inside: LeakReport, outside: LeakReport): LeakReport {
  const verdicts = [inside.verdict, outside.verdict]
  const verdict = verdicts.includes('leaks') ? 'leaks' : inside.verdict
  return {verdict, evidence: [...inside.evidence, ...outside.evidence]}
}
