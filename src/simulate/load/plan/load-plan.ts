import type {ArrivalsSummary, MixPart} from '../../../report/load-report.js'
import type {RunPlan} from '../../plan.js'

/** All that a load run needs to know, decided before the first call; plain data that a thread can be given. */
export type LoadPlan = {
  /** What a call is: target, URL, profile, scenarios. Repetition, conformance and virtual time do not go with it. */
  readonly run: RunPlan
  /** Of the scenarios of `run`, by name; weights are whole numbers from 1. */
  readonly mix: readonly MixPart[]
  readonly arrivals: Arrivals
  /** Of `--data`, in order: call `i` is made by row `i` modulo their number. Empty: callers are made up. */
  readonly callers: readonly Caller[]
  /** Threads; 0 makes the calls in this one, for tests and small runs. */
  readonly workers: number
  /** Of the same plan on several machines: this one makes the calls whose index is `part - 1` modulo `of`. */
  readonly shard?: {readonly part: number; readonly of: number}
  /** Over all calls, beside those of the scenarios over theirs. */
  readonly thresholds: readonly string[]
  /** What is watched beside this process: the bot's own, with its children. */
  readonly botPid?: number
  readonly knee?: KneePlan
}

/** Of the whole plan, not of a shard of it. */
export type Arrivals = ArrivalsSummary & {
  /** How many calls are made; either this or the duration is given. */
  readonly calls?: number
}

/** Who calls, as a row of `--data` has it. */
export type Caller = {
  readonly from?: string
  readonly to?: string
  /** The other columns, as custom parameters of the call. */
  readonly parameters: Readonly<Record<string, string>>
}

export type KneePlan = {
  /** The first step. */
  readonly from: number
  /** The ceiling: more calls at once are not tried. */
  readonly most: number
  /** What every step has to hold. */
  readonly thresholds: readonly string[]
  /** These were asked for, and are not the usual ones, of which one that cannot be measured is left out. */
  readonly isAsked?: true
}

/** Of a search, unless told otherwise. */
export const CEILING = 1000

/** More calls than these are no run: a report holds each of them. */
export const MOST_CALLS = 100_000
