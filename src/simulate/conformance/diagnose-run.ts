import type {CallReport, Diagnosis} from '../../report/report.js'
import {diagnosed, type RunCause, runCauses} from './causes.js'
import type {TrialResult} from './trial.js'

/** The most likely cause of what the trials showed: causes come in the order of their list. */
export function diagnoseRun(trials: readonly TrialResult[]): Diagnosis | undefined {
  const order: readonly string[] = Object.keys(runCauses)
  const [first] = trials
    .flatMap(({diagnosis}) => (diagnosis ? [diagnosis] : []))
    .toSorted((one, other) => order.indexOf(one.cause) - order.indexOf(other.cause))
  return first
}

/** What ordinary calls, one after another, show together: a bot that one of them has ended for good. */
export function diagnoseCalls(calls: readonly CallReport[]): Diagnosis | undefined {
  const last = calls.findLastIndex(isAnswered)
  const [after, ...further] = calls.slice(last + 1)
  const before = calls[last]
  if (!before || !after) return undefined
  const left = [after, ...further]
  if (!left.every(isDead) || !isAnswerOwed(left, calls.slice(0, last + 1))) return undefined
  const cause: RunCause = 'dead-after-hang-up'
  return diagnosed(cause, [
    `${numbered(last, calls)} was answered, and ended ${endingOf(before)}.`,
    `${left.length === 1 ? 'The one call' : `All ${String(left.length)} calls`} after it had no answer: ${deathOf(after)}.`,
  ])
}

function isAnswered({speech}: CallReport): boolean {
  return speech.bot.length > 0
}

/** Not one sound of the bot, in a call that the caller had not to give up. */
function isDead({speech, failure, outcome}: CallReport): boolean {
  return speech.bot.length === 0 && outcome !== 'dropped' && failure?.code !== 'EXO_INTERRUPTED'
}

/** A scenario in which the bot has spoken before, or one in which it was asked something. */
function isAnswerOwed(dead: readonly CallReport[], before: readonly CallReport[]): boolean {
  return dead.some(
    ({scenario, turns, failure}) =>
      (failure !== undefined && turns.length === 0) ||
      before.some((call) => call.scenario === scenario) ||
      turns.some(({expectation}) => expectation === 'respond'),
  )
}

function numbered(index: number, calls: readonly CallReport[]): string {
  return `Call ${String(index + 1)} of ${String(calls.length)} (${calls[index]?.scenario ?? ''})`
}

function endingOf({closing}: CallReport): string {
  if (!closing) return 'without a close'
  const by = {caller: 'by the caller', bot: 'by the bot', network: 'by the network'}[closing.by]
  return closing.code === undefined ? by : `${by} with ${String(closing.code)}`
}

function deathOf({failure, closing}: CallReport): string {
  if (!closing) return `no stream was opened (${failure?.code ?? 'it was not dialled'})`
  return closing.by === 'bot'
    ? `the bot closed with ${String(closing.code)}`
    : 'the bot was not heard at all'
}
