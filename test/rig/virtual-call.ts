import {tone} from '../../src/audio/tone.js'
import {type Clock, virtualClock} from '../../src/clock.js'
import type {ExostreamError} from '../../src/errors.js'
import {silentLogger} from '../../src/log.js'
import type {StreamEvent} from '../../src/protocol/events.js'
import {combineProfiles, type ProfileId} from '../../src/protocol/profiles.js'
import {seededRandom} from '../../src/random.js'
import {type CallResult, runCall} from '../../src/simulate/call.js'
import {pacerOver} from '../../src/simulate/pace/pacer.js'
import type {CallWorld} from '../../src/simulate/placed.js'
import type {Keeper} from '../../src/simulate/keep.js'
import type {RunPlan} from '../../src/simulate/plan.js'
import {type RunResult, runPlan} from '../../src/simulate/run.js'
import type {Background, Clip, Scenario, Step} from '../../src/simulate/scenario/scenario.js'
import type {Bot} from '../../src/stream/bot/bot.js'
import {BotEnd} from '../../src/stream/bot/bot-end.js'
import type {StreamSocket} from '../../src/stream/socket.js'
import {parseStreamUrl} from '../../src/stream/exotel/stream-url.js'
import {socketPair} from './socket-pair.js'

export type VirtualCall = {
  readonly steps: readonly Step[]
  readonly thresholds?: readonly string[]
  readonly background?: Background
  /** A bot behind a real bot end, or whatever sits on the raw socket. */
  readonly bot?: Bot
  readonly raw?: (socket: StreamSocket, sleep: (ms: number) => Promise<void>, clock: Clock) => void
  readonly profiles?: readonly ProfileId[]
  readonly clear?: 'packet' | 'message'
  readonly marksOnClear?: 'drop' | 'echo'
  readonly maxSessionMs?: number
  readonly seed?: number
  readonly abortAfterMs?: number
  /** By how much the simulator, not the bot, wakes too late from a deadline. */
  readonly lateMs?: (deadlineMs: number) => number
  readonly dial?: NonNullable<CallWorld['dial']>
  /** Ticks as one of many calls does, in pace with the others. */
  readonly isPaced?: boolean
  /** Reads what the bot says as bytes, and passes over most of it, as one of many calls does. */
  readonly isOneOfMany?: boolean
  /** Why the first of two attempts to dial failed. */
  readonly firstFailure?: ExostreamError
}

export type VirtualResult = CallResult & {
  readonly events: readonly StreamEvent[]
  readonly caller: Int16Array
  readonly heard: Int16Array
}

/** One call through the real engine, on the virtual clock, over a socket pair of 1 ms. */
export async function virtualCall(call: VirtualCall): Promise<VirtualResult> {
  const {plan, scenario, seed} = virtualPlanOf(call)
  const {keeper, events, caller, heard} = keepInMemory()
  const result = await inVirtualTime(call, (world) =>
    runCall(scenario, plan, {
      ...world,
      ...(call.isPaced ? pacedBy(world.clock) : {}),
      isOneOfMany: call.isOneOfMany ?? false,
      random: seededRandom(seed),
      keeper,
      on: () => undefined,
    }),
  )
  return {...result, events, caller: Int16Array.from(caller), heard: Int16Array.from(heard)}
}

function pacedBy(clock: Clock): Pick<CallWorld, 'clock' | 'pacer'> {
  const pacer = pacerOver(clock)
  return {clock: pacer, pacer}
}

/** A run of one such call; the report is the whole one. */
export async function virtualRun(
  call: VirtualCall & {readonly keep?: () => Promise<Keeper>},
): Promise<RunResult & {readonly events: readonly StreamEvent[]}> {
  const {plan} = virtualPlanOf(call)
  const events: StreamEvent[] = []
  const result = await inVirtualTime(call, (world) =>
    runPlan(plan, {
      ...world,
      version: '1.2.3',
      on: (event) => events.push(event),
      ...(call.keep ? {keep: call.keep} : {}),
    }),
  )
  return {...result, events}
}

