import type {Failure} from './failure.js'
import type {ThresholdResult} from './threshold-result.js'

/** How the calls of a load run were spread over time, and what they showed together. Part of schema v1. */
export type LoadReport = {
  readonly arrivals: ArrivalsSummary
  /** The scenarios by weight. */
  readonly mix: readonly MixPart[]
  /** How many calls were to be made; absent where only the duration was given. */
  readonly planned?: number
  /** How many rows of `--data` the callers were taken from. */
  readonly callers?: number
  /** Threads that made the calls. */
  readonly workers: number
  /** The parts of the plan that are in this report: one of a shard, all of them of a merged report. */
  readonly shards?: readonly Shard[]
  /** Of a merged report: the numbers of the shards that are not in it, where there are any. */
  readonly missing?: readonly number[]
  /** Most calls that were open at once. */
  readonly peak: number
  /** Of the opened calls, those whose own frames were late by 10 ms at most at p99. */
  readonly atPace: number
  /** Of `atPace`: how many calls were opened. */
  readonly opened: number
  /** From the first dial to the end of the last call. */
  readonly durationMs: number
  /** The one call that was made alone before the others; its place is not in `calls`. */
  readonly calibration?: Calibration
  /** Of the process that `--bot-pid` names, with its children. */
  readonly bot?: BotLoad
  /** CallSids of the worst calls, the worst first: their recordings were kept. */
  readonly worst: readonly string[]
  readonly knee?: KneeReport
}

export type MixPart = {readonly scenario: string; readonly weight: number}

/** The `part`-th of `of`, from 1. */
export type Shard = {readonly part: number; readonly of: number}

export type ArrivalsSummary =
  | {
      /** A call that ends makes room for the next. */
      readonly model: 'concurrency'
      readonly concurrency: number
      readonly rampMs: number
      readonly durationMs?: number
    }
  | {
      /** Calls start when they are due, whatever became of the others. */
      readonly model: 'rate'
      readonly ratePerS: number
      readonly rampMs: number
      readonly durationMs?: number
    }

/** What the bot and this machine showed with one call. */
export type Calibration = {
  readonly outcome: 'completed' | 'failed' | 'dropped'
  readonly durationMs: number
  readonly handshakeMs?: number
  readonly greetingMs?: number
  /** The slowest of its responses. */
  readonly responseMs?: number
  readonly sendLatenessP99Ms: number
  /** One sentence, where the call failed. */
  readonly problem?: string
  /** The same with its code, and what to do. */
  readonly failure?: Failure
  /** What is wrong with the bot already then; only here is looked at what its audio is made of. */
  readonly diagnosis?: {readonly cause: string; readonly summary: string; readonly fix: string}
}

export type BotLoad = {
  readonly pid: number
  /** CPU seconds a second over the run, 1 being one core; absent where it could not be read. */
  readonly cpu?: number
  readonly rssStartBytes?: number
  readonly rssPeakBytes?: number
}

export type KneeReport = {
  /** What a step had to hold, such as `p95(responseMs) < 2000`. */
  readonly thresholds: readonly string[]
  /** Of those that hold unless told otherwise, what no call alone gave a value for: no step was held to them. */
  readonly unmeasured?: readonly string[]
  /** The steps in the order in which they were made. */
  readonly levels: readonly LevelReport[]
  /** Most calls at once at which every threshold held; absent when not even one call did. */
  readonly calls?: number
  /** Whether it held there in two steps, or in one that was kept as long; absent as `calls` is. */
  readonly heldTwice?: boolean
  /**
   * `exact`: one step of at most 5 % more broke, and by the number of calls; `at-least`: nothing broke up to
   * the ceiling, the rig gave out first, or what broke may be chance; `none`: not even one call held, or as
   * much breaks with few calls as with many.
   */
  readonly bound: 'exact' | 'at-least' | 'none'
  /** How long one call takes, in the calibration; of a mix that of the longest scenario. */
  readonly callMs: number
  readonly broken?: BrokenLevel
  readonly overload?: OverloadReport
  readonly leak?: LeakReport
  /** How long the search took, without overload and leak check. */
  readonly searchMs: number
}

export type LevelReport = {
  readonly phase: 'up' | 'search' | 'hold' | 'step-back' | 'overload' | 'after'
  readonly concurrency: number
  /** Calls that were judged: they began when the level had been reached, and were over before it ended. */
  readonly calls: number
  readonly failed: number
  readonly durationMs: number
  readonly verdict: 'held' | 'broken' | 'void'
  /** Why it is void, or not measured, in one sentence. */
  readonly reason?: string
  readonly thresholds: readonly ThresholdResult[]
  readonly sendLatenessP99Ms: number
  /** CPU seconds a second of this process, 1 being one core. */
  readonly rigCpu?: number
  readonly botCpu?: number
  readonly botRssBytes?: number
}

/** The first threshold that broke, where, and through whom. */
export type BrokenLevel = {
  readonly concurrency: number
  /** `calls` where too few came to their end for any threshold to be judged. */
  readonly threshold: string
  readonly value?: number
  readonly fault: 'bot' | 'rig'
  /** It breaks with few calls as with many, so that no number of them is a knee. */
  readonly atAnyLoad?: true
  /** One sentence with the number that tells. */
  readonly why: string
}

/** Without its numbers where it was not tried: `why` says the reason. */
export type OverloadReport = {
  readonly concurrency?: number
  /** `sheds`: refuses what is too much, and serves the rest as before; `collapses`: serves fewer than at the knee; `degrades`: serves as many, worse; `holds`: nothing broke. */
  readonly verdict: 'sheds' | 'degrades' | 'collapses' | 'holds' | 'not-measured'
  /** Calls that were never opened, or were closed before the bot had said anything. */
  readonly refused?: number
  /** Calls a second that passed, and the same at the knee. */
  readonly passedPerS?: number
  readonly passedPerSAtKnee?: number
  readonly why: string
}

export type LeakReport = {
  /** `gone`: its process is not there any more, or no call alone is answered. */
  readonly verdict: 'clean' | 'leaks' | 'gone' | 'not-measured'
  /** One sentence each: what was compared, before and after. */
  readonly evidence: readonly string[]
}
