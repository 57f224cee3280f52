import type {StreamEvent, TurnKind} from '../../protocol/events.js'
import type {GrowingMemory, TurnRecord} from './call-memory.js'

type Event<T extends StreamEvent['type']> = Extract<StreamEvent, {type: T}>

/** In these the caller is heard as a voice. */
const VOICED: readonly TurnKind[] = ['say', 'interrupt', 'backchannel']

export function feedBotSpeech(
  memory: GrowingMemory,
  event: Event<'bot-speech-start' | 'bot-speech-end'>,
): void {
  if (event.type === 'bot-speech-start') {
    memory.botSpeech.push({startMs: event.startMs, endMs: event.atMs})
    return
  }
  const last = memory.botSpeech.at(-1)
  if (last) last.endMs = event.endMs
}

/** The turns, and what the caller did in them; of anything else there is nothing to count. */
export function feedTurn(memory: GrowingMemory, event: StreamEvent): void {
  switch (event.type) {
    case 'turn-start':
      memory.turns.push({start: event})
      return
    case 'caller-speech':
    case 'turn-end':
    case 'answered': {
      const turn = memory.turns[event.turn]
      if (turn) feedTurnOf(turn, memory, event)
      return
    }
    default:
  }
}

function feedTurnOf(
  turn: TurnRecord,
  memory: GrowingMemory,
  event: Event<'turn-end' | 'caller-speech' | 'answered'>,
): void {
  switch (event.type) {
    case 'caller-speech': {
      const {startMs, endMs} = event
      turn.caller = {startMs, endMs}
      if (VOICED.includes(turn.start.kind)) memory.callerSpeech.push({startMs, endMs})
      return
    }
    case 'turn-end':
      turn.endMs = event.atMs
      return
    case 'answered':
      turn.answered ??= {startMs: event.sentMs, endMs: event.atMs}
  }
}
