import {type ErrorCode, errorCatalogue} from '../../errors.js'
import type {FlowStep} from '../../report/flow-walk.js'
import type {Failure} from '../../report/failure.js'
import type {StreamFacts} from '../../stream/exotel-http/passthru.js'
import type {Applet, Next} from '../flow.js'
import type {PassthruTold, WalkWorld} from './world.js'

/** When a step began; the order tells apart what began within one millisecond. */
export type Moment = {readonly atMs: number; readonly order: number}

/** What a step says beside where and when. */
export type Told = Omit<FlowStep, 'applet' | 'kind' | 'atMs' | 'durationMs'> & {
  /** Now, where the step took no time. */
  readonly began?: Moment
  /** That of the applet, unless said. */
  readonly kind?: FlowStep['kind']
}

/** A stream that goes on beside the applets behind it. */
type RunningStream = {
  readonly stop: () => void
  /** Resolves when its end has been told. */
  readonly over: Promise<void>
}

/** Where a Passthru led, and where it would have led with its other answer. */
type Choice = {
  readonly id: string
  readonly status: number
  readonly next: Next
  readonly other: Next
}

/** One call on its way through a flow: what it has come by, and what an applet leaves to the next. */
export class Journey {
  readonly world: WalkWorld
  readonly #startedAt: number
  readonly #steps: {readonly step: FlowStep; readonly began: Moment}[] = []
  readonly #asked: Promise<void>[] = []
  readonly #running = new Set<RunningStream>()
  readonly #choices: Choice[] = []
  #stream: StreamFacts | undefined
  #digits: string | undefined
  #failure: Failure | undefined
  #hasStreamed = false
  #moments = 0

  constructor(world: WalkWorld) {
    this.world = world
    this.#startedAt = world.clock.now()
  }

  /** Since the call was answered. */
  get durationMs(): number {
    return Math.round(this.world.clock.now() - this.#startedAt)
  }

  /** In the order in which they began; an answer that nobody waited for came later. */
  get steps(): readonly FlowStep[] {
    return this.#steps
      .toSorted(({began: one}, {began: other}) => one.order - other.order)
      .map(({step}) => step)
  }

  /** Why the call has failed: what went wrong first. */
  get failure(): Failure | undefined {
    return this.#failure
  }

  /** Whether an applet has tried to open a stream. */
  get hasStreamed(): boolean {
    return this.#hasStreamed
  }

  get isStreaming(): boolean {
    return this.#running.size > 0
  }

  get isInterrupted(): boolean {
    return this.world.signal.aborted
  }

  /** Of the Passthru applets that were waited for, and answered; in order. */
  get choices(): readonly Choice[] {
    return this.#choices
  }

  /** Whether the caller has ended the stream, and with it the call. */
  get hasCallerLeft(): boolean {
    return this.#stream?.disconnectedBy === 'user'
  }

  moment(): Moment {
    this.#moments += 1
    return {atMs: this.world.clock.now() - this.#startedAt, order: this.#moments}
  }

  /** An interruption ends the walk, whatever would have followed. */
  tell({id, kind}: Applet, {began = this.moment(), next, ...told}: Told): void {
    const nowMs = this.world.clock.now() - this.#startedAt
    const step: FlowStep = {
      applet: id,
      kind,
      atMs: Math.round(began.atMs),
      durationMs: Math.round(nowMs - began.atMs),
      ...told,
      ...(next === undefined || this.isInterrupted ? {} : {next}),
    }
    this.#steps.push({step, began})
    this.world.onStep?.(step)
  }

  fail(failure: Failure): void {
    this.#failure ??= failure
  }

  failWith(code: ErrorCode, message: string, hint: string = errorCatalogue[code].hint): void {
    this.fail({code, message, hint})
  }

  choose(choice: Choice): void {
    this.#choices.push(choice)
  }

  /** The digits of a Gather applet, which the next Passthru is told. */
  press(digits: string): void {
    this.#digits = digits
  }

  /** What is known for a Passthru: of a stream that still runs Exotel has nothing to tell yet. */
  tellPassthru(): PassthruTold {
    const digits = this.#digits
    this.#digits = undefined
    return {
      ...(digits === undefined ? {} : {digits}),
      ...(this.#stream === undefined || this.isStreaming ? {} : {stream: this.#stream}),
    }
  }

  beginStream(): void {
    this.#hasStreamed = true
  }

  endStream(facts: StreamFacts): void {
    this.#stream = facts
  }

  /** Nobody waits for the answer but the end of the call. */
  leaveAsking(answered: Promise<void>): void {
    keepQuiet(answered)
    this.#asked.push(answered)
  }

  leaveStreaming(stream: RunningStream): void {
    this.#running.add(stream)
    keepQuiet(stream.over.finally(() => this.#running.delete(stream)))
  }

  stopStreams(): Promise<void> {
    for (const {stop} of this.#running) stop()
    return this.streamsOver()
  }

  async streamsOver(): Promise<void> {
    await Promise.all([...this.#running].map(({over}) => over))
  }

  /** Until nothing of the call goes on any more. */
  async settle(): Promise<void> {
    await this.streamsOver()
    await Promise.all(this.#asked)
  }
}

/** It is awaited later; until then its rejection would be one that nobody handles. */
function keepQuiet(promise: Promise<unknown>): void {
  promise.catch(() => undefined)
}
