import type {StepOf} from '../scenario/scenario.js'
import {PATIENCE_MS, quiet, startTurn, type StepContext} from './context.js'

const INTO_SPEECH_MS = 1000
/** So long after `connected`, which has to reach the bot before the connection is gone. */
const SET_UP_MS = 100

/** The call goes on to the next applet; one that the bot never ends is hung up on. */
export async function botHangsUp(
  {botHangsUp: {withinMs, code}}: StepOf<'botHangsUp'>,
  step: number,
  context: StepContext,
): Promise<void> {
  const {line} = context
  const end = startTurn(context, {
    step,
    kind: 'closing',
    label: `the bot hangs up${code === undefined ? '' : ` with ${String(code)}`}`,
    expectation: 'respond',
    withinMs,
    ...(code === undefined ? {} : {code}),
  })
  await line.until(() => false, withinMs + PATIENCE_MS)
  end()
}

export async function hangUp(
  {hangUp: how, now}: StepOf<'hangUp'>,
  {line}: StepContext,
): Promise<void> {
  if (how === 'set-up') {
    await line.until(() => false, SET_UP_MS)
    line.hangUp('abort')
    return
  }
  if (how === 'mid-speech') {
    await line.until(() => line.isBotSpeaking, PATIENCE_MS)
    const fromMs = (line.lastBotStartMs ?? line.nowMs) + INTO_SPEECH_MS
    await line.until(() => line.nowMs >= fromMs, INTO_SPEECH_MS)
    line.hangUp('stop')
    return
  }
  if (!now) await quiet(line)
  line.hangUp(how)
}
