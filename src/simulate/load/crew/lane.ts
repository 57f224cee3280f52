import type {Clock} from '../../../clock.js'
import type {StreamEvent} from '../../../protocol/events.js'
import {seededRandom} from '../../../random.js'
import {SendLateness} from '../../../report/send-lateness.js'
import {dial as dialOverWebSocket} from '../../../stream/exotel/dial.js'
import {type CallResult, runCall} from '../../call.js'
import {keepNothing} from '../../keep.js'
import {sharedNoise} from '../../line/caller-voice.js'
import {failureFrom} from '../../outcome.js'
import {pacerOver} from '../../pace/pacer.js'
import type {CallWorld} from '../../placed.js'
import {watchProcess} from '../../rig.js'
import {randomFor, scenarioFor} from '../callers/caller-of.js'
import {CALIBRATION, type CallEnded, type CallOrder, type Crew, type CrewAudience} from './crew.js'
import type {LoadPlan} from '../plan/load-plan.js'
import type {OpenStreams} from './open-streams.js'
import {outOfSockets} from './out-of-sockets.js'
import {placeOf, unmadeCall} from './unmade.js'
import type {CallAudio} from '../worst/worst-audio.js'

/** A call that is this late was not made when it was meant to be. */
const MOST_START_LATE_MS = 1000

const PULSE_MS = 500

/** How long a call that got no socket keeps the place it had. */
const HELD_MS = 1000

export type LaneWorld = {
  readonly clock: Clock
  readonly audience: CrewAudience
  /** Where the streams that are open are counted, over all lanes of a run. */
  readonly streams: OpenStreams
  /** Over a WebSocket unless told otherwise. */
  readonly dial?: NonNullable<CallWorld['dial']>
  /** Hears the calls that may become the worst; nothing is kept without it. */
  readonly audio?: CallAudio | undefined
}

/** Makes the calls of one thread, all on one pacer. */
export function openLane(plan: LoadPlan, world: LaneWorld): Crew {
  return new Lane(plan, world)
}

class Lane implements Crew {
  readonly #plan: LoadPlan
  readonly #world: LaneWorld
  readonly #pacer: ReturnType<typeof pacerOver>
  readonly #noise: NonNullable<CallWorld['noise']>
  readonly #calls = new Set<AbortController>()
  readonly #closing = new AbortController()
  readonly #watch: ReturnType<typeof watchProcess>
  #lateness = new SendLateness()
  #open = 0

  constructor(plan: LoadPlan, world: LaneWorld) {
    this.#plan = plan
    this.#world = world
    this.#pacer = pacerOver(world.clock)
    this.#noise = sharedNoise(seededRandom(plan.run.seed).fork('noise'))
    this.#watch = watchProcess(world.clock)
    void this.#pulse()
  }

