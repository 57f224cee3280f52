import type {Closing, Finding, StreamEvent} from '../../protocol/events.js'
import type {Span, TurnReport} from '../../report/report.js'
import {FindingCounter} from '../../stream/findings.js'
import {Evidence} from '../diagnosis/evidence.js'
import type {CallMemory} from './call-memory.js'
import {addCallFindings} from './call-findings.js'
import {callMetrics} from './call-metrics.js'
import {measureTurn} from './turn-metrics.js'

/** What a call came to: everything in the report that is computed from its events. */
export type CallNumbers = {
  readonly turns: readonly TurnReport[]
  readonly metrics: Readonly<Record<string, number>>
  readonly findings: readonly Finding[]
  readonly speech: {readonly caller: readonly Span[]; readonly bot: readonly Span[]}
  readonly closing?: Closing
  readonly durationMs: number
  /** Of every frame: actual minus intended send time. */
  readonly latenessMs: readonly number[]
  /** The worst of them. */
  readonly uncertaintyMs: number
}

/**
 * The one reducer over the events of a call: fed live or from a kept journal, it gives the same
 * numbers. What each number means stands in the README.
 */
export class CallReducer {
  readonly #findings = new FindingCounter()
  readonly #memory: CallMemory = {
    callerSpeech: [],
    botSpeech: [],
    turns: [],
    botAudio: [],
    clears: [],
    gaps: [],
    gapsFromMs: undefined,
    markRoundTrips: [],
    frames: [],
    handshakeMs: undefined,
    closing: undefined,
    unheardMs: undefined,
    endMs: 0,
  }

  /** What the call showed, for the diagnosis. */
  readonly evidence = new Evidence()

  feed(event: StreamEvent): void {
    this.evidence.feed(event)
    const memory = this.#memory
    memory.endMs = Math.max(memory.endMs, event.atMs)
    switch (event.type) {
      case 'call':
        memory.handshakeMs = event.handshakeMs
        return
      case 'frame':
        memory.frames.push({
          intendedMs: event.intendedMs,
          latenessMs: event.atMs - event.intendedMs,
        })
        return
      case 'bot-audio':
        keep(memory.botAudio, event)
        return
      case 'cleared':
        keep(memory.clears, event)
        return
      case 'gap':
        feedGap(memory, event)
        return
      case 'mark-echoed':
        keep(memory.markRoundTrips, event.roundTripMs)
        return
      case 'violation':
        this.#findings.add(event.violation, event.atMs)
        return
      case 'closed':
        memory.closing = event.closing
        memory.unheardMs = event.unheardMs
        return
      case 'answered':
        feedAnswer(memory, event)
        return
      case 'sent':
      case 'received':
        return
      default:
        feedSpeech(memory, event)
    }
  }

  numbers(): CallNumbers {
    const memory = asFarAsHeard(this.#memory)
    const turns = memory.turns.map((turn) => measureTurn(turn, memory))
    const metrics = callMetrics(memory, turns)
    const {closing, endMs} = memory
    return {
      turns,
      metrics,
      findings: addCallFindings(this.#findings, {turns, metrics, memory}).findings(),
      speech: {caller: memory.callerSpeech, bot: memory.botSpeech},
      durationMs: endMs,
      latenessMs: memory.frames.map(({latenessMs}) => latenessMs),
      uncertaintyMs: memory.frames.reduce((worst, {latenessMs}) => Math.max(worst, latenessMs), 0),
      ...(closing ? {closing} : {}),
    }
  }
}

/** An hour of 10 ms messages: what floods beyond that is not measured any more. */
const MOST_BOT_MESSAGES = 360_000

function keep<T>(kept: T[], one: T): void {
  if (kept.length < MOST_BOT_MESSAGES) kept.push(one)
}

/** A line that the end of the stream cut short was said as far as it came. */
function asFarAsHeard(memory: CallMemory): CallMemory {
  const {endMs} = memory
  const callerSpeech = memory.callerSpeech
    .filter((span) => span.startMs < endMs)
    .map((span) => ({...span, endMs: Math.min(span.endMs, endMs)}))
  return {...memory, callerSpeech}
}

/** Silence that our own lateness put in says nothing of the bot. */
function feedGap(memory: CallMemory, {atMs, gapMs, cause}: GapEvent): void {
  if (cause === 'rig') return
  memory.gapsFromMs ??= atMs
  keep(memory.gaps, gapMs)
}

function feedAnswer(memory: CallMemory, {turn, atMs, sentMs}: AnswerEvent): void {
  const record = memory.turns[turn]
  if (record) record.answerMs ??= atMs - sentMs
}

type AnswerEvent = Extract<StreamEvent, {type: 'answered'}>
type GapEvent = Extract<StreamEvent, {type: 'gap'}>
type SpeechEvent = Extract<
  StreamEvent,
  {type: 'bot-speech-start' | 'bot-speech-end' | 'turn-start' | 'turn-end' | 'caller-speech'}
>

function feedSpeech(memory: CallMemory, event: SpeechEvent): void {
  switch (event.type) {
    case 'bot-speech-start':
      memory.botSpeech.push({startMs: event.startMs, endMs: event.atMs})
      return
    case 'bot-speech-end': {
      const last = memory.botSpeech.at(-1)
      if (last) last.endMs = event.endMs
      return
    }
    case 'turn-start':
      memory.turns.push({start: event})
      return
    case 'caller-speech': {
      const {startMs, endMs} = event
      const turn = memory.turns[event.turn]
      if (turn) turn.caller = {startMs, endMs}
      if (turn?.start.kind !== 'digits') memory.callerSpeech.push({startMs, endMs})
      return
    }
    case 'turn-end': {
      const turn = memory.turns[event.turn]
      if (turn) turn.endMs = event.atMs
    }
  }
}
