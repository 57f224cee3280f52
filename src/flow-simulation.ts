import {systemClock} from './clock.js'
import {ExostreamError} from './errors.js'
import type {Flow, StreamingApplet} from './flow/flow.js'
import {readFlowFile} from './flow/format/flow-reader.js'
import {boxUrl} from './flow/stream-address.js'
import {atHost} from './flow/walk/at-host.js'
import {isLent, walkable, type WalkWish, withLentUrls} from './flow/walk/walkable.js'
import {walkFlow} from './flow/walk/walk.js'
import type {EndedStream, WalkWorld} from './flow/walk/world.js'
import type {Random} from './random.js'
import type {ProfileId} from './protocol/profiles.js'
import type {FlowStep} from './report/flow-walk.js'
import type {HttpAnswer} from './report/report.js'
import type {CallWorld} from './simulate/placed.js'
import {makePlan, type PlanRequest, type RunPlan} from './simulate/plan.js'
import {type PlannedCall, randomOf, type RunWorld, type WalkCall} from './simulate/run.js'
import {secretsOf} from './simulate/secrets.js'
import {dial} from './stream/exotel/dial.js'
import {exotelError, goWords} from './stream/exotel/go-words.js'
import {type CallIdentity, makeIdentity, makeSid} from './stream/exotel/identity.js'
import {masked} from './stream/exotel/stream-url.js'
import {
  askPassthru,
  endOfStream,
  type PassthruForm,
  type StreamFacts,
} from './stream/exotel-http/passthru.js'
import {postStatusCallback} from './stream/exotel-http/status-callback.js'
import {shownUrl} from './stream/written-url/shown-url.js'

/** Where the room of flows is joined to the one that makes their calls. */
export type FlowRequest = WalkWish & {
  readonly file: string
  /** How a Passthru is told of the stream; `flat` unless said. */
  readonly form?: PassthruForm | undefined
  /** How long a Passthru may take; as long as Exotel's handshake unless said. */
  readonly limitMs?: number | undefined
}

/** A flow whose streams can be planned as soon as it is known what is called. */
export type PreparedFlow = {
  /** Of the first stream; absent where the flow leaves one open. */
  readonly url?: string
  /** The plan of the run, which is that of the first stream, and how its calls become walks. */
  plan(request: FlowPlanRequest): Promise<PlannedFlow>
}

type FlowPlanRequest = PlanRequest & {
  /** Whether what is called takes the place of every stream URL of the flow. */
  readonly isReplaced: boolean
  readonly env: NodeJS.ProcessEnv
}

export type PlannedFlow = {
  readonly plan: RunPlan
  walk(world: WalkingWorld): WalkCall
}

export type WalkingWorld = Pick<RunWorld, 'signal'> & {
  readonly onStep?: ((step: FlowStep, planned: PlannedCall) => void) | undefined
}

/** @throws ExostreamError EXO_FLOW_NOT_FOUND, EXO_FLOW_INVALID, EXO_USAGE, EXO_URL_INVALID */
export async function prepareFlow(request: FlowRequest): Promise<PreparedFlow> {
  const {flow: read, streaming} = walkable(await readFlowFile(request.file), request)
  const {file} = request
  const lent = new Set(read.applets.filter(isLent).map(({id}) => id))
  const [first, ...others] = streaming
  const url = streaming.some((applet) => applet.url === undefined) ? undefined : boxUrl(first)
  return {
    ...(url === undefined ? {} : {url}),
    async plan(wanted) {
      const serveUrl = wanted.target.kind === 'serve' ? wanted.url : undefined
      const flow = withLentUrls(read, {file, serveUrl})
      const own = await streamOf(first, wanted, request)
      const streams = new Map([[first.id, own]])
      for (const applet of others) streams.set(applet.id, await streamOf(applet, wanted, request))
      const {plan} = own
      return {plan, walk: (world) => walkEach({flow, lent, streams, plan, request}, world)}
    },
  }
}

type Stream = {
  readonly plan: RunPlan
  readonly isMeantToFail: boolean
  readonly dial?: CallWorld['dial']
}

async function streamOf(
  applet: StreamingApplet,
  {isReplaced, env, ...request}: FlowPlanRequest,
  {host, streamFails = []}: FlowRequest,
): Promise<Stream> {
  const isTarget = isReplaced || applet.url === undefined
  const url = boxUrl({...applet, url: isTarget ? request.url : applet.url}) ?? request.url
  const isMeantToFail = streamFails.includes(applet.id)
  const isOurs = isTarget && request.target.kind === 'bot'
  const {maxSessionMs = limitOf(applet), profiles = []} = request
  const plan = await makePlan({
    ...request,
    url: isOurs || isMeantToFail ? url : withCredentials(url, applet, env),
    passthru: undefined,
    maxSessionMs,
    profiles: [...new Set([...PROFILES[applet.kind], ...profiles])],
  })
  return {plan, isMeantToFail, ...(host === undefined || isTarget ? {} : {dial: dialAt(host)})}
}

const PROFILES: Readonly<Record<StreamingApplet['kind'], readonly ProfileId[]>> = {
  voicebot: [],
  stream: ['stream-applet'],
  'connect-voice-ai': ['connect-voice-ai'],
}

function limitOf(applet: StreamingApplet): number | undefined {
  if (applet.kind !== 'connect-voice-ai' || applet.timeLimitSeconds === undefined) return undefined
  return applet.timeLimitSeconds * 1000
}

