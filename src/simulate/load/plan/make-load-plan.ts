import {availableParallelism} from 'node:os'

import {ExostreamError} from '../../../errors.js'
import {makePlan, type RunPlan} from '../../plan.js'
import {tooMuch} from '../../scenario/format/fields.js'
import {plannedCalls} from '../traffic/arrivals.js'
import {readCallers} from '../callers/callers.js'
import {mistakeInRequest, mistakeInShare} from './load-mistakes.js'
import {
  type Arrivals,
  type Caller,
  CEILING,
  type KneePlan,
  type LoadPlan,
  MOST_CALLS,
} from './load-plan.js'
import type {LoadRequest} from './load-request.js'
import {mistakeInLoadThresholds} from './load-thresholds.js'
import {mixOf} from './mix-of.js'

/**
 * What a step of a search holds, unless told otherwise. The holes are those of all speech in the step, a
 * minute: each call held to less than one a minute would break by its first hole.
 */
const KNEE_THRESHOLDS = ['p95(responseMs) < 2000', 'failed < 1 %', 'mean(underrunRate) < 1']
const FIRST_STEP = 10
/** A ramp as long as this starts fifty calls a second: a bot that falls behind then falls behind its calls, not their start. */
const RAMP_MS_A_CALL = 20

/**
 * What a load run needs from the request; whatever is wrong with it is thrown here.
 * @throws ExostreamError EXO_USAGE, EXO_DATA_INVALID, and those of a scenario and of a URL
 */
export async function makeLoadPlan(request: LoadRequest): Promise<LoadPlan> {
  refuse(mistakeInRequest(request))
  const {data, workers, shard, botPid, thresholds = []} = request
  const arrivals = arrivalsOf(request)
  const run = await runOf(request)
  const mix = mixOf(request, run.scenarios)
  const calls = plannedCalls(arrivals)
  refuse(mistakeInExtent(calls, arrivals) ?? mistakeInShare(calls, request))
  refuse(mistakeInLoadThresholds(thresholds, {scenarios: run.scenarios, mix, calls}))
  const callers = data === undefined ? [] : await readCallers(data)
  refuse(mistakeInParameters(callers, run))
  return {
    run,
    mix,
    arrivals,
    callers,
    workers: workers ?? usefulThreads(arrivals),
    thresholds: request.findKnee ? [] : thresholds,
    ...(shard === undefined ? {} : {shard}),
    ...(botPid === undefined ? {} : {botPid}),
    ...(request.findKnee ? {knee: kneeOf(request)} : {}),
  }
}

function refuse(mistake: string | undefined): void {
  if (mistake !== undefined) throw new ExostreamError('EXO_USAGE', mistake)
}

function arrivalsOf(request: LoadRequest): Arrivals {
  const {calls, ratePerS, durationMs, findKnee = false} = request
  const until = {
    ...(calls === undefined ? {} : {calls}),
    ...(durationMs === undefined ? {} : {durationMs}),
  }
  if (ratePerS !== undefined) {
    return {model: 'rate', ratePerS, rampMs: request.rampMs ?? 0, ...until}
  }
  // A thousand calls are a thousand at once, unless told otherwise.
  const concurrency = request.concurrency ?? (findKnee ? CEILING : (calls ?? 1))
  const rampMs = request.rampMs ?? (findKnee ? 0 : RAMP_MS_A_CALL * concurrency)
  return {model: 'concurrency', concurrency, rampMs, ...until}
}

async function runOf(request: LoadRequest): Promise<RunPlan> {
  const {target, url, profiles, headers, seed, maxSessionMs, mix} = request
  const scenarios = mix?.map(({scenario}) => scenario) ?? request.scenarios
  return makePlan({
    ...{target, url, profiles, headers, seed, maxSessionMs},
    scenarios,
    mostCalls: MOST_CALLS,
  })
}

/** A thread for each core, and none without a call. */
function usefulThreads(arrivals: Arrivals): number {
  const most = arrivals.model === 'concurrency' ? arrivals.concurrency : Infinity
  return Math.min(availableParallelism(), most, arrivals.calls ?? Infinity)
}

function kneeOf({from = FIRST_STEP, concurrency = CEILING, thresholds}: LoadRequest): KneePlan {
  const steps = {from: Math.min(from, concurrency), most: concurrency}
  return thresholds === undefined || thresholds.length === 0
    ? {...steps, thresholds: KNEE_THRESHOLDS}
    : {...steps, thresholds, isAsked: true}
}

function mistakeInExtent(calls: number | undefined, {durationMs}: Arrivals): string | undefined {
  if (calls === undefined || calls <= MOST_CALLS) return undefined
  const until = durationMs === undefined ? '' : ' in this time'
  const [most, these] = [MOST_CALLS, calls].map((count) => count.toLocaleString('en-US'))
  return `A run makes at most ${most ?? ''} calls, and these are ${these ?? ''}${until}.`
}

/** Exotel passes on so many parameters of a call, wherever they come from. */
function mistakeInParameters(callers: readonly Caller[], {scenarios}: RunPlan): string | undefined {
  for (const {name, parameters = {}} of scenarios) {
    const caller = callers.find((one) => tooMuch({...parameters, ...one.parameters}) !== undefined)
    const problem = caller && tooMuch({...parameters, ...caller.parameters})
    if (problem !== undefined) {
      return `The parameters of --data and those of the scenario ${name} are too many together: expected ${problem}.`
    }
  }
  return undefined
}
