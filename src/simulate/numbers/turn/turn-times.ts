import type {Span} from '../../../report/report.js'
import type {CallMemory, TurnRecord} from '../call-memory.js'

/** What comes later belongs to another turn: the caller speaks again. Nobody waits on for what should not come. */
export function lastMoment(turn: TurnRecord, memory: CallMemory): number {
  const {start, endMs} = turn
  if (start.expectation === 'ignore' || start.kind === 'greeting') return endMs ?? memory.endMs
  return nextTurnMs(turn, memory)
}

/** When the caller next does something. */
export function nextTurnMs({start}: TurnRecord, {turns, endMs}: CallMemory): number {
  const next = turns[start.turn + 1]
  return next ? (next.caller?.startMs ?? next.start.atMs) : endMs
}

/** What is waited for when nothing came: from the caller's last sound, or from the start of a turn without one. */
export function waitOf({start, caller, endMs}: TurnRecord, memory: CallMemory): Span {
  return {startMs: caller?.endMs ?? start.atMs, endMs: endMs ?? memory.endMs}
}
