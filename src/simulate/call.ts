import {maskNumber} from '../mask.js'
import type {StreamEvent} from '../protocol/events.js'
import type {BotMessage, MediaMessage} from '../protocol/messages.js'
import type {Failure} from '../report/failure.js'
import type {CallReport} from '../report/report.js'
import {SendLateness} from '../report/send-lateness.js'
import {type Dialled, dial as dialOverWebSocket} from '../stream/exotel/dial.js'
import {ExotelEnd} from '../stream/exotel/exotel-end.js'
import type {ExotelEndOptions} from '../stream/exotel/exotel-end-options.js'
import {makeIdentity} from '../stream/exotel/identity.js'
import type {StreamFacts} from '../stream/exotel-http/passthru.js'
import {diagnose} from './diagnosis/diagnose.js'
import {
  type Asked,
  askForUrl,
  askNextApplet,
  type Ended,
  type Next,
  streamFactsOf,
} from './flow-requests.js'
import {BOT_VAD} from './line/line.js'
import {CallReducer} from './numbers/turns.js'
import {asFailure, failureOfDial} from './outcome.js'
import type {CallWorld, Placed} from './placed.js'
import type {RunPlan} from './plan.js'
import {playScenario} from './play-scenario.js'
import type {Scenario} from './scenario/scenario.js'
import {type Secrets, secretsOf} from './secrets.js'
import {BotEar} from './steps/bot-ear.js'

export type CallResult = {
  readonly report: CallReport
  readonly lateness: SendLateness
  /** False when no stream was ever opened. */
  readonly opened: boolean
  /** What the applet behind it is told. */
  readonly stream: StreamFacts
}

/**
 * One simulated call: ask for the URL where it is dynamic, dial, play the scenario's steps, hang up,
 * ask what the next applet would ask, count.
 */
export async function runCall(
  scenario: Scenario,
  plan: RunPlan,
  world: CallWorld,
): Promise<CallResult> {
  const startedAt = world.clock.wallNow()
  const made = makeIdentity(world.random.fork('identity'), startedAt, scenario)
  const identity = {...made, ...plan.identity}
  const placed: Placed = {scenario, plan, world, identity, startedAt}
  const asked = withoutSecrets(await askForUrl(placed), plan)
  if (asked.answer) world.inFlow?.onDynamicUrl(asked.answer)
  if (asked.failure) return notOpened(placed, asked, asked.failure)
  let dialled: Dialled
  try {
    dialled = await openStream(placed, asked)
  } catch (error) {
    return notOpened(placed, asked, failureOfDial(error, world.signal))
  }
  return playCall(placed, asked, dialled)
}

function withoutSecrets(asked: Asked, plan: RunPlan): Asked {
  const secrets = secretsOf(plan, asked.url)
  return {
    ...asked,
    violations: asked.violations.map(secrets.violation),
    ...(asked.answer ? {answer: secrets.told(asked.answer)} : {}),
    ...(asked.failure ? {failure: secrets.told(asked.failure)} : {}),
  }
}

function openStream({plan, world}: Placed, {url}: Asked): Promise<Dialled> {
  const {clock, signal, dial = dialOverWebSocket} = world
  const {handshakeTimeoutMs, retryDelayMs, headers, autoPong} = plan
  return dial(url, {
    clock,
    signal,
    ...(handshakeTimeoutMs === undefined ? {} : {handshakeTimeoutMs}),
    ...(retryDelayMs === undefined ? {} : {retryDelayMs}),
    ...(headers === undefined ? {} : {headers}),
    ...(autoPong === undefined ? {} : {autoPong}),
  })
}

async function playCall(placed: Placed, asked: Asked, dialled: Dialled): Promise<CallResult> {
  const {plan, world} = placed
  const {isOneOfMany = false} = world
  const reducer = new CallReducer({looksAtAudio: !isOneOfMany})
  const ear = new BotEar()
  const secrets = secretsOf(plan, asked.url)
  const record = (event: StreamEvent, message?: BotMessage) => {
    const kept = secrets.event(event)
    world.keeper.event(kept)
    // What was scrubbed is not what was read.
    reducer.feed(kept, kept === event ? message : undefined)
    world.on(kept)
  }
  const passesOver = (message: MediaMessage, atMs: number) => reducer.passesOver(message, atMs)
  const ends = {asked, dialled, record, ear, ...(isOneOfMany ? {passesOver} : {})}
  const exotel = exotelEnd(placed, ends)
  record(callEvent(placed, asked, dialled))
  for (const violation of [...asked.violations, ...handshakeViolations(dialled)]) {
    record({type: 'violation', atMs: 0, violation})
  }
  world.inFlow?.onOpen()
  const failure = await playScenario(asked.scenario, {exotel, plan, world, record, ear})
  const durationMs = exotel.now()
  const closing = await exotel.closed
  const ended: Ended = {failure, closing, durationMs}
  const next = await askNextApplet(placed, asked, ended)
  for (const violation of next.violations) {
    record({type: 'violation', atMs: durationMs, violation})
  }
  const counted = reducer.numbers()
  const {lateness, ...numbers} = counted
  const diagnosis = diagnose({
    evidence: reducer.evidence,
    numbers: counted,
    ...(failure ? {failure} : {}),
  })
  const {firstFailure, attempts} = dialled
  const report: CallReport = {
    ...described(placed, asked, failure),
    ...(firstFailure ? {attempts, firstFailure: asFailure(firstFailure)} : {}),
    ...numbers,
    ...passthruOf(next, secrets),
    ...(diagnosis ? {diagnosis} : {}),
    artifacts: {},
  }
  return {report, lateness, opened: true, stream: streamFactsOf(placed, asked, ended)}
}

