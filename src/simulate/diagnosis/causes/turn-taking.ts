import {TALK_OVER_MS} from '../../../report/metric-words.js'
import type {Span} from '../../../report/report.js'
import {firstWhere} from '../../numbers/ascending.js'
import {joinedSpans} from '../../numbers/spans.js'
import {type Cause, type Facts, type Found, isMissed, questions} from '../cause.js'
import {amount, milliseconds, seconds} from '../words.js'

export const echoesCallerCause: Cause = {id: 'echoes-caller', look: echoes}

/** What is wrong with when a bot speaks, where its audio is fine. */
export const turnTakingCauses: readonly Cause[] = [
  {id: 'never-answers', look: neverAnswers},
  {id: 'never-greets', look: neverGreets},
  {id: 'greets-late', look: greetsLate},
  {id: 'ignores-digits', look: ignoresDigits},
  {id: 'answers-late', look: answersLate},
  {id: 'talks-over-caller', look: talksOver},
  {id: 'yields-to-backchannel', look: falselyYields},
  {id: 'answers-noise', look: answersNoise},
]

/** What the caller says comes back, as long as it was said, and as late each time; where that is not wanted. */
function echoes(facts: Facts): Found | undefined {
  if (!isMissed(facts)) return undefined
  const {speech} = facts.numbers
  const said = joinedSpans(speech.caller, PAUSE_MS)
  const echoed = said.flatMap((span) => {
    const delayMs = echoDelay(speech.bot, span)
    return delayMs === undefined ? [] : [{delayMs, lengthMs: span.endMs - span.startMs}]
  })
  const delays = echoed.map(({delayMs}) => delayMs)
  const spreadMs = Math.max(...delays) - Math.min(...delays)
  const lengthMs = echoed.reduce((sum, one) => sum + one.lengthMs, 0)
  const isAll = echoed.length * 2 >= said.length && lengthMs >= LEAST_ECHO_MS
  if (!isAll || spreadMs > ECHO_MS) return undefined
  return {
    summary: `The bot sends the caller's own audio back: ${seconds(lengthMs)} of speech came back ${milliseconds(Math.min(...delays))} after it was said.`,
    fix: 'Send the audio of your engine instead of the incoming payload: the bot that runs is an echo test, or its output is wired to its input.',
    evidence: ['What the bot said began and ended with what the caller said.'],
  }
}

/** How exact the edges are: a soft sound at either end is not heard on the line. */
const ECHO_MS = 200

/** Two lines: one answer may be as long as its question by chance. */
const LEAST_ECHO_MS = 2500
/** Lines closer together are one utterance to whoever listens. */
const PAUSE_MS = 300

/** By how much what was heard lies behind what was said, pauses in it or not; undefined for another length. */
function echoDelay(bot: readonly Span[], said: Span): number | undefined {
  const parts = bot.slice(
    firstWhere(bot, ({startMs}) => startMs >= said.startMs),
    firstWhere(bot, ({startMs}) => startMs >= said.endMs),
  )
  const [first, last] = [parts[0], parts.at(-1)]
  if (!first || !last) return undefined
  const delayMs = first.startMs - said.startMs
  return Math.abs(last.endMs - said.endMs - delayMs) <= ECHO_MS ? delayMs : undefined
}

/** It was heard, and never again once the caller had spoken. */
function neverAnswers(facts: Facts): Found | undefined {
  const {numbers, evidence} = facts
  // Keys are another sense; and of a turn that was cut short nothing is known.
  const asked = questions(facts).filter(({kind, met}) => kind !== 'digits' && met !== undefined)
  const [first] = asked
  if (!first || numbers.speech.bot.length === 0) return undefined
  if (asked.some(({responseMs}) => responseMs !== undefined)) return undefined
  const {lastAudibleMs} = evidence.flow
  if (lastAudibleMs !== undefined && lastAudibleMs > first.endMs) return undefined
  return {
    summary: `The bot speaks, and answers none of the caller's turns (${amount(asked.length)} wanted an answer).`,
    fix: `Read the audio of the caller: the payload of each incoming media message is base64 of 16-bit PCM at ${amount(evidence.sampleRateHz)} Hz; look whether it reaches your speech recognition, and at its rate there.`,
    evidence: [`Nothing was heard of the bot after ${seconds(first.endMs)}.`],
  }
}

function greetingOf({numbers}: Facts) {
  const turn = numbers.turns.find(({kind}) => kind === 'greeting')
  return turn?.met === false ? turn : undefined
}