/** A clip of a tone as speech, with 40 ms of silence around it. */
export function clip(ms: number, label = `${String(ms)} ms of speech`, sampleRateHz = 8000): Clip {
  const edgeMs = 40
  const edge = (sampleRateHz / 1000) * edgeMs
  const speech = tone({hz: 440, ms, sampleRateHz})
  const pcm = new Int16Array(speech.length + 2 * edge)
  pcm.set(speech, edge)
  return {pcm, label, speechStartMs: edgeMs, speechEndMs: edgeMs + ms}
}

function virtualPlanOf(call: VirtualCall): ReturnType<typeof planOf> {
  const {plan, ...rest} = planOf(call)
  return {...rest, plan: {...plan, clock: 'virtual'}}
}

/** The plan of such a call, and its one scenario. */
export function planOf(call: VirtualCall): {plan: RunPlan; scenario: Scenario; seed: number} {
  const {steps, thresholds = [], seed = 1, clear = 'packet', marksOnClear = 'drop'} = call
  const profile = combineProfiles(call.profiles ?? [])
  const {background} = call
  const sound = background === undefined ? {} : {background}
  const scenario: Scenario = {name: 'test', description: '', steps, thresholds, ...sound}
  const plan: RunPlan = {
    target: {kind: 'bot', bot: 'test'},
    url: parseStreamUrl('ws://127.0.0.1/media?plan=gold'),
    scenarios: [scenario],
    profile,
    sampleRateHz: profile.sampleRateHz,
    clear,
    marksOnClear,
    seed,
    ...(call.maxSessionMs === undefined ? {} : {maxSessionMs: call.maxSessionMs}),
  }
  return {plan, scenario, seed}
}

/** Nothing that is measured. */
const A_TURN_MS = 1e-9

type World = {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly dial: NonNullable<CallWorld['dial']>
}

function inVirtualTime<T>(call: VirtualCall, work: (world: World) => Promise<T>): Promise<T> {
  const clock = virtualClock()
  const {bot, raw, abortAfterMs, lateMs = () => 0} = call
  const abort = new AbortController()
  const late: Clock = {
    ...clock,
    // Whoever is late has a turn to wait, too, as on the clock of a system.
    sleepUntil: (deadline, signal) => {
      const wakesAt = deadline + lateMs(deadline)
      return clock.sleepUntil(
        call.lateMs ? Math.max(wakesAt, clock.now() + A_TURN_MS) : wakesAt,
        signal,
      )
    },
  }
  const dial: World['dial'] = () => {
    const [exotel, other] = socketPair(clock)
    raw?.(other, (ms) => clock.sleepUntil(clock.now() + ms), clock)
    if (bot) new BotEnd(other, {bot, clock, log: silentLogger})
    const socket = call.isOneOfMany ? readAsBytes(exotel) : exotel
    const dialled = {socket, handshakeMs: 12, attempts: 1}
    const {firstFailure} = call
    return Promise.resolve(firstFailure ? {...dialled, attempts: 2, firstFailure} : dialled)
  }
  return clock.run(() => {
    if (abortAfterMs !== undefined) {
      void clock.sleepUntil(abortAfterMs).then(() => {
        abort.abort()
      })
    }
    return work({clock: late, signal: abort.signal, dial: call.dial ?? dial})
  })
}

/** As what comes from a network is read. */
function readAsBytes(socket: StreamSocket): StreamSocket {
  return {
    send: (data, isBinary) => {
      socket.send(data, isBinary)
    },
    close: (code, reason) => {
      socket.close(code, reason)
    },
    terminate: () => {
      socket.terminate()
    },
    pause: () => {
      socket.pause()
    },
    dropped: () => socket.dropped(),
    listen: ({text, message, closed}) => {
      socket.listen({
        message: (data) => {
          if (typeof data === 'string' && text) text(Buffer.from(data))
          else message(data)
        },
        closed,
      })
    },
  }
}

function keepInMemory() {
  const events: StreamEvent[] = []
  const caller: number[] = []
  const heard: number[] = []
  const keeper: Keeper = {
    header: () => undefined,
    footer: () => undefined,
    event: (event) => events.push(event),
    audio(said, played) {
      caller.push(...said)
      heard.push(...played)
    },
    close: () => Promise.resolve({artifacts: {}, problems: []}),
  }
  return {keeper, events, caller, heard}
}
