import type {CallReport} from '../../../report/report.js'
import type {SendLateness} from '../../../report/send-lateness.js'

/** One step of a search for the knee, as it is asked for. */
export type LevelOrder = {
  /** Its place in the report. */
  readonly index: number
  readonly concurrency: number
  /** The calls that are missing to it start evenly over this time. */
  readonly rampMs: number
  /** How long it is kept, once it has been reached. */
  readonly holdMs: number
  /**
   * Over as soon as so many of its calls have ended. It begins with no call open, so that each of its calls
   * is judged, also the first.
   */
  readonly untilCalls?: number
  /** More calls than the bot can bear are meant to fail: they are not among the worst that are kept. */
  readonly isOverload?: true
}

/** What it showed. */
export type LevelResult = {
  /** Those that began when the level had been reached, or all of its own, and were over before it ended. */
  readonly calls: readonly CallReport[]
  /** Of these, those that never opened. */
  readonly notOpened: number
  /** From the moment at which it was reached. */
  readonly durationMs: number
  /** Of all frames sent in it. */
  readonly lateness: SendLateness
  /** CPU seconds a second of this process, 1 being one core, and how many cores it may take. */
  readonly rigCpu: number
  readonly cores: number
  readonly botCpu?: number
  readonly botRssBytes?: number
}

/** What a search for the knee needs of the run around it. */
export type LevelWorld = {
  /** Goes to the level from wherever the run is, keeps it, and leaves its calls running. */
  hold(order: LevelOrder): Promise<LevelResult>
  /** Starts no more calls; resolves when all have ended by themselves. */
  drain(): Promise<void>
  /** The bot's process as it is now; undefined where none was named, or where it cannot be read. */
  botNow(): Promise<BotUsage | undefined>
  readonly signal: AbortSignal
}

/** Of a process and its children. */
export type BotUsage = {
  /** CPU time since it began. */
  readonly cpuMs: number
  readonly rssBytes: number
  /** Absent where the system does not tell. */
  readonly openFiles?: number
  readonly threads?: number
}
