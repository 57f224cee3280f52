import type {Closing, GapCause, StreamEvent} from '../../protocol/events.js'
import type {Span} from '../../report/report.js'
import {LeadMeter} from './lead.js'

/** What the reducer keeps of a call; the metrics are read off it. */
export type CallMemory = {
  /** The caller's voice; pressed keys and noise are not in it. */
  readonly callerSpeech: readonly Span[]
  readonly botSpeech: readonly Span[]
  readonly turns: readonly TurnRecord[]
  readonly botAudio: readonly {
    readonly atMs: number
    readonly audioMs: number
    readonly audible: boolean
    readonly queuedMs: number
  }[]
  readonly lead: LeadMeter
  readonly clears: readonly {readonly atMs: number; readonly droppedMs: number}[]
  readonly gaps: readonly {readonly gapMs: number; readonly cause: GapCause}[]
  readonly gapsFromMs: number | undefined
  readonly marks: readonly {readonly atMs: number; readonly roundTripMs: number}[]
  /** Of every frame of ours, by its intended time. */
  readonly frames: readonly Lateness[]
  /** Of the ticks that were too late: they show where no frame was due. */
  readonly lateTicks: readonly Lateness[]
  readonly handshake: Handshake
  readonly closing: Closing | undefined
  readonly closedMs: number | undefined
  readonly unheardMs: number | undefined
  readonly endMs: number
}

export type Lateness = {readonly intendedMs: number; readonly latenessMs: number}

export type Handshake = {
  readonly handshakeMs?: number
  readonly dnsMs?: number
  readonly tcpMs?: number
  readonly tlsMs?: number
  readonly upgradeMs?: number
}

export type TurnRecord = {
  readonly start: Extract<StreamEvent, {type: 'turn-start'}>
  caller?: Span
  /** Absent when the stream ended first. */
  endMs?: number
  /** What the caller sent itself, until the answer to it. */
  answered?: Span
}

type Mutable<T> = {-readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K]}

/** The memory while events still come. */
export type GrowingMemory = Omit<Mutable<CallMemory>, 'botSpeech'> & {
  botSpeech: {readonly startMs: number; endMs: number}[]
}

export function emptyMemory(): GrowingMemory {
  return {
    callerSpeech: [],
    botSpeech: [],
    turns: [],
    botAudio: [],
    lead: new LeadMeter(),
    clears: [],
    gaps: [],
    gapsFromMs: undefined,
    marks: [],
    frames: [],
    lateTicks: [],
    handshake: {},
    closing: undefined,
    closedMs: undefined,
    unheardMs: undefined,
    endMs: 0,
  }
}
