import type {TurnReport} from '../../report/report.js'
import type {TurnRecord} from './call-memory.js'

export type TurnNumbers = Pick<
  TurnReport,
  | 'greetingMs'
  | 'responseMs'
  | 'firstAudioMs'
  | 'bargeInStopMs'
  | 'clearMs'
  | 'recoveryMs'
  | 'unheardMs'
  | 'talkOverMs'
>

type Judged = Pick<TurnReport, 'met' | 'why'>

/** An answer that begins this long before the caller has finished is talk-over (ServiceNow EVA: none under -500 ms). */
const TALK_OVER_MS = -500

/** Over this a bot has not stopped at all, whatever limit was asked for. */
const NOT_STOPPED_MS = 2000

/** Whether the turn was as expected; `met` is absent when the answer hangs on the rig's own lateness. */
export function judgeTurn(turn: TurnRecord, numbers: TurnNumbers, uncertaintyMs: number): Judged {
  const {expectation} = turn.start
  if (expectation === undefined) return {}
  switch (expectation) {
    case 'respond':
      return turn.start.kind === 'greeting'
        ? greeted(turn, numbers, uncertaintyMs)
        : responded(turn, numbers, uncertaintyMs)
    case 'stop':
      return stopped(turn, numbers, uncertaintyMs)
    case 'ignore':
      return numbers.responseMs === undefined
        ? {met: true}
        : {met: false, why: `The bot answered after ${ms(numbers.responseMs)}; it should not have.`}
  }
}

function greeted({start}: TurnRecord, {greetingMs}: TurnNumbers, uncertaintyMs: number): Judged {
  if (greetingMs === undefined) return {met: false, why: 'The bot said nothing.'}
  return within(greetingMs, start.withinMs, uncertaintyMs)
}

function responded({start}: TurnRecord, {responseMs}: TurnNumbers, uncertaintyMs: number): Judged {
  if (responseMs === undefined) return {met: false, why: 'The bot did not answer.'}
  const isTalkOver = start.talkOver !== 'allow' && responseMs - uncertaintyMs < TALK_OVER_MS
  if (!isTalkOver) return within(responseMs, start.withinMs, uncertaintyMs)
  const began = `The bot began ${ms(-responseMs)} before the caller had finished`
  if (responseMs + uncertaintyMs < TALK_OVER_MS) return {met: false, why: `${began}.`}
  return {why: `${began}, ${tooClose(uncertaintyMs, -TALK_OVER_MS)}`}
}

function stopped(turn: TurnRecord, numbers: TurnNumbers, uncertaintyMs: number): Judged {
  const {bargeInStopMs, recoveryMs} = numbers
  if (bargeInStopMs === undefined) {
    const why = turn.caller
      ? 'The bot was not speaking when it was interrupted.'
      : 'There was nothing to interrupt: the bot had not begun, or had finished before afterMs.'
    return {met: false, why}
  }
  if (bargeInStopMs - uncertaintyMs > NOT_STOPPED_MS)
    return {met: false, why: 'The bot did not stop.'}
  const limitMs = Math.min(turn.start.withinMs ?? NOT_STOPPED_MS, NOT_STOPPED_MS)
  const judged = within(bargeInStopMs, limitMs, uncertaintyMs)
  const {answerWithinMs} = turn.start
  if (answerWithinMs === undefined || judged.met !== true) return judged
  if (recoveryMs === undefined) {
    return {met: false, why: 'The bot stopped, and did not answer the interruption.'}
  }
  const answered = within(recoveryMs, answerWithinMs, uncertaintyMs)
  if (answered.why === undefined) return answered
  return {...answered, why: `The answer to the interruption: ${answered.why}`}
}

/** A time passes or fails when it does so over the whole of value ± uncertainty. */
function within(value: number, limitMs: number | undefined, uncertaintyMs: number): Judged {
  if (limitMs === undefined || value + uncertaintyMs <= limitMs) return {met: true}
  if (value - uncertaintyMs > limitMs) {
    return {met: false, why: `It took ${ms(value)}, over the limit of ${ms(limitMs)}.`}
  }
  return {why: `It took ${ms(value)}, ${tooClose(uncertaintyMs, limitMs)}`}
}

function tooClose(uncertaintyMs: number, limitMs: number): string {
  return `and our own sending was up to ${ms(uncertaintyMs)} late: too close to the limit of ${ms(limitMs)} to tell.`
}

function ms(value: number): string {
  return `${String(Math.round(value))} ms`
}
