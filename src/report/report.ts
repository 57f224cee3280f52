import type {Closing, ExpectationKind, Finding, TurnKind} from '../protocol/events.js'
import type {Failure} from './failure.js'
import type {ThresholdResult} from './threshold-result.js'
import type {FlowWalk} from './flow-walk.js'
import type {LoadReport} from './load-report.js'
import type {LatenessCounts} from './send-lateness.js'

/**
 * The run report, schema v1. The names are a contract: v1 grows only by optional fields. A value
 * that was not measured is absent, never 0 and never false. Times are milliseconds; in a call they
 * count from the moment `start` was sent.
 */
export type RunReport = {
  readonly schemaVersion: 1
  readonly tool: {readonly name: 'exostream'; readonly version: string}
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly seed: number
  readonly plan: PlanSummary
  readonly machine: {
    readonly platform: string
    readonly arch: string
    readonly cpus: number
    readonly node: string
  }
  readonly target: Target
  readonly interrupted: boolean
  readonly verdict: 'pass' | 'fail'
  readonly rig: RigReport
  readonly calls: readonly CallReport[]
  readonly summary: RunSummary
  readonly thresholds: readonly ThresholdResult[]
  /** What shows only across calls; that of one call stands with the call. */
  readonly diagnosis?: Diagnosis
  /** Of a run of `--scenario conformance`: every rule, tried or not. */
  readonly conformance?: readonly RuleResult[]
  /** Of a run of `--flow`: the walk of each planned call; its streams are `calls` with the same CallSid. */
  readonly flows?: readonly FlowWalk[]
  /** Of a run of `load`: how the calls were spread, and what that showed. */
  readonly load?: LoadReport
}

/** The single most likely cause of what is wrong; absent when nothing is, or when it is not known. */
export type Diagnosis = {
  /** A kebab-case id from the list in the README. */
  readonly cause: string
  /** One sentence with the one field or number that tells. */
  readonly summary: string
  /** What to do, with the corrected value. */
  readonly fix: string
  /** What was seen, one sentence each, the most telling first. */
  readonly evidence: readonly string[]
}

export type RuleResult = {
  readonly rule: string
  /** The number of the rule in `protocol/README.md`, e.g. `C7`. */
  readonly ref: string
  readonly status: 'pass' | 'warn' | 'fail' | 'not-tried'
  /** What was done to try it, or why it was not, in one sentence. */
  readonly tried: string
  /** What was seen where it did not pass. */
  readonly detail?: string
}

/** An answer over HTTP: of the dynamic URL before a call, of the Passthru applet's URL after it. */
export type HttpAnswer = {
  /** Safe to print: without credentials. */
  readonly url: string
  /** Absent when no answer came. */
  readonly status?: number
  readonly tookMs: number
  /** What went wrong, one sentence; absent when the answer is usable. */
  readonly problem?: string
}

/** Exotel takes branch A on 200 and branch B on 302. */
export type PassthruAnswer = HttpAnswer & {
  readonly form: 'flat' | 'json'
  readonly branch?: 'A' | 'B'
}

export type Target = {
  readonly kind: 'url' | 'serve' | 'bot'
  readonly url?: string
  readonly bot?: string
}

/** What was asked for, so that the run can be made again. */
export type PlanSummary = {
  readonly scenarios: readonly string[]
  /** The files behind the scenarios, by name: a changed file has another hash. */
  readonly sources?: readonly ScenarioSource[]
  /** The WAV files that were said instead of a scenario, as they were given. */
  readonly say?: readonly string[]
  /** The voice template of the playback bot, when one was asked for. */
  readonly template?: string
  /** The calls were made in virtual time, which nothing can be late in. */
  readonly clock?: 'virtual'
  /** How often each scenario was called, when more than once. */
  readonly repeat?: number
  /** The names of the headers that `--header` added; their values are never kept. */
  readonly headers?: readonly string[]
  readonly profile: string
  readonly sampleRateHz: number
  readonly frameMs: number
  readonly clear: 'packet' | 'message'
  readonly marksOnClear: 'drop' | 'echo'
  /** How the bot's speech was found in the track as heard. */
  readonly vad: {readonly thresholdDbfs: number; readonly startMs: number; readonly stopMs: number}
}

export type ScenarioSource = {
  readonly name: string
  /** As it was given; absent for a built-in scenario. */
  readonly path?: string
  /** Of the YAML text, with that of the scenarios it includes. */
  readonly sha256: string
  /** Of all that the caller says, in order, at the call's rate; absent when it says nothing. */
  readonly audioSha256?: string
}