  begin(order: CallOrder): void {
    void this.#make(order).then((ended) => {
      this.#world.audio?.ended(ended)
      this.#world.audience.onEnded(ended)
    })
  }

  async keep(wanted: Parameters<Crew['keep']>[0]): ReturnType<Crew['keep']> {
    return (await this.#world.audio?.keep(wanted)) ?? {kept: [], problems: []}
  }

  hangUp(): void {
    for (const call of this.#calls) call.abort()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#watch.stop()
    await this.#world.audio?.close()
  }

  async #make(order: CallOrder): Promise<CallEnded> {
    const pacer = this.#pacer
    const control = new AbortController()
    this.#calls.add(control)
    try {
      if (order.startAt > pacer.now()) await pacer.sleepUntil(order.startAt, control.signal)
      const startLateMs = hundredths(Math.max(0, pacer.now() - order.startAt))
      if (startLateMs > MOST_START_LATE_MS) return this.#drop(order, startLateMs, TOO_LATE)
      return await this.#call(order, {signal: control.signal, startLateMs})
    } catch (error) {
      if (control.signal.aborted) return this.#interrupted(order)
      return this.#broken(order, error)
    } finally {
      this.#calls.delete(control)
    }
  }

  async #call(
    order: CallOrder,
    {signal, startLateMs}: {readonly signal: AbortSignal; readonly startLateMs: number},
  ): Promise<CallEnded> {
    const {audio, dial = dialOverWebSocket} = this.#world
    const {run} = this.#plan
    const seen: {close?: () => void; exhausted?: string | undefined} = {}
    const on = (event: StreamEvent) => {
      if (event.type === 'frame') this.#lateness.add(event.atMs - event.intendedMs)
      if (event.type === 'call') seen.close = this.#opened()
      if (event.type === 'closed') seen.close?.()
    }
    try {
      const result = await runCall(scenarioFor(order, this.#plan), run, {
        clock: this.#pacer,
        pacer: this.#pacer,
        signal,
        random: randomFor(order, this.#plan),
        keeper: audio?.keeperFor(order, this.#noise) ?? keepNothing,
        on,
        noise: this.#noise,
        isOneOfMany: order.index !== CALIBRATION,
        dial: (url, options) =>
          dial(url, options).catch((error: unknown) => {
            seen.exhausted = outOfSockets(error)
            throw error
          }),
      })
      if (seen.exhausted === undefined || result.opened) {
        return this.#ended(order, result, startLateMs)
      }
      // Its place is not given on at once: the next would find no socket either.
      await this.#pacer.sleepUntil(this.#pacer.now() + HELD_MS, signal).catch(() => undefined)
      return this.#drop(order, startLateMs, seen.exhausted)
    } finally {
      seen.close?.()
    }
  }

  /** A stream that is open; returns what counts it as closed, once. */
  #opened(): () => void {
    this.#open += 1
    this.#world.streams.opened()
    let isOpen = true
    return () => {
      if (!isOpen) return
      isOpen = false
      this.#open -= 1
      this.#world.streams.closed()
    }
  }

  #ended(order: CallOrder, {report, lateness, opened}: CallResult, startLateMs: number): CallEnded {
    const ofFrames = opened ? {sendLatenessP99Ms: lateness.percentile(99)} : {}
    return {
      order,
      report: {...report, ...placeOf(order), startLateMs, ...ofFrames},
      lateness,
      opened,
      endedAt: this.#pacer.now(),
      problems: [],
    }
  }

  #drop(order: CallOrder, startLateMs: number, why: string): CallEnded {
    const failure = failureFrom('EXO_CALL_DROPPED', `The call was not started: ${why}.`)
    return this.#unmade(order, {startLateMs, outcome: 'dropped', failure})
  }

  #interrupted(order: CallOrder): CallEnded {
    const failure = failureFrom('EXO_INTERRUPTED', 'The run was interrupted before the call began.')
    return this.#unmade(order, {startLateMs: 0, outcome: 'failed', failure})
  }

  /** Our own mistake; the other calls can do nothing for it. */
  #broken(order: CallOrder, error: unknown): CallEnded {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const message = `exostream itself failed in this call: ${words.split('\n', 1)[0] ?? ''}.`
    const failure = {code: 'EXO_BUG', message, hint: 'Report it, with the words below the report.'}
    const ended = this.#unmade(order, {startLateMs: 0, outcome: 'failed', failure})
    return {...ended, problems: [`exostream failed in call ${String(order.index)}: ${words}`]}
  }

  #unmade(
    order: CallOrder,
    how: Pick<Parameters<typeof unmadeCall>[0], 'startLateMs' | 'outcome' | 'failure'>,
  ): CallEnded {
    return unmadeCall({
      ...how,
      order,
      plan: this.#plan,
      now: this.#pacer.wallNow(),
      endedAt: this.#pacer.now(),
    })
  }

  async #pulse(): Promise<void> {
    const {clock, audience} = this.#world
    const {signal} = this.#closing
    for (let at = clock.now() + PULSE_MS; ; at += PULSE_MS) {
      await clock.sleepUntil(at, signal).catch(() => undefined)
      if (signal.aborted) return
      const lateness = this.#lateness
      this.#lateness = new SendLateness()
      audience.onPulse({open: this.#open, lateness, lagP99Ms: this.#watch.read().lagP99Ms})
    }
  }
}

const TOO_LATE = `this machine was more than ${String(MOST_START_LATE_MS / 1000)} s behind`

function hundredths(ms: number): number {
  return Math.round(ms * 100) / 100
}
