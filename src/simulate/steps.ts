import type {StreamEvent, TurnKind} from '../protocol/events.js'
import {PACKET_MS} from '../protocol/limits.js'
import type {Line} from './line.js'
import type {Step} from './scenario/scenario.js'

/** The caller lets the bot finish: this much quiet, as heard, is its end. */
const TURN_QUIET_MS = 700
/** A bot that speaks on for longer than this is not waited for any more. */
const LONGEST_UTTERANCE_MS = 60_000
/** An answer is waited for beyond its limit, so that the report can say how late it was. */
const PATIENCE_MS = 8000
/** A bot that has not stopped by then does not stop (metrics of the README). */
const STOP_PATIENCE_MS = 2500
const RECOVERY_PATIENCE_MS = 5000
const IGNORE_MS = 2000
/** An interruption is over when the bot has been quiet for this long. */
const STOPPED_QUIET_MS = 500

export type StepContext = {
  readonly line: Line
  readonly record: (event: StreamEvent) => void
  /** The turns so far, and when the caller's last speech or digit began. */
  turns: number
  callerStartMs: number
}

type Turn = Omit<Extract<StreamEvent, {type: 'turn-start'}>, 'type' | 'atMs' | 'turn'>

/** Plays one step; rejects with LineClosed when the stream ends first. */
export async function playStep(step: Step, index: number, context: StepContext): Promise<void> {
  if ('greet' in step) return greet(step, index, context)
  if ('say' in step) return say(step, index, context)
  if ('interrupt' in step) return interrupt(step, index, context)
  if ('digits' in step) return digits(step, index, context)
  if ('wait' in step) return wait(step, context)
  return hangUp(step, context)
}

/** Whether the call can end here without anything missing. */
export function isClosingStep(step: Step): boolean {
  return 'hangUp' in step || 'wait' in step
}

async function greet(
  {greet: {withinMs, optional}}: Extract<Step, {greet: unknown}>,
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

async function say(
  step: Extract<Step, {say: unknown}>,
  index: number,
  context: StepContext,
): Promise<void> {
  const {line} = context
  await quiet(line)
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

async function interrupt(
  step: Extract<Step, {interrupt: unknown}>,
  index: number,
  context: StepContext,
): Promise<void> {
  const {line} = context
  await line.until(() => line.hasBotStartedSince(context.callerStartMs), PATIENCE_MS)
  const spokeMs = line.firstBotStartAfter(context.callerStartMs) ?? line.nowMs
  const fromMs = spokeMs + step.afterMs - step.interrupt.speechStartMs
  await line.until(
    () => line.nowMs >= fromMs || line.quietMs >= STOPPED_QUIET_MS,
    step.afterMs + PATIENCE_MS,
  )
  const end = startTurn(
    context,
    turnOf(step, index, {kind: 'interrupt', label: step.interrupt.label}),
  )
  if (line.quietMs >= STOPPED_QUIET_MS) {
    // Nothing to interrupt: the turn stays without caller speech, and the report says so.
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

async function digits(
  step: Extract<Step, {digits: string}>,
  index: number,
  context: StepContext,
): Promise<void> {
  const {line} = context
  if (step.during !== 'speech') await quiet(line)
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

async function wait(
  {wait: how}: Extract<Step, {wait: unknown}>,
  {line}: StepContext,
): Promise<void> {
  if ('ms' in how) await line.until(() => false, how.ms)
  else await line.until(() => line.quietMs >= how.quietMs, LONGEST_UTTERANCE_MS)
}

async function hangUp(
  {hangUp: how, now}: Extract<Step, {hangUp: unknown}>,
  {line}: StepContext,
): Promise<void> {
  if (!now) await quiet(line)
  line.hangUp(how)
}

/** The caller waits for the bot to finish; one that never does is spoken over. */
async function quiet(line: Line): Promise<void> {
  await line.until(() => line.quietMs >= TURN_QUIET_MS, LONGEST_UTTERANCE_MS)
}

async function answered(
  step: {expect?: string | undefined; withinMs?: number | undefined},
  sinceMs: number,
  line: Line,
): Promise<void> {
  if (step.expect === 'respond') {
    await line.until(
      () => line.hasBotStartedSince(sinceMs),
      Math.max(PATIENCE_MS, (step.withinMs ?? 0) + PATIENCE_MS / 4),
    )
  } else if (step.expect === 'ignore') {
    await line.until(() => line.hasBotStartedSince(sinceMs), IGNORE_MS)
  }
}

type Expecting = {
  expect?: Turn['expectation'] | undefined
  withinMs?: number | undefined
  talkOver?: 'allow' | undefined
  answerWithinMs?: number | undefined
}

function turnOf(step: Expecting, index: number, turn: {kind: TurnKind; label: string}): Turn {
  return {
    step: index,
    ...turn,
    ...(step.expect === undefined ? {} : {expectation: step.expect}),
    ...(step.withinMs === undefined ? {} : {withinMs: step.withinMs}),
    ...(step.talkOver === undefined ? {} : {talkOver: step.talkOver}),
    ...(step.answerWithinMs === undefined ? {} : {answerWithinMs: step.answerWithinMs}),
  }
}

/** Returns what ends the turn. */
function startTurn(context: StepContext, turn: Turn): () => void {
  const {line, record} = context
  const number = context.turns
  context.turns += 1
  record({type: 'turn-start', atMs: line.nowMs, turn: number, ...turn})
  return () => {
    record({type: 'turn-end', atMs: line.nowMs, turn: number})
  }
}

function callerSpoke(context: StepContext, spoken: {startMs: number; endMs: number}): void {
  context.callerStartMs = spoken.startMs
  context.record({
    type: 'caller-speech',
    atMs: context.line.nowMs,
    turn: context.turns - 1,
    ...spoken,
  })
}