export type RigReport = {
  readonly verdict: 'reliable' | 'upper-bound' | 'void'
  readonly reason?: string
  readonly sendLatenessMs: {readonly p50: number; readonly p99: number; readonly max: number}
  /** Every frame behind those three, so that reports can be added up exactly. */
  readonly sendLateness?: LatenessCounts
  readonly eventLoopLagMs: {readonly p99: number}
  /** CPU seconds a second of this process during the run, 1 being one core; absent in virtual time. */
  readonly rigCpu?: number
  /** How many cores it could have taken: of a load run its threads, at most those of the machine; 1 when absent. */
  readonly cores?: number
  /** Of a merged report: the parts that were void by themselves, and make it so. */
  readonly voidParts?: readonly VoidPart[]
}

export type VoidPart = {
  /** As a person knows it: `shard 2 of 4`. */
  readonly part: string
  readonly reason: string
}

export type CallReport = {
  readonly callSid: string
  readonly streamSid: string
  readonly scenario: string
  readonly outcome: 'completed' | 'failed' | 'dropped'
  readonly failure?: Failure
  /** Absent when no stream was ever opened. */
  readonly closing?: Closing
  readonly durationMs: number
  readonly turns: readonly TurnReport[]
  readonly metrics: Readonly<Record<string, number>>
  readonly findings: readonly Finding[]
  readonly speech: {readonly caller: readonly Span[]; readonly bot: readonly Span[]}
  readonly artifacts: {readonly recording?: string; readonly journal?: string}
  /** The rig's worst lateness in the call: what the times of `metrics` may be off by. */
  readonly uncertaintyMs?: number
  /** How often it was dialled, when the first time failed, and why that was. */
  readonly attempts?: number
  readonly firstFailure?: Failure
  /** When it was dialled: ISO 8601, UTC. */
  readonly startedAt?: string
  /** Both numbers, all but the last four digits masked. */
  readonly from?: string
  readonly to?: string
  /** The dialect of this call, where it is another than the plan's. */
  readonly profile?: string
  /** Of a stream of a flow: the id of its applet, and what that has as its URL, safe to print. */
  readonly applet?: string
  readonly url?: string
  readonly diagnosis?: Diagnosis
  readonly dynamicUrl?: HttpAnswer
  readonly passthru?: readonly PassthruAnswer[]
  /** Of a call of a load run: its place in the plan, from 0, the same whichever machine made it. */
  readonly index?: number
  /** How much later than planned it was dialled; of a load run. */
  readonly startLateMs?: number
  /** The p99 of its own frames, as `sendLatenessMs` of the rig; of a load run. */
  readonly sendLatenessP99Ms?: number
  /** Of a run of `--find-knee`: the step it was made in, a place in `load.knee.levels`. */
  readonly level?: number
}

export type Span = {readonly startMs: number; readonly endMs: number}

/** The metrics of a turn stand beside its own fields, by the names of the README. */
export type TurnReport = {
  readonly index: number
  /** The scenario step that made the turn, from 0. */
  readonly step: number
  readonly kind: TurnKind
  /** What was said, or which digits, for a person. */
  readonly label: string
  readonly startMs: number
  readonly endMs: number
  readonly expectation?: ExpectationKind
  readonly withinMs?: number
  /** After an interruption: how soon the bot had to be heard again. */
  readonly answerWithinMs?: number
  /** Absent when there was no expectation, or when the answer hangs on a time the rig could not measure. */
  readonly met?: boolean
  /** One sentence when `met` is not true. */
  readonly why?: string
  /** The rig's worst lateness inside the turn: what a time of it may be off by. */
  readonly uncertaintyMs: number
  /** The same of single times of the turn, by metric, where it is less in their own interval. */
  readonly uncertaintiesMs?: Readonly<Record<string, number>>
  readonly responseMs?: number
  readonly firstAudioMs?: number
  readonly greetingMs?: number
  readonly bargeInStopMs?: number
  readonly clearMs?: number
  readonly recoveryMs?: number
  readonly unheardMs?: number
  readonly talkOverMs?: number
  /** 1 when the bot stopped within 1 s of a backchannel, a cough or side-talk, 0 when it went on. */
  readonly falseYield?: number
  /** 1 when the bot spoke within 2 s of noise, with nobody having spoken, 0 when it did not. */
  readonly spuriousResponse?: number
  /** What the caller sent itself (undocumented by Exotel) -> the answer to it. */
  readonly answerMs?: number
  /** The caller began to say nothing -> the bot was heard anew. */
  readonly promptMs?: number
}

export type MetricSummary = {
  readonly n: number
  readonly p50: number
  /** Only from 20 values on. */
  readonly p95?: number
  readonly max: number
}

export type RunSummary = {
  readonly calls: number
  readonly passed: number
  readonly failed: number
  readonly dropped: number
  readonly metrics: Readonly<Record<string, MetricSummary>>
  readonly findings: readonly Finding[]
}
