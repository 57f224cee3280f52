import type {Clock} from '../clock.js'
import {errorCatalogue, ExostreamError, type ErrorCode} from '../errors.js'
import type {Closing, StreamEvent} from '../protocol/events.js'
import type {Random} from '../random.js'
import type {CallReport, Failure} from '../report/report.js'
import {type Dialled, dial as dialOverWebSocket, type DialOptions} from '../stream/exotel/dial.js'
import {ExotelEnd} from '../stream/exotel/exotel-end.js'
import {type CallIdentity, makeIdentity} from '../stream/exotel/identity.js'
import type {StreamUrl} from '../stream/exotel/stream-url.js'
import {diagnose} from './diagnosis/diagnose.js'
import type {Keeper} from './keep.js'
import {BOT_VAD, Line, LineClosed} from './line.js'
import type {RunPlan} from './plan.js'
import type {Scenario} from './scenario/scenario.js'
import {isClosingStep, playStep, type StepContext} from './steps.js'
import {CallReducer} from './numbers/turns.js'

/** The world a call lives in. */
export type CallWorld = {
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  readonly dial?: (url: StreamUrl, options: DialOptions) => Promise<Dialled>
  readonly keeper: Keeper
  /** Hears of everything, for whoever shows it; what it does must not wait. */
  readonly on: (event: StreamEvent) => void
}

export type CallResult = {
  readonly report: CallReport
  readonly latenessMs: readonly number[]
  /** False when no stream was ever opened. */
  readonly opened: boolean
}

/** One simulated call: dial, play the scenario's steps, hang up, count. */
export async function runCall(
  scenario: Scenario,
  plan: RunPlan,
  world: CallWorld,
): Promise<CallResult> {
  const identity = makeIdentity(world.random.fork('identity'), world.clock.wallNow())
  const {clock, signal, dial = dialOverWebSocket} = world
  const startedAt = clock.wallNow().toISOString()
  let dialled: Dialled
  try {
    dialled = await dial(plan.url, {
      clock,
      signal,
      ...(plan.handshakeTimeoutMs === undefined
        ? {}
        : {handshakeTimeoutMs: plan.handshakeTimeoutMs}),
      ...(plan.retryDelayMs === undefined ? {} : {retryDelayMs: plan.retryDelayMs}),
    })
  } catch (error) {
    return notOpened(scenario, identity, failureOf(error, signal))
  }
  return playCall(scenario, {plan, world, identity, dialled, startedAt})
}

type Opened = {
  readonly plan: RunPlan
  readonly world: CallWorld
  readonly identity: CallIdentity
  readonly dialled: Dialled
  readonly startedAt: string
}

async function playCall(
  scenario: Scenario,
  {plan, world, identity, dialled, startedAt}: Opened,
): Promise<CallResult> {
  const {profile, sampleRateHz, clear, marksOnClear, seed} = plan
  const {socket, handshakeMs, attempts, firstFailure} = dialled
  const {callSid, streamSid} = identity
  const reducer = new CallReducer()
  const record = (event: StreamEvent) => {
    world.keeper.event(event)
    reducer.feed(event)
    world.on(event)
  }
  const exotel = new ExotelEnd(socket, {
    identity,
    profile,
    sampleRateHz,
    customParameters: plan.url.customParameters,
    clear,
    marksOnClear,
    handshakeMs,
    clock: world.clock,
    record,
  })
  record({
    type: 'call',
    atMs: 0,
    journalVersion: 1,
    startedAt,
    callSid,
    streamSid,
    scenario: scenario.name,
    seed,
    sampleRateHz,
    frameMs: profile.frameMs,
    clear,
    marksOnClear,
    vad: BOT_VAD,
    handshakeMs,
    attempts,
  })
  if (firstFailure?.code === 'EXO_DIAL_TIMEOUT') {
    record({type: 'violation', atMs: 0, violation: {rule: 'handshake-timeout'}})
  }
  const failure = await walk(scenario, {exotel, plan, world, record})
  const counted = reducer.numbers()
  const {latenessMs, ...numbers} = counted
  const diagnosis = diagnose({
    evidence: reducer.evidence,
    numbers: counted,
    ...(failure ? {failure} : {}),
  })
  const report: CallReport = {
    callSid,
    streamSid,
    scenario: scenario.name,
    outcome: failure ? 'failed' : 'completed',
    ...(failure ? {failure} : {}),
    ...(firstFailure ? {attempts, firstFailure: asFailure(firstFailure)} : {}),
    ...numbers,
    ...(diagnosis ? {diagnosis} : {}),
    artifacts: {},
  }
  return {report, latenessMs, opened: true}
}

