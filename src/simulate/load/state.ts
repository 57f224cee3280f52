import {availableParallelism, platform} from 'node:os'

import type {Clock} from '../../clock.js'
import type {SendLateness} from '../../report/send-lateness.js'
import {measureCpu, type Watched, watchProcess} from '../rig.js'
import {BotWatch} from './machine/bot-watch.js'
import {usageReader} from './machine/bot-process.js'
import {CALIBRATION, type CallEnded, type CrewAudience} from './crew/crew.js'
import {Ledger} from './ledger.js'
import type {LoadLive} from './live.js'
import type {LoadPlan} from './plan/load-plan.js'
import {OpenStreams} from './crew/open-streams.js'
import {measureOthersCpu} from './machine/others-cpu.js'

const LIVE_MS = 500
const RIG_CPU_MS = 5000

export type StateOptions = {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onLive?: (live: LoadLive) => void
  /** How many calls this machine is to make. */
  readonly planned: number | undefined
}

/** A load run while it goes on: what it has heard of its crew, and what it shows of itself. */
export class LoadState {
  readonly clock: Clock
  readonly ledger = new Ledger()
  readonly streams = new OpenStreams()
  readonly planned: number | undefined
  /** How many cores the calls may take. */
  readonly cores: number
  readonly bot: BotWatch | undefined
  readonly #options: StateOptions
  #watch: ReturnType<typeof watchProcess>
  #othersCpu: ReturnType<typeof measureOthersCpu>
  readonly #stop = new AbortController()
  readonly #over = new AbortController()
  readonly #listeners = new Set<(lateness: SendLateness) => void>()
  readonly #beganAt: number
  #isAbout: Promise<unknown> = Promise.resolve()
  #onEnded: (ended: CallEnded) => void = () => undefined
  #alone: ((ended: CallEnded) => void) | undefined
  #failure: string | undefined
  #doing: string | undefined

  constructor({workers, botPid}: LoadPlan, options: StateOptions) {
    const {clock, signal, planned} = options
    this.clock = clock
    this.planned = planned
    this.cores = Math.min(Math.max(1, workers), availableParallelism())
    this.#options = options
    this.#watch = watchProcess(clock)
    this.#othersCpu = measureOthersCpu(clock)
    this.#beganAt = clock.now()
    if (botPid !== undefined) {
      const usage = usageReader(botPid, {platform: platform(), now: () => clock.now()})
      this.bot = new BotWatch({pid: botPid, clock, usage, signal: this.#over.signal})
    }
    const stop = () => {
      this.#stop.abort()
    }
    signal.addEventListener('abort', stop, {once: true})
    this.#over.signal.addEventListener('abort', () => {
      signal.removeEventListener('abort', stop)
    })
    if (signal.aborted) stop()
    this.#isAbout = Promise.all([this.#live(), this.bot?.run()])
  }

  /** For whoever makes the calls. */
  get audience(): CrewAudience {
    return {
      onEnded: (ended) => {
        if (ended.order.index === CALIBRATION) {
          this.#alone?.(ended)
          return
        }
        this.ledger.ended(ended)
        this.#onEnded(ended)
      },
      onPulse: (pulse) => {
        this.ledger.pulse(pulse, this.clock.now())
        for (const listener of this.#listeners) listener(pulse.lateness)
      },
      onFailed: (error) => {
        this.#failure ??= error instanceof Error ? error.message : String(error)
        this.#stop.abort()
      },
    }
  }

  /** No more calls begin: the run was interrupted, or it cannot go on. */
  get stop(): AbortSignal {
    return this.#stop.signal
  }

  /** What ended the run before its time, other than the person before it. */
  get failure(): string | undefined {
    return this.#failure
  }

  get isInterrupted(): boolean {
    return this.#options.signal.aborted
  }

  /** From here on this process is watched: what went before was one call alone. */
  begin(): void {
    this.streams.begin()
    this.#watch.stop()
    this.#watch = watchProcess(this.clock)
    this.#othersCpu = measureOthersCpu(this.clock)
  }

  /** What was seen of this process since its calls began. */
  watched(): Watched {
    const own = this.#watch.read()
    const othersCpu = this.#othersCpu()
    return {
      ...own,
      lagP99Ms: Math.max(own.lagP99Ms, this.ledger.lagP99Ms),
      cores: this.cores,
      ...(othersCpu === undefined ? {} : {othersCpu}),
    }
  }

  /** Resolves with the one call that is made before the others. */
  callAlone(): Promise<CallEnded> {
    return new Promise((resolve) => {
      this.#alone = resolve
    })
  }

  /** Who is told of every call that ends, from now on. */
  hear(onEnded: (ended: CallEnded) => void): void {
    this.#onEnded = onEnded
  }

  /** At once where it has stopped already; returns what takes the listener away. */
  onStop(listener: () => void): () => void {
    if (this.stop.aborted) listener()
    else this.stop.addEventListener('abort', listener, {once: true})
    return () => {
      this.stop.removeEventListener('abort', listener)
    }
  }

  /** Hears how late frames are; returns what takes the listener away. */
  onLateness(listener: (lateness: SendLateness) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Told with how the run gets on: the call alone, and of a search for the knee each step. */
  doing(words: string | undefined): void {
    this.#doing = words
  }

  async end(): Promise<void> {
    this.#over.abort()
    this.#watch.stop()
    await this.#isAbout
  }

  async #live(): Promise<void> {
    const {onLive, clock} = this.#options
    if (!onLive) return
    const {signal} = this.#over
    const cpus: ReturnType<typeof measureCpu>[] = []
    for (let at = clock.now() + LIVE_MS; ; at += LIVE_MS) {
      cpus.push(measureCpu(clock, 0))
      if (cpus.length > RIG_CPU_MS / LIVE_MS) cpus.shift()
      await clock.sleepUntil(at, signal).catch(() => undefined)
      if (signal.aborted) return
      onLive(this.#liveNow(cpus[0]?.() ?? 0))
    }
  }

  #liveNow(rigCpu: number): LoadLive {
    const now = this.clock.now()
    const botCpu = this.bot?.cpu
    return {
      elapsedMs: now - this.#beganAt,
      ...this.ledger.live(now),
      ...(this.planned === undefined ? {} : {planned: this.planned}),
      rigCpu,
      cores: this.cores,
      ...(botCpu === undefined ? {} : {botCpu}),
      ...(this.#doing === undefined ? {} : {doing: this.#doing}),
    }
  }
}
