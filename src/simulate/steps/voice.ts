import type {StepOf} from '../scenario/scenario.js'
import {
  answered,
  callerSpoke,
  PATIENCE_MS,
  quiet,
  startTurn,
  turnOf,
  type StepContext,
} from './context.js'

/** The bot and the caller take turns. */

export async function greet(
  {greet: {withinMs, optional}}: StepOf<'greet'>,
  step: number,
  context: StepContext,
): Promise<void> {
  const {line} = context
  const expected = optional ? {} : {expectation: 'respond' as const, withinMs}
  const end = startTurn(context, {
    step,
    kind: 'greeting',
    label: 'the bot speaks first',
    ...expected,
  })
  await line.until(() => line.hasBotStartedSince(-1), optional ? withinMs : withinMs + PATIENCE_MS)
  end()
}

export async function say(step: StepOf<'say'>, index: number, context: StepContext): Promise<void> {
  const {line} = context
  if (step.now !== true) await quiet(line)
  const end = startTurn(context, turnOf(step, index, {kind: 'say', label: step.say.label}))
  const spoken = line.say(step.say)
  callerSpoke(context, spoken)
  await line.until(
    () => !line.isCallerSpeaking && line.nowMs > spoken.endMs,
    Number.POSITIVE_INFINITY,
  )
  await answered(step, spoken.startMs, line)
  end()
}

/** The whole silence is kept, also by a caller who was asked again meanwhile. */
export async function silence(
  step: StepOf<'silence'>,
  index: number,
  context: StepContext,
): Promise<void> {
  const {line} = context
  const {ms} = step.silence
  await quiet(line)
  const label = `the caller says nothing for ${String(ms)} ms`
  const end = startTurn(context, turnOf(step, index, {kind: 'silence', label}))
  const fromMs = line.nowMs
  await line.until(() => line.nowMs >= fromMs + ms, Number.POSITIVE_INFINITY)
  const {withinMs} = step
  if (step.expect === 'respond' && withinMs !== undefined && withinMs + PATIENCE_MS > ms) {
    await line.until(() => line.hasBotStartedSince(fromMs), withinMs + PATIENCE_MS - ms)
  }
  end()
}