type Opened = {
  readonly asked: Asked
  readonly dialled: Dialled
  readonly record: (event: StreamEvent, message?: BotMessage) => void
  readonly ear: BotEar
  readonly passesOver?: ExotelEndOptions['passesOver']
}

function exotelEnd(
  {plan, world, identity}: Placed,
  {asked, dialled, record, ear, passesOver}: Opened,
): ExotelEnd {
  const {profile, clear, marksOnClear, marks} = plan
  const {scenario, sampleRateHz, url} = asked
  const [only] = scenario.steps
  const isSetUpOnly = only !== undefined && 'hangUp' in only && only.hangUp === 'set-up'
  return new ExotelEnd(dialled.socket, {
    identity,
    profile,
    sampleRateHz,
    customParameters: url.customParameters,
    clear,
    marksOnClear,
    handshakeMs: dialled.handshakeMs,
    clock: world.clock,
    random: world.random.fork('network'),
    record,
    heard: (message, atMs) => {
      ear.hear(message, atMs)
    },
    ...(world.pacer ? {speechDbfs: BOT_VAD.thresholdDbfs} : {}),
    ...(marks === undefined ? {} : {marks}),
    ...(passesOver === undefined ? {} : {passesOver}),
    ...(isSetUpOnly ? {setUp: 'connected-only' as const} : {}),
  })
}

function callEvent(
  {plan, identity, startedAt}: Placed,
  asked: Asked,
  dialled: Dialled,
): StreamEvent {
  const {profile, clear, marksOnClear, seed} = plan
  const {handshakeMs, attempts, parts = {}} = dialled
  return {
    type: 'call',
    atMs: 0,
    journalVersion: 1,
    startedAt: startedAt.toISOString(),
    callSid: identity.callSid,
    streamSid: identity.streamSid,
    scenario: asked.scenario.name,
    seed,
    sampleRateHz: asked.sampleRateHz,
    frameMs: profile.frameMs,
    clear,
    marksOnClear,
    vad: BOT_VAD,
    handshakeMs,
    attempts,
    ...parts,
    profile: profile.id,
    codec: profile.codec,
    applet: profile.applet,
    ...(asked.scenario.background ? {background: asked.scenario.background.label} : {}),
  }
}

function handshakeViolations({firstFailure}: Dialled) {
  return firstFailure?.code === 'EXO_DIAL_TIMEOUT' ? [{rule: 'handshake-timeout' as const}] : []
}

/** What is known of a call from the outside. */
function described({identity, startedAt}: Placed, asked: Asked, failure?: Failure) {
  const {callSid, streamSid, from, to} = identity
  return {
    callSid,
    streamSid,
    scenario: asked.scenario.name,
    outcome: failure ? ('failed' as const) : ('completed' as const),
    ...(failure ? {failure} : {}),
    startedAt: startedAt.toISOString(),
    from: maskNumber(from),
    to: maskNumber(to),
    ...(asked.answer ? {dynamicUrl: asked.answer} : {}),
  }
}

function passthruOf({answers}: Next, secrets: Secrets): Pick<CallReport, 'passthru'> {
  return answers.length === 0 ? {} : {passthru: answers.map(secrets.told)}
}

/** A stream that failed before it began is still asked about by the applet behind it. */
async function notOpened(placed: Placed, asked: Asked, failure: Failure): Promise<CallResult> {
  const ended: Ended = {failure, durationMs: 0}
  const next = await askNextApplet(placed, asked, ended)
  const reducer = new CallReducer()
  const secrets = secretsOf(placed.plan, asked.url)
  for (const violation of [...asked.violations, ...tlsViolations(failure), ...next.violations]) {
    reducer.feed({type: 'violation', atMs: 0, violation: secrets.violation(violation)})
  }
  const report: CallReport = {
    ...described(placed, asked, failure),
    durationMs: 0,
    turns: [],
    metrics: {},
    findings: reducer.numbers().findings,
    speech: {caller: [], bot: []},
    ...passthruOf(next, secrets),
    artifacts: {},
  }
  const stream = streamFactsOf(placed, asked, ended)
  return {report, lateness: new SendLateness(), opened: false, stream}
}

/** What does not speak TLS at all has no certificate to trust. */
function tlsViolations({code, message, exotelError = ''}: Failure) {
  const isUntrusted = code === 'EXO_TLS_FAILED' && exotelError.includes('x509')
  return isUntrusted ? [{rule: 'tls-not-trusted' as const, detail: message}] : []
}
