import {PACKET_MS} from '../../../protocol/limits.js'
import type {Span, TurnReport} from '../../../report/report.js'
import {firstFrom, firstWhere, lastUntil} from '../ascending.js'
import type {CallMemory, TurnRecord} from '../call-memory.js'
import type {HeardMessage} from '../heard-log.js'
import {judgeTurn, NOT_STOPPED_MS} from './judge.js'
import {worstLateness} from '../lateness.js'
import {falseYield, isSpokenOver, spuriousResponse} from './reactions.js'
import {firstAfter, overlapMs, utteranceEndAt} from '../spans.js'
import {
  measured,
  type Measured,
  numbersOf,
  type Uncertainties,
  uncertaintiesOf,
} from './turn-numbers.js'
import {lastMoment, waitOf} from './turn-times.js'

/** The numbers of one turn, and whether they are what was expected. */
export function measureTurn(turn: TurnRecord, memory: CallMemory): TurnReport {
  const {start} = turn
  const found = measure(turn, memory)
  const numbers = numbersOf(found)
  const waitMs = start.expectation === undefined ? 0 : worstLateness(memory, waitOf(turn, memory))
  const uncertainties = uncertaintiesOf(found, (span) => worstLateness(memory, span))
  const hasNumber = Object.keys(numbers).some((name) => name !== 'talkOverMs')
  const endMs = turn.endMs ?? memory.endMs
  // Where no answer came, the wait for it is what was measured.
  const uncertaintyMs = Math.max(hasNumber ? 0 : waitMs, ...Object.values(uncertainties), 0)
  return {
    index: start.turn,
    step: start.step,
    kind: start.kind,
    label: start.label,
    startMs: turn.caller?.startMs ?? start.atMs,
    endMs: Math.min(turn.caller?.endMs ?? endMs, memory.endMs),
    uncertaintyMs,
    ...ofTheirOwn(uncertainties, uncertaintyMs),
    ...(start.expectation === undefined ? {} : {expectation: start.expectation}),
    ...(start.withinMs === undefined ? {} : {withinMs: start.withinMs}),
    ...(start.answerWithinMs === undefined ? {} : {answerWithinMs: start.answerWithinMs}),
    ...numbers,
    ...judged(turn, memory, {numbers, uncertainties, waitMs}),
  }
}

/** Times that are surer than the turn as a whole. */
function ofTheirOwn(
  uncertainties: Uncertainties,
  ofTurnMs: number,
): Pick<TurnReport, 'uncertaintiesMs'> {
  const surer = Object.entries(uncertainties).filter(
    ([name, ms]) => name.endsWith('Ms') && ms < ofTurnMs,
  )
  return surer.length === 0 ? {} : {uncertaintiesMs: Object.fromEntries(surer)}
}

/** A turn that our own hang-up cut off, before anything could be told, has no verdict. */
function judged(
  turn: TurnRecord,
  memory: CallMemory,
  given: Pick<Parameters<typeof judgeTurn>[1], 'numbers' | 'uncertainties' | 'waitMs'>,
): ReturnType<typeof judgeTurn> {
  const {closing, closedMs} = memory
  const isCut = turn.endMs === undefined && closing?.by === 'caller'
  const ended = closing && closedMs !== undefined ? {ended: {...closing, atMs: closedMs}} : {}
  const verdict = judgeTurn(turn, {...given, ...ended})
  const {expectation} = turn.start
  if (!isCut || expectation === undefined) return verdict
  // An answer that came is there, wanted or not; silence may only be that of our own hang-up.
  if (expectation === 'respond' && verdict.met === true) return verdict
  if (expectation === 'ignore' && verdict.met === false) return verdict
  return {why: 'The call was ended before this could be told.'}
}

function measure(turn: TurnRecord, memory: CallMemory): Measured {
  const {start, caller, answered} = turn
  switch (start.kind) {
    case 'greeting':
      return greeting(turn, memory)
    case 'silence':
      return prompt(turn, memory)
    case 'send':
      return answered ? {answerMs: measured(answered)} : {}
    case 'closing':
      return {}
    case 'backchannel':
      return {falseYield: falseYield(turn, memory)}
    case 'noise':
      return overNoise(turn, memory)
    default:
      return caller ? spoken(turn, caller, memory) : {}
  }
}

/** Over the bot's speech a noise is what a cough is; in quiet it is nothing to answer. */
function overNoise(turn: TurnRecord, memory: CallMemory): Measured {
  return isSpokenOver(turn, memory)
    ? {falseYield: falseYield(turn, memory)}
    : {spuriousResponse: spuriousResponse(turn, memory)}
}

function spoken(turn: TurnRecord, caller: Span, memory: CallMemory): Measured {
  const {kind} = turn.start
  // Of a line that the end of the stream cut short there is no end to count an answer from.
  const isCut = caller.endMs > memory.endMs
  const answered = isCut || kind === 'interrupt' ? {} : answer(turn, caller, memory)
  if (kind === 'digits') return answered
  const said = {...caller, endMs: Math.min(caller.endMs, memory.endMs)}
  const interrupted = kind === 'interrupt' ? interruption(turn, caller, memory) : {}
  const talkOverMs = {value: overlapMs([said], memory.botSpeech), span: said}
  return {...answered, ...interrupted, talkOverMs}
}

