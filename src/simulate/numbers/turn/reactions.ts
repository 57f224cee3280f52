import {PACKET_MS} from '../../../protocol/limits.js'
import type {Span} from '../../../report/report.js'
import {firstFrom} from '../ascending.js'
import type {CallMemory, TurnRecord} from '../call-memory.js'
import type {Series} from '../column.js'
import {worstLateness} from '../lateness.js'
import {firstAfter, spanBefore, utteranceEndAt} from '../spans.js'
import {nextTurnMs} from './turn-times.js'

/** A bot that falls silent within this after a "mm-hmm", a cough or side-talk has yielded to it. */
const YIELD_MS = 1000
/** A bot that speaks within this after noise has answered it. */
const ANSWERS_NOISE_MS = 2000
/** A mark that comes back so soon after the bot was last heard closes what it had to say. */
const MARK_AFTER_MS = 500

/** Yes or no, and the span that was looked at; undefined when it could not be told. */
export type Reaction = {readonly value: 0 | 1; readonly span: Span}

/** Whether the bot was heard as the caller made a sound. */
export function isSpokenOver({caller}: TurnRecord, {botSpeech}: CallMemory): boolean {
  return caller !== undefined && (utteranceEndAt(botSpeech, caller.startMs) ?? 0) >= caller.startMs
}

/** Whether the bot, heard while the caller made a sound, fell silent over it. */
export function falseYield(turn: TurnRecord, memory: CallMemory): Reaction | undefined {
  const {caller} = turn
  if (!caller) return undefined
  const {botSpeech, clears} = memory
  const window = {startMs: caller.startMs, endMs: caller.endMs + YIELD_MS}
  const cleared = firstIn(clears, window)
  const stoppedMs = utteranceEndAt(botSpeech, caller.startMs, cleared?.atMs)
  if (stoppedMs === undefined || stoppedMs < caller.startMs) return undefined
  const isStopped = stoppedMs <= window.endMs
  // Whether a bot whose last mark came back had more to say, nobody knows.
  if (isStopped && !cleared && hasFinished(stoppedMs, memory)) return undefined
  const seenMs = Math.min(window.endMs, nextTurnMs(turn, memory), memory.endMs)
  if (seenMs < window.endMs && stoppedMs > seenMs - YIELD_EDGE_MS) return undefined
  return surely({value: isStopped ? 1 : 0, span: window}, stoppedMs, memory)
}

/** The end of a call cuts the bot's speech off, too. */
const YIELD_EDGE_MS = 5 * PACKET_MS

function hasFinished(stoppedMs: number, {marks}: CallMemory): boolean {
  const span = {startMs: stoppedMs - PACKET_MS, endMs: stoppedMs + MARK_AFTER_MS}
  return firstIn(marks, span) !== undefined
}

/** Whether a bot that had the last word, and was quiet, spoke after a noise. */
export function spuriousResponse(turn: TurnRecord, memory: CallMemory): Reaction | undefined {
  const {caller} = turn
  if (!caller || !hasLastWord(turn, caller, memory)) return undefined
  const window = {startMs: caller.startMs, endMs: caller.endMs + ANSWERS_NOISE_MS}
  const spoke = firstAfter(memory.botSpeech, caller.startMs)
  const seenMs = Math.min(window.endMs, nextTurnMs(turn, memory), memory.endMs)
  if (spoke && spoke.startMs <= seenMs) {
    return surely({value: 1, span: window}, spoke.startMs, memory)
  }
  if (seenMs < window.endMs) return undefined
  return surely({value: 0, span: window}, spoke?.startMs ?? Number.POSITIVE_INFINITY, memory)
}

/** Else what it says may be its greeting, the rest of its sentence, or the answer to what was said. */
function hasLastWord({start}: TurnRecord, caller: Span, {botSpeech, turns}: CallMemory): boolean {
  const last = spanBefore(botSpeech, caller.startMs)
  if (!last || utteranceEndAt(botSpeech, caller.startMs) !== undefined) return false
  const asked = turns
    .slice(0, start.turn)
    .findLast((turn) => turn.caller && !SAYS_NOTHING.includes(turn.start.kind))
  return asked?.caller === undefined || last.startMs > asked.caller.startMs
}

const SAYS_NOTHING: readonly TurnRecord['start']['kind'][] = ['noise', 'backchannel', 'silence']

/** A moment that our own lateness could have moved over the window's edge tells nothing. */
function surely(reaction: Reaction, atMs: number, memory: CallMemory): Reaction | undefined {
  const {span} = reaction
  return Math.abs(span.endMs - atMs) < worstLateness(memory, span) ? undefined : reaction
}

function firstIn<T extends {readonly atMs: number}>(
  all: Series<T>,
  {startMs, endMs}: Span,
): T | undefined {
  const first = firstFrom(all, startMs)
  return first && first.atMs <= endMs ? first : undefined
}
