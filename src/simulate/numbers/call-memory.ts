import type {Closing, StreamEvent} from '../../protocol/events.js'
import type {Span} from '../../report/report.js'

/** What the reducer keeps of a call; the metrics are read off it. */
export type CallMemory = {
  /** The caller's voice; pressed keys are not in it. */
  readonly callerSpeech: Span[]
  readonly botSpeech: {startMs: number; endMs: number}[]
  readonly turns: TurnRecord[]
  readonly botAudio: {
    readonly atMs: number
    readonly audioMs: number
    readonly audible: boolean
    readonly queuedMs: number
  }[]
  readonly clears: {readonly atMs: number; readonly droppedMs: number}[]
  readonly gaps: number[]
  gapsFromMs: number | undefined
  readonly markRoundTrips: number[]
  readonly frames: {readonly intendedMs: number; readonly latenessMs: number}[]
  handshakeMs: number | undefined
  closing: Closing | undefined
  unheardMs: number | undefined
  endMs: number
}

export type TurnRecord = {
  readonly start: Extract<StreamEvent, {type: 'turn-start'}>
  caller?: Span
  /** Absent when the stream ended first. */
  endMs?: number
  /** What the caller sent itself -> the answer to it. */
  answerMs?: number
}
