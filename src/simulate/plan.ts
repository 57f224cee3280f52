import {ExostreamError} from '../errors.js'
import {DEFAULT_SAMPLE_RATE_HZ} from '../protocol/limits.js'
import type {SampleRateHz} from '../protocol/messages.js'
import {combineProfiles, type Profile, type ProfileId} from '../protocol/profiles.js'
import type {PlanSummary, Target} from '../report/report.js'
import type {CallIdentity} from '../stream/exotel/identity.js'
import {withAuthorization} from '../stream/exotel/headers.js'
import {isDynamicUrl} from '../stream/exotel-http/dynamic-url.js'
import {parseHttpUrl} from '../stream/exotel-http/get.js'
import {parseStreamUrl, type StreamUrl, withSampleRate} from '../stream/exotel/stream-url.js'
import {BOT_VAD} from './line/line.js'
import type {Scenario} from './scenario/scenario.js'
import {listScenarios, readScenarios, scenarioOfClips} from './scenario/scenario-reader.js'

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
  readonly clock?: 'virtual'
  /** The calls that try every rule follow those of the scenarios. */
  readonly isConformance?: true
  /** How often each scenario is called; once when absent. */
  readonly repeat?: number
  /** An http(s) URL that is asked before each call for the stream URL; `url` is then only its masked form. */
  readonly dynamicUrl?: string
  /** Asked after each call, as the applet behind the Voicebot would. */
  readonly passthru?: PassthruPlan
  /** An http(s) URL that a conformance run posts the status callback to, when its calls are over. */
  readonly statusCallback?: string
  /** Added to the upgrade request; the values are never shown. */
  readonly headers?: Readonly<Record<string, string>>
  readonly handshakeTimeoutMs?: number
  readonly retryDelayMs?: number
  readonly maxSessionMs?: number
} & Deviations

export type PassthruPlan = {
  readonly url: string
  readonly forms: readonly ('flat' | 'json')[]
}

/** Where a call of the conformance run leaves what Exotel ordinarily does. */
export type Deviations = {
  readonly marks?: 'return' | 'withhold' | 'late' | 'twice'
  /** False: pings of the bot are not answered. */
  readonly autoPong?: boolean
  /** What takes the place of the names that a call gets by itself. */
  readonly identity?: Partial<CallIdentity>
}

/** The part of the plan that the report carries. */
export function summarisePlan(plan: RunPlan): PlanSummary {
  const {scenarios, isConformance, say, template, clock, repeat, headers} = plan
  const {profile, sampleRateHz, clear, marksOnClear} = plan
  const sources = scenarios.flatMap(({name, source}) => (source ? [{name, ...source}] : []))
  return {
    scenarios: isConformance ? [CONFORMANCE] : scenarios.map(({name}) => name),
    ...(sources.length === 0 ? {} : {sources}),
    ...(say === undefined ? {} : {say}),
    ...(template === undefined ? {} : {template}),
    ...(clock === undefined ? {} : {clock}),
    ...(repeat === undefined ? {} : {repeat}),
    ...(headers === undefined ? {} : {headers: Object.keys(headers)}),
    profile: profile.id,
    sampleRateHz,
    frameMs: profile.frameMs,
    clear,
    marksOnClear,
    vad: BOT_VAD,
  }
}

/** A scenario of that name from a file has its source with it. */
export function isOfConformance({scenarios, sources = []}: PlanSummary): boolean {
  return scenarios.includes(CONFORMANCE) && !sources.some(({name}) => name === CONFORMANCE)
}

export type PlanRequest = {
  readonly target: Target
  readonly url: string
  /** Built-in names, paths, `all` or `conformance`; `basic` when neither this nor `say` is given. */
  readonly scenarios?: readonly string[] | undefined
  readonly repeat?: number | undefined
  /** How often each is called at most, where that is no matter of `repeat`; thresholds may take so many values. */
  readonly mostCalls?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly passthru?: PassthruPlan | undefined
  readonly statusCallback?: string | undefined
  /** WAV files to say, instead of a scenario. */
  readonly say?: readonly string[] | undefined
  /** Which voice template the called bot has, for the report. */
  readonly template?: string | undefined
  readonly clock?: 'real' | 'virtual' | undefined
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
  refuseCompany(request)
  if (request.statusCallback !== undefined) parseHttpUrl(request.statusCallback)
  const profile = profileOf(request.profiles ?? [])
  const {url, sampleRateHz} = urlOf(request.url, profile)
  if (request.passthru) parseHttpUrl(request.passthru.url)
  // Here, because each call would refuse it for itself.
  withAuthorization(request.headers ?? {}, url.authorization)
  if (profile.codec === 'ulaw' && sampleRateHz !== DEFAULT_SAMPLE_RATE_HZ) {
    throw new ExostreamError('EXO_USAGE', `mu-law is at 8000 Hz, not at ${sampleRateHz} Hz.`)
  }
  return {
    target,
    url,
    scenarios: await scenariosOf(request, sampleRateHz),
    profile,
    sampleRateHz,
    clear,
    marksOnClear,
    seed,
    ...extent(request),
    ...optional(request),
  }
}

