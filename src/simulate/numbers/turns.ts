import type {Closing, Finding, StreamEvent} from '../../protocol/events.js'
import type {Span, TurnReport} from '../../report/report.js'
import {SendLateness} from '../../report/send-lateness.js'
import {FindingCounter} from '../../stream/findings.js'
import {Evidence} from '../diagnosis/evidence.js'
import {addCallFindings} from './call-findings.js'
import {type CallMemory, emptyMemory, type GrowingMemory} from './call-memory.js'
import {callMetrics} from './call-metrics.js'
import {feedBotSpeech, feedTurn} from './feed-speech.js'
import {measureTurn} from './turn/turn-metrics.js'

/** What a call came to: everything in the report that is computed from its events. */
export type CallNumbers = {
  readonly turns: readonly TurnReport[]
  readonly metrics: Readonly<Record<string, number>>
  readonly findings: readonly Finding[]
  readonly speech: {readonly caller: readonly Span[]; readonly bot: readonly Span[]}
  readonly closing?: Closing
  readonly durationMs: number
  /** Of every frame: actual minus intended send time. */
  readonly lateness: SendLateness
  /** The worst of them. */
  readonly uncertaintyMs: number
}

/**
 * The one reducer over the events of a call: fed live or from a kept journal, it gives the same
 * numbers. What each number means stands in the README.
 */
export class CallReducer {
  readonly #findings = new FindingCounter()
  readonly #memory: GrowingMemory = emptyMemory()

  /** What the call showed, for the diagnosis. */
  readonly evidence = new Evidence()

  feed(event: StreamEvent): void {
    this.evidence.feed(event)
    const memory = this.#memory
    memory.endMs = Math.max(memory.endMs, event.atMs)
    switch (event.type) {
      case 'call':
        memory.handshake = handshakeOf(event)
        return
      case 'frame':
        memory.frames.push(latenessOf(event))
        return
      case 'late-tick':
        memory.lateTicks.push(latenessOf(event))
        return
      case 'violation':
        this.#findings.add(event.violation, event.atMs)
        return
      case 'closed':
        feedClosed(memory, event)
        return
      default:
        feedPlayout(memory, event)
    }
  }

  numbers(): CallNumbers {
    const memory = asFarAsHeard(this.#memory)
    const turns = memory.turns.map((turn) => measureTurn(turn, memory))
    const metrics = callMetrics(memory, turns)
    const {closing, endMs} = memory
    const lateness = new SendLateness()
    for (const frame of memory.frames) lateness.add(frame.latenessMs)
    const worst = [...memory.frames, ...memory.lateTicks]
    return {
      turns,
      metrics,
      findings: addCallFindings(this.#findings, {
        turns,
        metrics,
        memory,
        evidence: this.evidence,
      }).findings(),
      speech: {caller: memory.callerSpeech, bot: memory.botSpeech},
      durationMs: endMs,
      lateness,
      uncertaintyMs: worst.reduce((most, one) => Math.max(most, one.latenessMs), 0),
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

type Event<T extends StreamEvent['type']> = Extract<StreamEvent, {type: T}>

function handshakeOf({handshakeMs, dnsMs, tcpMs, tlsMs, upgradeMs}: Event<'call'>) {
  return {
    handshakeMs,
    ...(dnsMs === undefined ? {} : {dnsMs}),
    ...(tcpMs === undefined ? {} : {tcpMs}),
    ...(tlsMs === undefined ? {} : {tlsMs}),
    ...(upgradeMs === undefined ? {} : {upgradeMs}),
  }
}

function latenessOf({atMs, intendedMs}: {atMs: number; intendedMs: number}) {
  return {intendedMs, latenessMs: atMs - intendedMs}
}

/** What the caller heard; else it may be of a turn. */
function feedPlayout(memory: GrowingMemory, event: StreamEvent): void {
  switch (event.type) {
    case 'bot-audio':
      memory.lead.arrived(event)
      keep(memory.botAudio, event)
      return
    case 'cleared':
      memory.lead.cleared(event)
      keep(memory.clears, event)
      return
    case 'gap':
      feedGap(memory, event)
      return
    case 'mark-echoed':
      keep(memory.marks, event)
      return
    case 'bot-speech-start':
    case 'bot-speech-end':
      feedBotSpeech(memory, event)
      return
    default:
      feedTurn(memory, event)
  }
}

/** Silence that our own lateness put in says nothing of the bot. */
function feedGap(memory: GrowingMemory, {atMs, gapMs, cause}: Event<'gap'>): void {
  if (cause === 'rig') return
  memory.gapsFromMs ??= atMs
  keep(memory.gaps, {gapMs, cause})
}

function feedClosed(memory: GrowingMemory, {atMs, closing, unheardMs}: Event<'closed'>): void {
  memory.closing = closing
  memory.closedMs = atMs
  memory.unheardMs = unheardMs
}
