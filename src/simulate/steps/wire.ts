import type {StepOf} from '../scenario/scenario.js'
import {LONGEST_UTTERANCE_MS, PATIENCE_MS, startTurn, turnOf, type StepContext} from './context.js'

/** What the caller's end does without a sound. */

export async function wait(
  {wait: how}: StepOf<'wait'>,
  {line, ear, callerStartMs}: StepContext,
): Promise<void> {
  if ('ms' in how) {
    await line.until(() => false, how.ms)
    return
  }
  const {timeoutMs = LONGEST_UTTERANCE_MS} = how
  const isMet =
    'mark' in how
      ? () => ear.hasMarkSince(how.mark, callerStartMs)
      : () => line.quietMs >= how.quietMs
  await line.until(isMet, timeoutMs)
}

export async function mute({mute: {ms}}: StepOf<'mute'>, {line}: StepContext): Promise<void> {
  line.mute(ms)
  await line.until(() => false, ms)
}

/** A message that no call of Exotel's is known to send, at once; and the bot's answer to it. */
export async function send(
  step: StepOf<'send'>,
  index: number,
  context: StepContext,
): Promise<void> {
  const {line, ear, record} = context
  const {answer, withinMs, label = labelOf(step.send)} = step
  const expect = answer === undefined ? undefined : ('respond' as const)
  const turn = context.turns
  const end = startTurn(context, turnOf({expect, withinMs}, index, {kind: 'send', label}))
  const sentMs = line.nowMs
  let isAnswered = answer === undefined
  line.sendOnce(step.send, () => {
    if (answer === undefined) return
    ear.awaitNext(answer, (atMs) => {
      isAnswered = true
      record({type: 'answered', atMs, turn, sentMs})
    })
  })
  await line.until(() => line.nowMs > sentMs, Number.POSITIVE_INFINITY)
  await line.until(() => isAnswered, Math.max(PATIENCE_MS, (withinMs ?? 0) + PATIENCE_MS / 4))
  ear.stopWaiting()
  end()
}

function labelOf(what: StepOf<'send'>['send']): string {
  const undocumented = 'undocumented by Exotel'
  if ('clear' in what) return `clear from the caller’s side (${undocumented})`
  return 'mark' in what
    ? `mark ${JSON.stringify(what.mark)} from the caller’s side (${undocumented})`
    : `${JSON.stringify(what.raw.slice(0, 60))} (${undocumented})`
}
