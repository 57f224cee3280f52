import {ExostreamError} from '../errors.js'
import {DEFAULT_SAMPLE_RATE_HZ} from '../protocol/limits.js'
import type {SampleRateHz} from '../protocol/messages.js'
import {combineProfiles, type Profile, type ProfileId} from '../protocol/profiles.js'
import type {PlanSummary, Target} from '../report/report.js'
import {parseStreamUrl, type StreamUrl, withSampleRate} from '../stream/exotel/stream-url.js'
import {BOT_VAD} from './line.js'
import type {Scenario} from './scenario/scenario.js'
import {readScenario, scenarioOfClips} from './scenario/scenario-reader.js'

/** All that a run needs to know, decided before the first call. */
export type RunPlan = {
  readonly target: Target
  readonly url: StreamUrl
  readonly scenarios: readonly Scenario[]
  /** The WAV files that make the scenario, as they were given. */
  readonly say?: readonly string[]
  readonly template?: string
  readonly profile: Profile
  readonly sampleRateHz: SampleRateHz
  readonly clear: 'packet' | 'message'
  readonly marksOnClear: 'drop' | 'echo'
  readonly seed: number
  readonly handshakeTimeoutMs?: number
  readonly retryDelayMs?: number
  readonly maxSessionMs?: number
}

/** The part of the plan that the report carries. */
export function summarisePlan(plan: RunPlan): PlanSummary {
  const {scenarios, say, template, profile, sampleRateHz, clear, marksOnClear} = plan
  const sources = scenarios.flatMap(({name, source}) => (source ? [{name, ...source}] : []))
  return {
    scenarios: scenarios.map(({name}) => name),
    ...(sources.length === 0 ? {} : {sources}),
    ...(say === undefined ? {} : {say}),
    ...(template === undefined ? {} : {template}),
    profile: profile.id,
    sampleRateHz,
    frameMs: profile.frameMs,
    clear,
    marksOnClear,
    vad: BOT_VAD,
  }
}

export type PlanRequest = {
  readonly target: Target
  readonly url: string
  /** A built-in name or a path; `basic` when neither this nor `say` is given. */
  readonly scenario?: string | undefined
  /** WAV files to say, instead of a scenario. */
  readonly say?: readonly string[] | undefined
  /** Which voice template the called bot has, for the report. */
  readonly template?: string | undefined
  readonly profiles?: readonly ProfileId[] | undefined
  readonly seed: number
  readonly clear?: 'packet' | 'message' | undefined
  readonly marksOnClear?: 'drop' | 'echo' | undefined
  readonly handshakeTimeoutMs?: number | undefined
  readonly retryDelayMs?: number | undefined
  readonly maxSessionMs?: number | undefined
}

/** What a run needs from the request; whatever is wrong with it is thrown here. */
export async function makePlan(request: PlanRequest): Promise<RunPlan> {
  const {target, seed, clear = 'packet', marksOnClear = 'drop'} = request
  const {say = [], template, handshakeTimeoutMs, retryDelayMs, maxSessionMs} = request
  const profile = profileOf(request.profiles ?? [])
  const {url, sampleRateHz} = withRate(parseStreamUrl(request.url), profile)
  if (profile.codec === 'ulaw' && sampleRateHz !== DEFAULT_SAMPLE_RATE_HZ) {
    throw new ExostreamError('EXO_USAGE', `mu-law is at 8000 Hz, not at ${sampleRateHz} Hz.`)
  }
  return {
    target,
    url,
    scenarios: [await scenarioOf(request, sampleRateHz)],
    profile,
    sampleRateHz,
    clear,
    marksOnClear,
    seed,
    ...(say.length === 0 ? {} : {say}),
    ...(template === undefined ? {} : {template}),
    ...(handshakeTimeoutMs === undefined ? {} : {handshakeTimeoutMs}),
    ...(retryDelayMs === undefined ? {} : {retryDelayMs}),
    ...(maxSessionMs === undefined ? {} : {maxSessionMs}),
  }
}

function profileOf(ids: readonly ProfileId[]): Profile {
  try {
    return combineProfiles(ids)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new ExostreamError('EXO_USAGE', `${cause.message}.`, {cause})
  }
}

/** The rate is the URL's, else the profile's, which is then named in the URL as its owner would. */
function withRate(
  given: StreamUrl,
  profile: Profile,
): {url: StreamUrl; sampleRateHz: SampleRateHz} {
  const sampleRateHz = given.sampleRateHz ?? profile.sampleRateHz
  // At 8 kHz the profile only says nothing of the rate.
  if (profile.sampleRateHz !== DEFAULT_SAMPLE_RATE_HZ && sampleRateHz !== profile.sampleRateHz) {
    throw new ExostreamError(
      'EXO_USAGE',
      `The URL names ${sampleRateHz} Hz, and the profile ${profile.id} is at ${profile.sampleRateHz} Hz.`,
    )
  }
  if (given.sampleRateHz !== undefined || sampleRateHz === DEFAULT_SAMPLE_RATE_HZ) {
    return {url: given, sampleRateHz}
  }
  return {url: {...given, dialled: withSampleRate(given.dialled, sampleRateHz)}, sampleRateHz}
}

function scenarioOf(
  {scenario = 'basic', say = []}: PlanRequest,
  sampleRateHz: SampleRateHz,
): Promise<Scenario> {
  return say.length > 0 ? scenarioOfClips(say, sampleRateHz) : readScenario(scenario, sampleRateHz)
}
