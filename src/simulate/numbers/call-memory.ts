import type {Closing, StreamEvent} from '../../protocol/events.js'
import type {Span} from '../../report/report.js'
import {Cadence} from './cadence.js'
import type {Series} from './column.js'
import {GapSums} from './gap-sums.js'
import {HeardLog, type HeardMessage} from './heard-log.js'
import {LatenessLog} from './lateness-log.js'
import {LeadMeter} from './lead.js'
import {MarkLog} from './mark-log.js'

/** What the reducer keeps of a call; the metrics are read off it. */
export type CallMemory = {
  /** The caller's voice; pressed keys and noise are not in it. */
  readonly callerSpeech: readonly Span[]
  readonly botSpeech: readonly Span[]
  readonly turns: readonly TurnRecord[]
  /** The bot's media messages that could be heard. */
  readonly heard: Series<HeardMessage>
  readonly cadence: Cadence
  readonly lead: LeadMeter
  readonly clears: readonly {readonly atMs: number; readonly droppedMs: number}[]
  readonly gaps: GapSums
  readonly marks: Series<{readonly atMs: number}> & {readonly slowestMs?: number | undefined}
  /** Of every frame of ours, by its intended time. */
  readonly frames: LatenessLog
  /** Of the ticks that were too late: they show where no frame was due. */
  readonly lateTicks: LatenessLog
  readonly handshake: Handshake
  readonly closing: Closing | undefined
  readonly closedMs: number | undefined
  readonly unheardMs: number | undefined
  readonly endMs: number
}

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
export type GrowingMemory = Omit<Mutable<CallMemory>, 'botSpeech' | 'heard' | 'marks'> & {
  botSpeech: {readonly startMs: number; endMs: number}[]
  readonly heard: HeardLog
  readonly marks: MarkLog
}

export function emptyMemory(): GrowingMemory {
  return {
    callerSpeech: [],
    botSpeech: [],
    turns: [],
    heard: new HeardLog(),
    cadence: new Cadence(),
    lead: new LeadMeter(),
    clears: [],
    gaps: new GapSums(),
    marks: new MarkLog(),
    frames: new LatenessLog(),
    lateTicks: new LatenessLog(),
    handshake: {},
    closing: undefined,
    closedMs: undefined,
    unheardMs: undefined,
    endMs: 0,
  }
}
