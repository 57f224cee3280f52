import type {Failure} from './failure.js'

/** The way of one call through the applets of a flow. */
export type FlowWalk = {
  readonly callSid: string
  readonly scenario: string
  /** Of the flow. */
  readonly name: string
  readonly outcome: 'completed' | 'failed'
  readonly failure?: Failure
  /** The id of the Hangup, Connect or Connect Voice AI that the call ended with; else `end`. */
  readonly endedAt: string
  readonly durationMs: number
  /** In the order in which they began. */
  readonly steps: readonly FlowStep[]
}

/** One thing that happened on the way: an applet, or what an applet asks over HTTP. */
export type FlowStep = {
  /** The id of the applet. */
  readonly applet: string
  readonly kind: FlowStepKind
  /** From the moment the call was answered. */
  readonly atMs: number
  readonly durationMs: number
  /** What happened, for a person. */
  readonly summary: string
  /** Of a Passthru that the flow waited for. */
  readonly branch?: 'A' | 'B'
  /** Of the answer over HTTP; absent when none came. */
  readonly status?: number
  /** Safe to print. */
  readonly url?: string
  readonly streamSid?: string
  /** What went wrong, one sentence. */
  readonly problem?: string
  /** What would be better, though nothing failed. */
  readonly advice?: string
  /** The applet that follows, or `end`. */
  readonly next?: string
}

type FlowStepKind =
  | 'greeting'
  | 'passthru'
  | 'dynamic-url'
  | 'voicebot'
  | 'stream'
  | 'stream-end'
  | 'stream-stop'
  | 'gather'
  | 'connect'
  | 'hangup'
  | 'connect-voice-ai'
  | 'status-callback'
