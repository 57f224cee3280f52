import type {Closing} from '../../../protocol/events.js'
import {TALK_OVER_MS} from '../../../report/metric-words.js'
import type {TurnReport} from '../../../report/report.js'
import type {TurnRecord} from '../call-memory.js'
import type {TurnNumbers, Uncertainties} from './turn-numbers.js'

export type Judged = Pick<TurnReport, 'met' | 'why'>

export type Evidence = {
  readonly numbers: TurnNumbers
  readonly uncertainties: Uncertainties
  /** By how much a wait in which nothing came may be off. */
  readonly waitMs: number
  readonly ended?: Closing & {readonly atMs: number}
}

/** Over this a bot has not stopped at all, whatever limit was asked for. */
export const NOT_STOPPED_MS = 2000

/** Whether the turn was as expected; `met` is absent when the answer hangs on the rig's own lateness. */
export function judgeTurn(turn: TurnRecord, evidence: Evidence): Judged {
  const {kind, expectation} = turn.start
  if (expectation === undefined) return {}
  switch (kind) {
    case 'greeting':
      return timely(turn, evidence, {metric: 'greetingMs', absent: 'The bot said nothing.'})
    case 'send':
      return timely(turn, evidence, {metric: 'answerMs', absent: 'The bot did not answer it.'})
    case 'closing':
      return closed(turn, evidence)
    case 'backchannel':
      return yielded(evidence)
    case 'noise':
      return evidence.numbers.falseYield === undefined ? answeredNoise(evidence) : yielded(evidence)
    case 'silence':
      return expectation === 'ignore'
        ? ignored(evidence, 'promptMs')
        : timely(turn, evidence, {metric: 'promptMs', absent: 'The bot said nothing.'})
    default:
      if (expectation === 'stop') return stopped(turn, evidence)
      return expectation === 'ignore' ? ignored(evidence, 'responseMs') : responded(turn, evidence)
  }
}

type Timely = {readonly metric: keyof TurnNumbers; readonly absent: string}

function timely({start}: TurnRecord, evidence: Evidence, {metric, absent}: Timely): Judged {
  const {numbers, uncertainties} = evidence
  const value = numbers[metric]
  if (value === undefined) return {met: false, why: absent}
  return within(value, start.withinMs, uncertainties[metric])
}

function ignored({numbers}: Evidence, metric: 'responseMs' | 'promptMs'): Judged {
  const value = numbers[metric]
  if (value === undefined) return {met: true}
  const did = metric === 'promptMs' ? 'spoke' : 'answered'
  return {met: false, why: `The bot ${did} after ${ms(value)}; it should not have.`}
}

function yielded({numbers: {falseYield}}: Evidence): Judged {
  if (falseYield === undefined) {
    return {why: 'The bot was not speaking then, or had just finished: nothing can be told.'}
  }
  return falseYield === 0
    ? {met: true}
    : {met: false, why: 'The bot fell silent, though nobody had taken the word from it.'}
}

function answeredNoise({numbers: {spuriousResponse}}: Evidence): Judged {
  if (spuriousResponse === undefined) {
    return {
      why: 'The bot still spoke, owed an answer, or the call ended too soon: nothing can be told.',
    }
  }
  return spuriousResponse === 0
    ? {met: true}
    : {met: false, why: 'The bot spoke within 2 s of a noise, though nobody had spoken.'}
}

function closed({start}: TurnRecord, {ended, waitMs}: Evidence): Judged {
  if (ended?.by === 'network') {
    return {met: false, why: `The connection broke (${codeOf(ended)}); the bot did not close it.`}
  }
  if (ended?.by !== 'bot') return {met: false, why: 'The bot did not close the stream.'}
  if (start.code !== undefined && ended.code !== start.code) {
    const wanted = `it should have been with ${String(start.code)}`
    return {met: false, why: `The bot closed with ${codeOf(ended)}; ${wanted}.`}
  }
  const judged = within(ended.atMs - start.atMs, start.withinMs, waitMs)
  if (judged.why === undefined) return judged
  return {...judged, why: `The bot closed with ${codeOf(ended)}. ${judged.why}`}
}

function codeOf({code}: Closing): string {
  return code === undefined ? 'no code' : String(code)
}

function responded({start}: TurnRecord, {numbers, uncertainties}: Evidence): Judged {
  const {responseMs} = numbers
  const {responseMs: uncertaintyMs = 0} = uncertainties
  if (responseMs === undefined) return {met: false, why: 'The bot did not answer.'}
  const isTalkOver = start.talkOver !== 'allow' && responseMs - uncertaintyMs < TALK_OVER_MS
  if (!isTalkOver) return within(responseMs, start.withinMs, uncertaintyMs)
  const began = `The bot began ${ms(-responseMs)} before the caller had finished`
  if (responseMs + uncertaintyMs < TALK_OVER_MS) return {met: false, why: `${began}.`}
  return {why: `${began}, ${tooClose(uncertaintyMs, -TALK_OVER_MS)}`}
}

function stopped(turn: TurnRecord, {numbers, uncertainties}: Evidence): Judged {
  const {bargeInStopMs, recoveryMs} = numbers
  if (bargeInStopMs === undefined) {
    const why = turn.caller
      ? 'The bot was not speaking when it was interrupted.'
      : 'There was nothing to interrupt: the bot had not begun, or had finished before afterMs.'
    return {met: false, why}
  }
  const {bargeInStopMs: uncertaintyMs = 0} = uncertainties
  if (bargeInStopMs - uncertaintyMs > NOT_STOPPED_MS)
    return {met: false, why: 'The bot did not stop.'}
  const limitMs = Math.min(turn.start.withinMs ?? NOT_STOPPED_MS, NOT_STOPPED_MS)
  const judged = within(bargeInStopMs, limitMs, uncertaintyMs)
  const {answerWithinMs} = turn.start
  if (answerWithinMs === undefined || judged.met !== true) return judged
  if (recoveryMs === undefined) {
    return {met: false, why: 'The bot stopped, and did not answer the interruption.'}
  }
  const answered = within(recoveryMs, answerWithinMs, uncertainties.recoveryMs)
  if (answered.why === undefined) return answered
  return {...answered, why: `The answer to the interruption: ${answered.why}`}
}

/** A time passes or fails when it does so over the whole of value ± uncertainty. */
function within(value: number, limitMs: number | undefined, uncertaintyMs = 0): Judged {
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