/** Which calls are made, beside the scenarios. */
function extent({url, scenarios = [], say = [], repeat = 1}: PlanRequest): Partial<RunPlan> {
  return {
    ...(isDynamicUrl(url) ? {dynamicUrl: url} : {}),
    ...(scenarios.includes(CONFORMANCE) ? {isConformance: true} : {}),
    ...(repeat === 1 ? {} : {repeat}),
    ...(say.length === 0 ? {} : {say}),
  }
}

/** What is as it was asked, where it was asked at all. */
function optional(request: PlanRequest): Partial<RunPlan> {
  const {template, clock, headers, passthru, statusCallback} = request
  const {handshakeTimeoutMs, retryDelayMs, maxSessionMs} = request
  return {
    ...(clock === 'virtual' ? {clock} : {}),
    ...(template === undefined ? {} : {template}),
    ...(headers === undefined ? {} : {headers}),
    ...(passthru === undefined ? {} : {passthru}),
    ...(statusCallback === undefined ? {} : {statusCallback}),
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

/** A dynamic URL names its stream, and with it the rate, only when a call is placed. */
function urlOf(text: string, profile: Profile): Dialling {
  if (!isDynamicUrl(text)) return streamFor(text, profile)
  const {dialled, shown} = parseHttpUrl(text)
  return {url: {dialled, shown, customParameters: {}}, sampleRateHz: profile.sampleRateHz}
}

export type Dialling = {readonly url: StreamUrl; readonly sampleRateHz: SampleRateHz}

/** The rate is the URL's, else the profile's, which is then named in the URL as its owner would. */
export function streamFor(text: string, profile: Profile): Dialling {
  const given = parseStreamUrl(text)
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

/** No file, but a run of its own: see `conformance/`. */
const CONFORMANCE = 'conformance'
const ALL = 'all'

async function scenariosOf(
  {scenarios: names = ['basic'], say = [], repeat = 1, mostCalls = repeat}: PlanRequest,
  sampleRateHz: SampleRateHz,
): Promise<readonly Scenario[]> {
  if (say.length > 0) return [await scenarioOfClips(say, sampleRateHz)]
  const builtIn = names.includes(ALL) ? (await listScenarios()).map(({name}) => name) : []
  const wanted = [...new Set(names.flatMap((name) => (name === ALL ? builtIn : [name])))]
  const scenarios: Scenario[] = []
  for (const name of wanted) {
    if (name !== CONFORMANCE)
      scenarios.push(...(await readScenarios(name, {sampleRateHz, repeat: mostCalls})))
  }
  refuseNamesakes(scenarios, mostCalls === repeat ? ', or use --repeat' : '')
  return scenarios
}

/** What is judged there are rules over calls of its own, not the calls of a scenario. */
function refuseCompany({scenarios = [], profiles = [], repeat = 1}: PlanRequest): void {
  if (!scenarios.includes(CONFORMANCE)) return
  const isAlone = scenarios.length === 1 && repeat === 1 && !profiles.includes('rough-network')
  if (isAlone) return
  throw new ExostreamError(
    'EXO_USAGE',
    'The scenario conformance is a run of its own: it goes with no other scenario, no --repeat and no rough-network.',
  )
}

/** Thresholds judge the calls of a name, and so do reports that are compared. */
function refuseNamesakes(scenarios: readonly Scenario[], orElse: string): void {
  const names = scenarios.map(({name}) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return
  throw new ExostreamError(
    'EXO_USAGE',
    `Two scenarios are named ${JSON.stringify(twice)}; give one of them another name${orElse}.`,
  )
}
