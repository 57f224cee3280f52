import type {Closing, Finding, StreamEvent} from '../../protocol/events.js'
import type {BotMessage, MediaMessage} from '../../protocol/messages.js'
import type {Span, TurnReport} from '../../report/report.js'
import {SendLateness, sumOfLateness} from '../../report/send-lateness.js'
import {FindingCounter} from '../../stream/findings.js'
import {Evidence, type EvidenceOptions} from '../diagnosis/evidence.js'
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
  readonly #lateness = new SendLateness()

  /** What the call showed, for the diagnosis. */
  readonly evidence: Evidence

  constructor(options: EvidenceOptions = {}) {
    this.evidence = new Evidence(options)
  }

  /** A media message of the bot's without its `received` event; false where that is needed. */
  passesOver(message: MediaMessage, atMs: number): boolean {
    if (!this.evidence.passesOver(message)) return false
    this.#memory.endMs = Math.max(this.#memory.endMs, atMs)
    return true
  }

  /** @param message of a `received` event, where it was decoded already */
  feed(event: StreamEvent, message?: BotMessage): void {
    this.evidence.feed(event, message)
    const memory = this.#memory
    memory.endMs = Math.max(memory.endMs, event.atMs)
    switch (event.type) {
      case 'call':
        memory.handshake = handshakeOf(event)
        return
      case 'frame':
        memory.frames.push(event)
        this.#lateness.add(event.atMs - event.intendedMs)
        return
      case 'late-tick':
        memory.lateTicks.push(event)
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
      lateness: sumOfLateness([this.#lateness]),
      uncertaintyMs: Math.max(memory.frames.worstMs, memory.lateTicks.worstMs),
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

/** What the caller heard; else it may be of a turn. */
function feedPlayout(memory: GrowingMemory, event: StreamEvent): void {
  switch (event.type) {
    case 'bot-audio':
      memory.lead.arrived(event)
      feedBotAudio(memory, event)
      return
    case 'cleared':
      memory.lead.cleared(event)
      keep(memory.clears, event)
      return
    case 'gap':
      feedGap(memory, event)
      return
    case 'mark-echoed':
      if (memory.marks.length < MOST_BOT_MESSAGES) memory.marks.push(event)
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
function feedGap(memory: GrowingMemory, event: Event<'gap'>): void {
  if (event.cause !== 'rig') memory.gaps.add(event, MOST_BOT_MESSAGES)
}

function feedBotAudio(memory: GrowingMemory, event: Event<'bot-audio'>): void {
  if (memory.cadence.messages >= MOST_BOT_MESSAGES) return
  memory.cadence.arrived(event)
  if (event.audible) memory.heard.push(event)
}

function feedClosed(memory: GrowingMemory, {atMs, closing, unheardMs}: Event<'closed'>): void {
  memory.closing = closing
  memory.closedMs = atMs
  memory.unheardMs = unheardMs
}
