import type {
  Closing,
  ExpectationKind,
  StreamEvent,
  TurnKind,
} from '../../../../src/protocol/events.js'
import {type CallNumbers, CallReducer} from '../../../../src/simulate/numbers/turns.js'

/** The events of a call as a test writes them down, in order. */
export type Events = readonly (StreamEvent | Events)[]

export function numbersOf(...events: Events): CallNumbers {
  const reducer = new CallReducer()
  for (const event of flat(events)) reducer.feed(event)
  return reducer.numbers()
}

function flat(events: Events): readonly StreamEvent[] {
  return events.flatMap((event) => ('type' in event ? [event] : flat(event)))
}

type Asked = {
  readonly expectation?: ExpectationKind
  readonly withinMs?: number
  readonly talkOver?: 'allow'
  readonly answerWithinMs?: number
}

/** The turn of a number begins. */
export function turn(number: number, kind: TurnKind, atMs: number, asked: Asked = {}): StreamEvent {
  return {type: 'turn-start', atMs, turn: number, step: number, kind, label: kind, ...asked}
}

export function turnEnd(number: number, atMs: number): StreamEvent {
  return {type: 'turn-end', atMs, turn: number}
}

export function caller(number: number, startMs: number, endMs: number): StreamEvent {
  return {type: 'caller-speech', atMs: startMs, turn: number, startMs, endMs}
}

/** The bot as heard: its edges are noticed 30 and 200 ms after they happen. */
export function bot(startMs: number, endMs: number): readonly StreamEvent[] {
  return [
    {type: 'bot-speech-start', atMs: startMs + 30, startMs},
    {type: 'bot-speech-end', atMs: endMs + 200, endMs},
  ]
}

type Packet = {readonly audioMs?: number; readonly queuedMs?: number; readonly audible?: boolean}

/** A media message of the bot's; all that is queued then is its own. */
export function packet(atMs: number, given: Packet = {}): StreamEvent {
  const {audioMs = 200, audible = true} = given
  return {type: 'bot-audio', atMs, audioMs, audible, queuedMs: given.queuedMs ?? audioMs}
}

export function clear(atMs: number, droppedMs = 0): StreamEvent {
  return {type: 'cleared', atMs, droppedMs}
}

/** One of our frames, late by so much. */
export function frame(intendedMs: number, latenessMs = 0): StreamEvent {
  return {type: 'frame', atMs: intendedMs + latenessMs, intendedMs, chunk: 1}
}

export function closed(atMs: number, unheardMs = 0, by: Closing['by'] = 'bot'): StreamEvent {
  return {type: 'closed', atMs, closing: {by, code: 1000}, unheardMs}
}