/** As `wss://KEY:TOKEN@host` in the URL box; those that a URL has already stay. */
function withCredentials(url: string, {id, auth}: StreamingApplet, env: NodeJS.ProcessEnv): string {
  if (auth.kind !== 'basic' || /^[a-z]+:\/\/[^/?#]*@/i.test(url)) return url
  const [key, token] = [auth.keyVariable, auth.tokenVariable].map((name) => {
    const value = env[name]
    if (value !== undefined && value !== '') return encodeURIComponent(value)
    throw new ExostreamError(
      'EXO_USAGE',
      `The applet ${id} takes its credentials from the environment variables ${auth.keyVariable} and ${auth.tokenVariable}, and ${name} is not set.`,
    )
  })
  return url.replace('://', `://${key ?? ''}:${token ?? ''}@`)
}

/** What a dynamic URL names is a public host, too. */
function dialAt(host: string): NonNullable<CallWorld['dial']> {
  return (url, options) => {
    const dialled = new URL(atHost(url.dialled.href, host))
    return dial({...url, dialled, shown: masked(dialled.href)}, options)
  }
}

type Walking = {
  readonly flow: Flow
  readonly lent: NonNullable<WalkWorld['lent']>
  readonly streams: ReadonlyMap<string, Stream>
  readonly plan: RunPlan
  readonly request: FlowRequest
}

function walkEach(walking: Walking, world: WalkingWorld): WalkCall {
  const {flow, streams, plan} = walking
  const hide = hiderOf(flow, [...streams.values()])
  return async (planned, open) => {
    const startedAt = systemClock.wallNow()
    const random = randomOf(planned, plan).fork('identity')
    const identity = makeIdentity(random, startedAt, planned.scenario)
    const walked = await walkFlow(flow, {
      ...asksOf(walking, {...world, identity, startedAt, hide}),
      openStream: streamsOf(streams, {identity, open, random, startedAt}),
      onStep: (step) => world.onStep?.(step, planned),
    })
    return {callSid: identity.callSid, scenario: planned.scenario.name, ...walked}
  }
}

type Asking = Pick<WalkingWorld, 'signal'> & {
  readonly identity: CallIdentity
  readonly startedAt: Date
  readonly hide: Hide
}

function asksOf(
  {request, lent}: Walking,
  {signal, identity, startedAt, hide}: Asking,
): Omit<WalkWorld, 'openStream'> {
  const {form = 'flat', digits = '1', endsAt, limitMs} = request
  const clock = systemClock
  const asking = {clock, signal, ...(limitMs === undefined ? {} : {limitMs})}
  return {
    clock,
    signal,
    digits,
    lent,
    ...(endsAt === undefined ? {} : {endsAt}),
    async askPassthru(url, told) {
      const facts = {identity, startedAt, ...told}
      return hide((await askPassthru(url, {...asking, form, facts})).answer)
    },
    async postStatusCallback(url, durationMs) {
      const facts = {identity, startedAt, durationMs}
      return hide((await postStatusCallback(url, {...asking, form: 'multipart', facts})).answer)
    },
  }
}

type Opening = {
  readonly identity: CallIdentity
  readonly open: Parameters<WalkCall>[1]
  readonly random: Random
  readonly startedAt: Date
}

/** The streams of one call have its names, and a StreamSid each. */
function streamsOf(
  streams: Walking['streams'],
  {identity, open, random, startedAt}: Opening,
): WalkWorld['openStream'] {
  const {callSid, accountSid, from, to} = identity
  return async ({id}, inFlow) => {
    const stream = streams.get(id)
    if (!stream) throw new RangeError(`no stream was planned for the applet ${id}`)
    const {dial: dialIt, isMeantToFail} = stream
    if (isMeantToFail) return notDialled(stream, makeSid(random.fork(`fails ${id}`), startedAt))
    const {report, stream: facts} = await open({
      ...(dialIt ? {dial: dialIt} : {}),
      applet: id,
      plan: {...stream.plan, identity: {callSid, accountSid, from, to}},
      inFlow,
    })
    const {failure} = report
    return {facts, shownUrl: shownUrl(facts.streamUrl), ...(failure ? {failure} : {})}
  }
}

/** As of a bot that is down: Exotel's own words, and nobody was asked. */
function notDialled({plan: {url}}: Stream, streamSid: string): EndedStream {
  const {dialled, shown} = url
  const {hostname, port, protocol} = dialled
  const address = `${hostname}:${port || (/^(wss|https):$/.test(protocol) ? '443' : '80')}`
  const facts: StreamFacts = {
    streamSid,
    streamUrl: dialled.href,
    ...endOfStream(undefined),
    durationMs: 0,
    error: exotelError(goWords.refused(address)),
  }
  return {facts, shownUrl: shown, notDialled: '--stream-fails'}
}

type Hide = <T extends HttpAnswer>(answer: T) => T

/** Keeps every credential of the flow out of what an endpoint says back. */
function hiderOf({applets}: Flow, streams: readonly Stream[]): Hide {
  const ofStreams = streams.map(({plan}) => secretsOf(plan, plan.url))
  const ofOthers = applets.flatMap((applet) => {
    if (applet.kind === 'passthru') {
      return [secretsOf({passthru: {url: applet.url ?? '', forms: []}}, {})]
    }
    if (applet.kind !== 'connect-voice-ai' || applet.statusCallback === undefined) return []
    return [secretsOf({statusCallback: applet.statusCallback}, {})]
  })
  const all = [...ofStreams, ...ofOthers]
  return (answer) => all.reduce((told, secrets) => secrets.told(told), answer)
}
