import {PACKET_MS} from '../../protocol/limits.js'
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

export async function digits(
  step: StepOf<'digits'>,
  index: number,
  context: StepContext,
): Promise<void> {
  const {line} = context
  await itIsTime(step, context)
  const end = startTurn(context, turnOf(step, index, {kind: 'digits', label: step.digits}))
  const startMs = line.nowMs
  const lastMs = (step.digits.length - 1) * step.gapMs
  // A key is pressed with a tick.
  const endMs = startMs + Math.ceil(lastMs / PACKET_MS) * PACKET_MS
  callerSpoke(context, {startMs, endMs})
  for (const [place, digit] of [...step.digits].entries()) {
    await line.until(() => line.nowMs >= startMs + place * step.gapMs, Number.POSITIVE_INFINITY)
    line.digit(digit)
  }
  await line.until(() => line.nowMs > endMs, Number.POSITIVE_INFINITY)
  await answered(step, startMs, line)
  end()
}

/** A bot that does not begin to speak gets its keys all the same. */
async function itIsTime({now, during}: StepOf<'digits'>, {line}: StepContext): Promise<void> {
  if (now === true) return
  if (during === 'speech') await line.until(() => line.isBotSpeaking, PATIENCE_MS)
  else await quiet(line)
}