/** What the bot says only after the caller has begun is an answer, not a greeting. */
function greeting(turn: TurnRecord, memory: CallMemory): Measured {
  const [first] = memory.botSpeech
  if (!first || first.startMs > lastMoment(turn, memory)) return {}
  return {greetingMs: measured({startMs: 0, endMs: first.startMs})}
}

/** A caller who says nothing: how long until the bot, if it still spoke, was heard anew. */
function prompt(turn: TurnRecord, memory: CallMemory): Measured {
  const {botSpeech} = memory
  const {atMs} = turn.start
  const sinceMs = Math.max(utteranceEndAt(botSpeech, atMs) ?? atMs, atMs)
  const untilMs = lastMoment(turn, memory)
  const first = firstAfter(botSpeech, sinceMs, untilMs)
  return first ? {promptMs: measured({startMs: atMs, endMs: first.startMs})} : {}
}

/** A caller's turn: how long until the bot was heard, and until its first audible packet arrived. */
function answer(turn: TurnRecord, caller: Span, memory: CallMemory): Measured {
  const {botSpeech, heard, clears} = memory
  const clearedMs = firstFrom(clears, caller.startMs)?.atMs
  // A bot that spoke on from before has not answered, however often it paused.
  const before = utteranceEndAt(botSpeech, caller.startMs, clearedMs) ?? caller.startMs
  const sinceMs = Math.max(before, caller.startMs)
  const untilMs = lastMoment(turn, memory)
  const reply = firstAfter(botSpeech, sinceMs, untilMs)
  if (!reply) return {}
  const lastClear = lastUntil(clears, reply.startMs)
  const fromMs = Math.max(caller.startMs, lastClear?.atMs ?? 0)
  const first = firstHeard(heard, {fromMs, untilMs, heardMs: reply.startMs})
  return {
    responseMs: measured({startMs: caller.endMs, endMs: reply.startMs}),
    ...(first ? {firstAudioMs: measured({startMs: caller.endMs, endMs: first.atMs})} : {}),
  }
}

type Sought = {readonly fromMs: number; readonly untilMs: number; readonly heardMs: number}

/** The first audible packet of a turn that was still to be heard at `heardMs`. */
function firstHeard(
  packets: CallMemory['heard'],
  {fromMs, untilMs, heardMs}: Sought,
): HeardMessage | undefined {
  for (let at = firstWhere(packets, ({atMs}) => atMs >= fromMs); at < packets.length; at += 1) {
    const packet = packets.at(at)
    if (!packet || packet.atMs > untilMs) return undefined
    if (heardUntilMs(packet) > heardMs) return packet
  }
  return undefined
}

/** When the last of what was queued on arrival has been played: it starts with the next tick. */
function heardUntilMs({atMs, queuedMs}: HeardMessage): number {
  return (Math.floor(atMs / PACKET_MS) + 1) * PACKET_MS + queuedMs
}

/** A barge-in: when the bot fell silent at the ear, when `clear` came, what was thrown away. */
function interruption(turn: TurnRecord, caller: Span, memory: CallMemory): Measured {
  const {botSpeech, clears} = memory
  const untilMs = lastMoment(turn, memory)
  const next = firstFrom(clears, caller.startMs)
  const cleared = next && next.atMs <= untilMs ? next : undefined
  // What begins after both is new: without a clear, a short pause is only a breath.
  const newFromMs = cleared && Math.max(cleared.atMs, caller.endMs)
  const stoppedAt = utteranceEndAt(botSpeech, caller.startMs, newFromMs)
  const sinceMs = Math.max(caller.endMs, stoppedAt ?? 0)
  // A bot that spoke on has not answered: what comes behind its own pause is the old speech.
  const recovery = firstAfter(hasSpokenOn(caller, stoppedAt) ? [] : botSpeech, sinceMs, untilMs)
  const {startMs} = caller
  const toClear = cleared && {startMs, endMs: cleared.atMs}
  // A bot that was never heard again was stopped in a pause if there was something to drop; else it had finished.
  const isStop = stoppedAt !== undefined && (stoppedAt >= startMs || hasDropped(cleared))
  return {
    ...(isStop ? {bargeInStopMs: measured({startMs, endMs: Math.max(startMs, stoppedAt)})} : {}),
    ...(toClear
      ? {clearMs: measured(toClear), unheardMs: {value: cleared.droppedMs, span: toClear}}
      : {}),
    ...(recovery ? {recoveryMs: measured({startMs: caller.endMs, endMs: recovery.startMs})} : {}),
  }
}

function hasSpokenOn(caller: Span, stoppedAtMs = 0): boolean {
  return stoppedAtMs - caller.startMs > NOT_STOPPED_MS
}

function hasDropped(cleared: CallMemory['clears'][number] | undefined): boolean {
  return cleared !== undefined && cleared.droppedMs > 0
}