type Walking = {
  readonly exotel: ExotelEnd
  readonly plan: RunPlan
  readonly world: CallWorld
  readonly record: (event: StreamEvent) => void
}

/** Plays the steps while the line runs; returns why the call failed, if it did. */
async function walk(
  scenario: Scenario,
  {exotel, plan, world, record}: Walking,
): Promise<Failure | undefined> {
  const {clock, random, signal, keeper} = world
  const line = new Line(exotel, {
    clock,
    random: random.fork('noise'),
    frameMs: plan.profile.frameMs,
    record,
    tap: (caller, heard) => {
      keeper.audio(caller, heard)
    },
    ...(plan.maxSessionMs === undefined ? {} : {maxSessionMs: plan.maxSessionMs}),
  })
  const hangUp = () => {
    exotel.hangUp('stop')
  }
  const startedAt = exotel.start()
  signal.addEventListener('abort', hangUp, {once: true})
  if (signal.aborted) hangUp()
  try {
    const context = {line, record, turns: 0, callerStartMs: -1}
    const [left] = await Promise.all([
      playSteps(scenario, context).finally(hangUp),
      line.run(startedAt),
    ])
    const closing = await exotel.closed
    if (signal.aborted) {
      return failureFrom('EXO_INTERRUPTED', 'The run was interrupted during the call.')
    }
    return failureOfEnd(closing, {
      missing: left.filter((step) => !isClosingStep(step)).length,
      at: `${(line.nowMs / 1000).toFixed(1)} s`,
      of: scenario.steps.length,
    })
  } finally {
    signal.removeEventListener('abort', hangUp)
  }
}

/** A bot may end the call in order once nothing more is expected of it. */
const ORDERLY_CODES: readonly (number | undefined)[] = [1000, 1001, 1005]
/** What our own end closes with when a message is too large or none at all (RFC 6455, 7.4.1). */
const REFUSAL_CODES: readonly (number | undefined)[] = [1002, 1007, 1009]

function failureOfEnd(
  {by, code}: Closing,
  {missing, of, at}: {missing: number; of: number; at: string},
): Failure | undefined {
  if (
    missing === 0 &&
    ((by === 'caller' && !REFUSAL_CODES.includes(code)) ||
      (by === 'bot' && ORDERLY_CODES.includes(code)))
  ) {
    return undefined
  }
  const steps =
    missing === 0 ? 'no step was left' : `${String(missing)} of ${String(of)} steps were left`
  switch (by) {
    case 'caller':
      if (REFUSAL_CODES.includes(code)) {
        return failureFrom(
          'EXO_MESSAGE_REFUSED',
          `The bot sent what Exotel's side could not take, and was refused with ${String(code)} at ${at}; ${steps}.`,
        )
      }
      return failureFrom('EXO_SESSION_LIMIT', `The longest session was over at ${at}; ${steps}.`)
    case 'network':
      return failureFrom(
        'EXO_CONNECTION_LOST',
        `The connection broke at ${at} without a close frame; ${steps}.`,
      )
    case 'bot':
      return failureFrom(
        'EXO_BOT_CLOSED',
        `The bot closed the stream with ${String(code)} at ${at}; ${steps}.`,
      )
  }
}

/** Returns the steps that the end of the stream left over. */
async function playSteps({steps}: Scenario, context: StepContext): Promise<Scenario['steps']> {
  for (const [index, step] of steps.entries()) {
    try {
      await playStep(step, index, context)
    } catch (error) {
      if (error instanceof LineClosed) return steps.slice(index)
      throw error
    }
  }
  return []
}

function notOpened(
  scenario: Scenario,
  {callSid, streamSid}: CallIdentity,
  failure: Failure,
): CallResult {
  const report: CallReport = {
    callSid,
    streamSid,
    scenario: scenario.name,
    outcome: 'failed',
    failure,
    durationMs: 0,
    turns: [],
    metrics: {},
    findings: [],
    speech: {caller: [], bot: []},
    artifacts: {},
  }
  return {report, latenessMs: [], opened: false}
}

function failureOf(error: unknown, signal: AbortSignal): Failure {
  if (signal.aborted)
    return failureFrom('EXO_INTERRUPTED', 'The run was interrupted while the call was dialled.')
  if (!(error instanceof ExostreamError)) throw error
  return asFailure(error)
}

function asFailure({code, message, hint, exotelError}: ExostreamError): Failure {
  return {code, message, hint, ...(exotelError === undefined ? {} : {exotelError})}
}

function failureFrom(code: ErrorCode, message: string): Failure {
  return {code, message, hint: errorCatalogue[code].hint}
}