function neverGreets(facts: Facts): Found | undefined {
  const turn = greetingOf(facts)
  const hasAnswered = questions(facts).some(({responseMs}) => responseMs !== undefined)
  if (!turn || turn.greetingMs !== undefined || !hasAnswered) return undefined
  return {
    summary: `The bot answers, but did not speak first: nothing was heard within ${seconds(turn.endMs - turn.startMs)}.`,
    fix: 'Send a greeting as soon as start arrives; or make the greeting optional in the scenario, where the caller is to speak first.',
    evidence: ['It answered what the caller said afterwards.'],
  }
}

function greetsLate(facts: Facts): Found | undefined {
  const turn = greetingOf(facts)
  if (turn?.greetingMs === undefined) return undefined
  return {
    summary: `The greeting was heard ${milliseconds(turn.greetingMs)} after start, over the limit of ${milliseconds(turn.withinMs ?? 0)}.`,
    fix: 'Send a greeting made beforehand right after start, and open the connections to your engines when the socket opens.',
    evidence: [`greetingMs is ${milliseconds(turn.greetingMs)}.`],
  }
}

function ignoresDigits(facts: Facts): Found | undefined {
  const asked = questions(facts)
  const keys = asked.filter(({kind}) => kind === 'digits')
  const words = asked.filter(({kind}) => kind !== 'digits')
  const isDeaf = keys.length > 0 && keys.every(({responseMs}) => responseMs === undefined)
  const isAwake =
    words.length === 0
      ? facts.numbers.speech.bot.length > 0
      : words.some(({responseMs}) => responseMs !== undefined)
  if (!isDeaf || !isAwake) return undefined
  return {
    summary: `The bot speaks, but answers no key presses (${amount(keys.length)} wanted an answer).`,
    fix: 'Handle {"event": "dtmf", "dtmf": {"digit": ...}}: keys come as messages, not as tones in the audio.',
    evidence: keys.slice(0, 3).map(({label}) => `The keys ${label} had no answer.`),
  }
}

/** At least half of the answers: one slow answer has a reason of its own. */
function answersLate(facts: Facts): Found | undefined {
  const limited = questions(facts).filter(({withinMs}) => withinMs !== undefined)
  const late = limited.filter(
    ({met, responseMs = 0, withinMs = 0}) => met === false && responseMs > withinMs,
  )
  if (late.length === 0 || late.length * 2 < limited.length) return undefined
  const times = late.map(({responseMs = 0}) => responseMs)
  const slowest = Math.max(...times)
  return {
    summary: `${amount(late.length)} of ${amount(limited.length)} answers came late, the slowest after ${milliseconds(slowest)} (limit ${milliseconds(late[0]?.withinMs ?? 0)}).`,
    fix: 'Stream: send the first words of the answer to speech while the rest is still being made, and shorten the silence that ends a turn to 500 to 700 ms.',
    evidence: late
      .slice(0, 3)
      .map(({label, responseMs = 0}) => `${label}: ${milliseconds(responseMs)}.`),
  }
}

function talksOver(facts: Facts): Found | undefined {
  const asked = questions(facts)
  const over = asked.filter(({met, responseMs = 0}) => met === false && responseMs < TALK_OVER_MS)
  const [first] = over
  if (!first || over.length * 2 < asked.length) return undefined
  return {
    summary: `The bot began to answer ${milliseconds(-(first.responseMs ?? 0))} before the caller had finished.`,
    fix: 'Wait for 500 to 700 ms of silence before you answer: a pause between two words is not the end of a turn.',
    evidence: [`${amount(over.length)} of ${amount(asked.length)} turns were talked over.`],
  }
}

function falselyYields({numbers}: Facts): Found | undefined {
  const turn = numbers.turns.find(({met, falseYield}) => met === false && falseYield === 1)
  if (!turn) return undefined
  return {
    summary: `The bot stopped speaking at ${JSON.stringify(turn.label)}, which is no interruption.`,
    fix: 'Let a voice of under 500 ms pass, or wait for a word that wants the turn, before you send clear.',
    evidence: ['falseYield is 1.'],
  }
}

function answersNoise({numbers}: Facts): Found | undefined {
  const turn = numbers.turns.find(
    ({met, spuriousResponse}) => met === false && spuriousResponse === 1,
  )
  if (!turn) return undefined
  return {
    summary: `The bot answered ${JSON.stringify(turn.label)}, which no one had said.`,
    fix: 'Raise the threshold of your voice detection, or use one that tells speech from noise.',
    evidence: ['spuriousResponse is 1.'],
  }
}
