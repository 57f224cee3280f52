import type {StreamEvent} from '../../protocol/events.js'
import type {Line} from '../line/line.js'
import type {BotEar} from './bot-ear.js'

/** The caller lets the bot finish: this much quiet, as heard, is its end. */
export const TURN_QUIET_MS = 700
/** A bot that speaks on for longer than this is not waited for any more. */
export const LONGEST_UTTERANCE_MS = 60_000
/** An answer is waited for beyond its limit, so that the report can say how late it was. */
export const PATIENCE_MS = 8000
const IGNORE_MS = 2000

export type StepContext = {
  readonly line: Line
  readonly record: (event: StreamEvent) => void
  /** Hears every message of the bot's. */
  readonly ear: BotEar
  /** The turns so far, and when the caller's last speech or digit began. */
  turns: number
  callerStartMs: number
}

type Turn = Omit<Extract<StreamEvent, {type: 'turn-start'}>, 'type' | 'atMs' | 'turn'>

/** The caller waits for the bot to finish; one that never does is spoken over. */
export async function quiet(line: Line): Promise<void> {
  await line.until(() => line.quietMs >= TURN_QUIET_MS, LONGEST_UTTERANCE_MS)
}

export async function answered(
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

export function turnOf(
  step: Expecting,
  index: number,
  {kind, label}: Pick<Turn, 'kind' | 'label'>,
): Turn {
  return {
    step: index,
    kind,
    label,
    ...(step.expect === undefined ? {} : {expectation: step.expect}),
    ...(step.withinMs === undefined ? {} : {withinMs: step.withinMs}),
    ...(step.talkOver === undefined ? {} : {talkOver: step.talkOver}),
    ...(step.answerWithinMs === undefined ? {} : {answerWithinMs: step.answerWithinMs}),
  }
}

/** Returns what ends the turn. */
export function startTurn(context: StepContext, turn: Turn): () => void {
  const {line, record} = context
  const number = context.turns
  context.turns += 1
  record({type: 'turn-start', atMs: line.nowMs, turn: number, ...turn})
  return () => {
    record({type: 'turn-end', atMs: line.nowMs, turn: number})
  }
}

type Edges = {readonly startMs: number; readonly endMs: number}

/** Words or keys of the caller's: what the bot says next answers them. */
export function callerSpoke(context: StepContext, spoken: Edges): void {
  context.callerStartMs = spoken.startMs
  callerWasHeard(context, spoken)
}

/** A sound that asks for nothing: what the bot says goes on from what was said before. */
export function callerWasHeard(context: StepContext, {startMs, endMs}: Edges): void {
  const {line, record, turns} = context
  record({type: 'caller-speech', atMs: line.nowMs, turn: turns - 1, startMs, endMs})
}
