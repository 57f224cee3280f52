import {PACKET_MS} from '../../protocol/limits.js'
import type {Span, TurnReport} from '../../report/report.js'
import type {CallMemory, TurnRecord} from './call-memory.js'
import {judgeTurn, type TurnNumbers} from './judge.js'
import {overlapMs, utteranceEndAt} from './spans.js'

/** The numbers of one turn, and whether they are what was expected. */
export function measureTurn(turn: TurnRecord, memory: CallMemory): TurnReport {
  const {start} = turn
  const numbers = numbersOf(turn, memory)
  const uncertaintyMs = uncertainty(turn, numbers, memory)
  const endMs = turn.endMs ?? memory.endMs
  return {
    index: start.turn,
    step: start.step,
    kind: start.kind,
    label: start.label,
    startMs: turn.caller?.startMs ?? start.atMs,
    endMs: Math.min(turn.caller?.endMs ?? endMs, memory.endMs),
    uncertaintyMs,
    ...(start.expectation === undefined ? {} : {expectation: start.expectation}),
    ...(start.withinMs === undefined ? {} : {withinMs: start.withinMs}),
    ...(start.answerWithinMs === undefined ? {} : {answerWithinMs: start.answerWithinMs}),
    ...numbers,
    ...judged(turn, numbers, {uncertaintyMs, memory}),
  }
}

/** A turn that our own hang-up cut off, before anything could be told, has no verdict. */
function judged(
  turn: TurnRecord,
  numbers: TurnNumbers,
  {uncertaintyMs, memory}: {uncertaintyMs: number; memory: CallMemory},
): ReturnType<typeof judgeTurn> {
  const isCut = turn.endMs === undefined && memory.closing?.by === 'caller'
  const verdict = judgeTurn(turn, numbers, uncertaintyMs)
  const {expectation} = turn.start
  if (!isCut || expectation === undefined) return verdict
  // An answer that came is there, wanted or not; silence may only be that of our own hang-up.
  if (expectation === 'respond' && verdict.met === true) return verdict
  if (expectation === 'ignore' && verdict.met === false) return verdict
  return {why: 'The call was ended before this could be told.'}
}

function numbersOf(turn: TurnRecord, memory: CallMemory): TurnNumbers {
  const {start, caller} = turn
  if (start.kind === 'greeting') return greeting(turn, memory)
  if (!caller) return {}
  // Of a line that the end of the stream cut short there is no end to count an answer from.
  const isCut = caller.endMs > memory.endMs
  const answered = isCut || start.kind === 'interrupt' ? {} : answer(turn, caller, memory)
  if (start.kind === 'digits') return answered
  const said = {...caller, endMs: Math.min(caller.endMs, memory.endMs)}
  const interrupted = start.kind === 'interrupt' ? interruption(turn, caller, memory) : {}
  return {...answered, ...interrupted, talkOverMs: overlapMs([said], memory.botSpeech)}
}

/** What the bot says only after the caller has begun is an answer, not a greeting. */
function greeting(turn: TurnRecord, memory: CallMemory): TurnNumbers {
  const [first] = memory.botSpeech
  return first && first.startMs <= lastMoment(turn, memory) ? {greetingMs: first.startMs} : {}
}

/** A caller's turn: how long until the bot was heard, and until its first audible packet arrived. */
function answer(turn: TurnRecord, caller: Span, memory: CallMemory): TurnNumbers {
  const {botSpeech, botAudio, clears} = memory
  const clearedMs = clears.find(({atMs}) => atMs >= caller.startMs)?.atMs
  // A bot that spoke on from before has not answered, however often it paused.
  const before = utteranceEndAt(botSpeech, caller.startMs, clearedMs) ?? caller.startMs
  const sinceMs = Math.max(before, caller.startMs)
  const untilMs = lastMoment(turn, memory)
  const reply = botSpeech.find(({startMs}) => startMs > sinceMs && startMs <= untilMs)
  if (!reply) return {}
  const lastClear = clears.findLast(({atMs}) => atMs <= reply.startMs)
  const fromMs = Math.max(caller.startMs, lastClear?.atMs ?? 0)
  const first = botAudio.find(
    (packet) => packet.audible && packet.atMs >= fromMs && heardUntilMs(packet) > reply.startMs,
  )
  return {
    responseMs: reply.startMs - caller.endMs,
    ...(first ? {firstAudioMs: first.atMs - caller.endMs} : {}),
  }
}

/** When the last of what was queued on arrival has been played: it starts with the next tick. */
function heardUntilMs({atMs, queuedMs}: CallMemory['botAudio'][number]): number {
  return (Math.floor(atMs / PACKET_MS) + 1) * PACKET_MS + queuedMs
}

/** A barge-in: when the bot fell silent at the ear, when `clear` came, what was thrown away. */
function interruption(turn: TurnRecord, caller: Span, memory: CallMemory): TurnNumbers {
  const {botSpeech, clears} = memory
  const untilMs = lastMoment(turn, memory)
  const cleared = clears.find(({atMs}) => atMs >= caller.startMs && atMs <= untilMs)
  // What begins after both is new: without a clear, a short pause is only a breath.
  const newFromMs = cleared && Math.max(cleared.atMs, caller.endMs)
  const stoppedAt = utteranceEndAt(botSpeech, caller.startMs, newFromMs)
  const stopMs = stoppedAt === undefined ? undefined : stoppedAt - caller.startMs
  // A bot that was never heard again was stopped in a pause if there was something to drop; else it had finished.
  const isStop = stopMs !== undefined && (stopMs >= 0 || (cleared?.droppedMs ?? 0) > 0)
  const sinceMs = Math.max(caller.endMs, stoppedAt ?? 0)
  const recovery = botSpeech.find(({startMs}) => startMs > sinceMs && startMs <= untilMs)
  return {
    ...(isStop ? {bargeInStopMs: Math.max(0, stopMs)} : {}),
    ...(cleared ? {clearMs: cleared.atMs - caller.startMs, unheardMs: cleared.droppedMs} : {}),
    ...(recovery ? {recoveryMs: recovery.startMs - caller.endMs} : {}),
  }
}

/** What comes later belongs to another turn: the caller speaks again. Nobody waits on for what should not come. */
function lastMoment({start, endMs}: TurnRecord, {turns, endMs: callEndMs}: CallMemory): number {
  const next = turns[start.turn + 1]
  if (start.expectation === 'ignore' || start.kind === 'greeting') return endMs ?? callEndMs
  return next ? (next.caller?.startMs ?? next.start.atMs) : callEndMs
}

/** The worst lateness of our own frames inside what was measured: what its times may be off by. */
function uncertainty(turn: TurnRecord, numbers: TurnNumbers, memory: CallMemory): number {
  const fromMs = (turn.caller?.startMs ?? turn.start.atMs) - PACKET_MS
  const untilMs = measuredUntilMs(turn, numbers, memory) + PACKET_MS
  return memory.frames
    .filter(({intendedMs}) => intendedMs >= fromMs && intendedMs <= untilMs)
    .reduce((worst, {latenessMs}) => Math.max(worst, latenessMs), 0)
}

function measuredUntilMs(turn: TurnRecord, numbers: TurnNumbers, memory: CallMemory): number {
  const {responseMs = 0, recoveryMs = 0, bargeInStopMs = 0} = numbers
  const {startMs = 0, endMs = 0} = turn.caller ?? {}
  const answeredMs = endMs + Math.max(responseMs, recoveryMs)
  return Math.max(turn.endMs ?? memory.endMs, answeredMs, startMs + bargeInStopMs)
}
