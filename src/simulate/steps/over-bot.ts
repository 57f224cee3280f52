import type {Clip, StepOf} from '../scenario/scenario.js'
import {
  callerSpoke,
  callerWasHeard,
  PATIENCE_MS,
  quiet,
  startTurn,
  turnOf,
  TURN_QUIET_MS,
  type StepContext,
} from './context.js'

/** The caller is heard while the bot speaks. */

/** A bot that has not stopped by then does not stop (metrics of the README). */
const STOP_PATIENCE_MS = 2500
const RECOVERY_PATIENCE_MS = 5000
/** An interruption is over when the bot has been quiet for this long. */
const STOPPED_QUIET_MS = 500
/** A bot that yields to a "mm-hmm" does so within a second, at the ear; and a little more, to see it. */
const YIELD_PATIENCE_MS = 1300
/** A bot that answers a noise does so within two seconds. */
const NOISE_PATIENCE_MS = 2200

const IGNORED = {expect: 'ignore'} as const

export async function interrupt(
  step: StepOf<'interrupt'>,
  index: number,
  context: StepContext,
): Promise<void> {
  const {line} = context
  await botHasSpokenFor(step.afterMs, step.interrupt, context)
  const {label} = step.interrupt
  const end = startTurn(context, turnOf(step, index, {kind: 'interrupt', label}))
  if (isOver(context)) {
    end()
    return
  }
  const spoken = line.say(step.interrupt)
  callerSpoke(context, spoken)
  const stopBy = Math.max(spoken.endMs, spoken.startMs + STOP_PATIENCE_MS)
  await line.until(
    () => !line.isCallerSpeaking && (line.quietMs >= STOPPED_QUIET_MS || line.nowMs > stopBy),
    Number.POSITIVE_INFINITY,
  )
  const patienceMs = Math.max(RECOVERY_PATIENCE_MS, (step.answerWithinMs ?? 0) + TURN_QUIET_MS)
  await line.until(() => line.hasBotStartedSince(spoken.endMs), patienceMs)
  end()
}

/** "Mm-hmm", a cough, side-talk: the bot should speak on. */
export async function backchannel(
  step: StepOf<'backchannel'>,
  index: number,
  context: StepContext,
): Promise<void> {
  const {backchannel: clip, afterMs} = step
  await botHasSpokenFor(afterMs, clip, context)
  const end = startTurn(context, turnOf(IGNORED, index, {kind: 'backchannel', label: clip.label}))
  if (!isOver(context)) await makeSound(clip, YIELD_PATIENCE_MS, context)
  end()
}

/** In quiet, where a bot could take it for an answer, unless the bot is to be disturbed by it. */
export async function noise(
  step: StepOf<'noise'>,
  index: number,
  context: StepContext,
): Promise<void> {
  const {noise: clip, afterMs} = step
  if (afterMs === undefined) await quiet(context.line)
  else await botHasSpokenFor(afterMs, clip, context)
  const end = startTurn(context, turnOf(IGNORED, index, {kind: 'noise', label: clip.label}))
  if (afterMs === undefined || !isOver(context)) {
    await makeSound(clip, NOISE_PATIENCE_MS, context)
  }
  end()
}

/** Until the clip has to start, for its sound to begin so long after the bot was first heard. */
async function botHasSpokenFor(
  afterMs: number,
  {speechStartMs}: Clip,
  {line, callerStartMs}: StepContext,
): Promise<void> {
  await line.until(() => line.hasBotStartedSince(callerStartMs), PATIENCE_MS)
  const spokeMs = line.firstBotStartAfter(callerStartMs) ?? line.nowMs
  const fromMs = spokeMs + afterMs - speechStartMs
  await line.until(
    () => line.nowMs >= fromMs || line.quietMs >= STOPPED_QUIET_MS,
    afterMs + PATIENCE_MS,
  )
}

/** Nothing to speak over: the turn stays without the caller's sound, and the report says so. */
function isOver({line}: StepContext): boolean {
  return line.quietMs >= STOPPED_QUIET_MS
}

async function makeSound(clip: Clip, patienceMs: number, context: StepContext): Promise<void> {
  const {line} = context
  const sound = line.say(clip)
  callerWasHeard(context, sound)
  await line.until(
    () => !line.isCallerSpeaking && line.nowMs >= sound.endMs + patienceMs,
    Number.POSITIVE_INFINITY,
  )
}
