import {rules} from '../../protocol/rules.js'
import type {CallReport, Diagnosis, RuleResult} from '../../report/report.js'
import {type SendLateness, sumOfLateness} from '../../report/send-lateness.js'
import type {RunPlan} from '../plan.js'
import {Calls, type ConformanceWorld} from './calls.js'
import {diagnoseRun} from './diagnose-run.js'
import type {Need} from './forms.js'
import {findNeed} from './need.js'
import {meeting} from './scenario.js'
import type {Trial, TrialResult} from './trial.js'
import {credentials} from './trials/credentials.js'
import {dialects} from './trials/dialects.js'
import {deathSentence, endings} from './trials/endings.js'
import {framing} from './trials/framing.js'
import {marks} from './trials/marks.js'
import {pongs} from './trials/pongs.js'
import {rates} from './trials/rates.js'
import {receiveLoop} from './trials/receive-loop.js'
import {sids} from './trials/sids.js'
import {sockets} from './trials/sockets.js'
import {statusCallback} from './trials/status-callback.js'
import {diagnosed} from './causes.js'
import {WITHOUT_PONG_MS} from './limits.js'
import {inOrder, watchedRules} from './watched-rules.js'

export type ConformanceResult = {
  readonly calls: readonly CallReport[]
  /** One row for each number, C1 to C40. */
  readonly rules: readonly RuleResult[]
  readonly diagnosis?: Diagnosis
  readonly lateness: SendLateness
  /** Whether any stream was opened at all. */
  readonly opened: boolean
  /** Whether the bot answered the caller in any call; no rule is about that. */
  readonly isAnswered: boolean
  /** What could not be kept, one sentence each. */
  readonly problems: readonly string[]
}

/** Of a sound bot that answers within a second; another takes more calls, and longer ones. */
const USUAL_CALLS = 28
const USUAL_CALL_MS = 7000

/** What a conformance run is likely to take, to be said beforehand. */
export function conformanceLength(plan: RunPlan): {readonly calls: number; readonly ms: number} {
  return {
    calls: USUAL_CALLS + (plan.url.authorization === undefined ? 0 : 2),
    ms: USUAL_CALLS * USUAL_CALL_MS + WITHOUT_PONG_MS,
  }
}

/**
 * Calls the bot in every way that a rule asks for, and judges each rule once. Trials that may leave
 * a weak bot dead come last; what could not be tried any more says so.
 */
export async function runConformance(
  plan: RunPlan,
  world: ConformanceWorld,
): Promise<ConformanceResult> {
  const calls = new Calls(plan, world, conformanceLength(plan).calls)
  const first = await calls.make('first', {steps: (clip) => meeting(clip, calls.greetMs)})
  calls.expectGreeting(first.report.turns.find(({kind}) => kind === 'greeting')?.greetingMs)
  const {need, verdict} = await settle(calls, first.isAnswered)
  const trials: TrialResult[] = verdict ? [verdict] : []
  for (const trial of allTrials(need)) {
    if (trials.some(({rule}) => rule === trial.rule)) continue
    trials.push(await carryOut(trial, calls, world))
  }
  return resultOf(calls, trials)
}

function allTrials(need: Need | undefined): readonly Trial[] {
  return [
    marks,
    dialects(need),
    framing(need),
    sids(need),
    rates,
    credentials,
    receiveLoop,
    pongs,
    sockets,
    endings,
    statusCallback,
  ]
}

/** Whether the bot answers a second ordinary call; and if none, in which form it answers at all. */
async function settle(
  calls: Calls,
  wasAnswered: boolean,
): Promise<{readonly need?: Need; readonly verdict?: TrialResult}> {
  if (wasAnswered) {
    if (await calls.isAlive('an ordinary call')) return {}
    const tried = 'Called again after an ordinary call, which was answered.'
    const sentence = deathSentence('an ordinary call', calls.seen.at(-1))
    const diagnosis = diagnosed('dead-after-hang-up', [sentence])
    const rule = 'leaks-after-close' as const
    return {verdict: {rule, status: 'fail', tried, detail: sentence, diagnosis}}
  }
  const again = await calls.make('again', {})
  if (again.isAnswered) return {}
  const need = await findNeed(calls, again)
  if (need) {
    calls.base = need.form.variation
    return {need}
  }
  calls.lost = 'The bot answered no call at all.'
  return silenceOf(calls)
}

/** A bot that was never heard has its first audio still to send. */
function silenceOf({seen, isInterrupted}: Calls): {readonly verdict?: TrialResult} {
  const isSilent = seen.every(({events}) => !events.has('bot-audio'))
  if (isInterrupted || !isSilent || !seen.some(({isOpened}) => isOpened)) return {}
  const tried = `Called ${String(seen.length)} times, and spoken to each time.`
  const detail = 'The bot sent no audio in any of the calls.'
  return {verdict: {rule: 'first-audio-late', status: 'fail', tried, detail}}
}

async function carryOut(trial: Trial, calls: Calls, world: ConformanceWorld): Promise<TrialResult> {
  const {rule, isBesideCalls = false} = trial
  const isOverNetwork = world.dial === undefined
  const inTheWay = () => (isBesideCalls ? interruption(calls) : obstacle(calls))
  const missing = inTheWay() ?? trial.missing?.({plan: calls.plan, isOverNetwork, calls})
  if (missing !== undefined) return {rule, status: 'not-tried', tried: missing}
  const verdict = await trial.run(calls)
  // Calls that were cut short show nothing.
  const interrupted = interruption(calls)
  return interrupted === undefined
    ? {rule, ...verdict}
    : {rule, status: 'not-tried', tried: interrupted}
}

function obstacle(calls: Calls): string | undefined {
  return interruption(calls) ?? calls.lost
}

function interruption({isInterrupted}: Calls): string | undefined {
  return isInterrupted ? 'The run was interrupted before.' : undefined
}

function resultOf(calls: Calls, trials: readonly TrialResult[]): ConformanceResult {
  const tried = trials.map(({rule, status, tried: how, detail}) => ({
    ...{rule, ref: rules[rule].ref, status, tried: how},
    ...(detail === undefined ? {} : {detail}),
  }))
  // What a call showed by itself stands against a trial that showed nothing.
  const found = findingsIn(calls)
  const shown = tried.filter(({ref, status}) => !found.has(ref) || isFault(status))
  const byTrial = new Set<string>(shown.map(({ref}) => ref))
  const watched = watchedRules({plan: calls.plan, seen: calls.seen}, byTrial)
  const diagnosis = diagnoseRun(trials)
  return {
    calls: calls.results.map(({report}) => report),
    rules: inOrder([...shown, ...watched]),
    ...(diagnosis ? {diagnosis} : {}),
    lateness: sumOfLateness(calls.results.map(({lateness}) => lateness)),
    opened: calls.results.some(({opened}) => opened),
    isAnswered: calls.seen.some(({isAnswered}) => isAnswered),
    problems: calls.problems,
  }
}

function findingsIn({seen}: Calls): ReadonlySet<string> {
  const ordinary = seen.filter(({isOrdinary}) => isOrdinary)
  return new Set(ordinary.flatMap(({report}) => report.findings.map(({ref}) => ref)))
}

function isFault(status: RuleResult['status']): boolean {
  return status === 'warn' || status === 'fail'
}
