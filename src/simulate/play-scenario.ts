import type {StreamEvent} from '../protocol/events.js'
import type {Failure} from '../report/failure.js'
import type {ExotelEnd} from '../stream/exotel/exotel-end.js'
import {Line, LineClosed} from './line/line.js'
import {failureFrom, failureOfEnd} from './outcome.js'
import type {CallWorld} from './placed.js'
import type {RunPlan} from './plan.js'
import type {Scenario} from './scenario/scenario.js'
import type {BotEar} from './steps/bot-ear.js'
import type {StepContext} from './steps/context.js'
import {isClosingStep, playStep, stepsFor} from './steps/play-step.js'

type Playing = {
  readonly exotel: ExotelEnd
  readonly plan: RunPlan
  readonly world: CallWorld
  readonly record: (event: StreamEvent) => void
  readonly ear: BotEar
}

/** Plays the steps while the line runs; returns why the call failed, if it did. */
export async function playScenario(
  scenario: Scenario,
  playing: Playing,
): Promise<Failure | undefined> {
  const {exotel, plan, world, record, ear} = playing
  const {signal, inFlow, clock} = world
  const line = lineFor(scenario, playing)
  const hangUp = () => {
    exotel.hangUp('stop')
  }
  const stop = () => {
    exotel.hangUp('stop', 'stopped')
  }
  const slot = world.pacer?.slot(plan.profile.frameMs)
  if (slot) await clock.sleepUntil(slot.nextAt(clock.now()))
  const startedAt = exotel.start()
  const undo = [onAbort(signal, hangUp), onAbort(inFlow?.stop, stop)]
  try {
    const context = {line, record, ear, turns: 0, callerStartMs: -1}
    const [left] = await Promise.all([
      playSteps(stepsFor(plan.profile, scenario), context).finally(hangUp),
      line.run(startedAt),
    ])
    const closing = await exotel.closed
    if (signal.aborted) {
      return failureFrom('EXO_INTERRUPTED', 'The run was interrupted during the call.')
    }
    const missing = left.filter((step) => !isClosingStep(step)).length
    return failureOfEnd(closing, {
      // The flow goes on without what the caller had still to say.
      missing: inFlow?.stop.aborted === true ? 0 : missing,
      at: `${(line.nowMs / 1000).toFixed(1)} s`,
      of: scenario.steps.length,
      wantedCode: wantedCode(scenario),
    })
  } finally {
    for (const remove of undo) remove()
    slot?.free()
  }
}

function lineFor(
  {background}: Scenario,
  {exotel, plan: {profile, maxSessionMs}, world, record}: Playing,
): Line {
  const {clock, random, keeper, noise, pacer} = world
  return new Line(exotel, {
    clock,
    random: random.fork('noise'),
    frameMs: profile.frameMs,
    record,
    tap: (caller, heard) => {
      keeper.audio(caller, heard)
    },
    ...(noise ? {noise: noise(exotel.samplesPerPacket)} : {}),
    ...(pacer ? {every: (startAt, advance) => pacer.every(startAt, advance)} : {}),
    ...(background === undefined ? {} : {background}),
    ...(maxSessionMs === undefined ? {} : {maxSessionMs}),
  })
}

/** Calls at once where it is aborted already; returns what takes the listener away. */
function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  signal?.addEventListener('abort', listener, {once: true})
  if (signal?.aborted === true) listener()
  return () => {
    signal?.removeEventListener('abort', listener)
  }
}

function wantedCode({steps}: Scenario): number | undefined {
  const last = steps.at(-1)
  return last && 'botHangsUp' in last ? last.botHangsUp.code : undefined
}

/** Returns the steps that the end of the stream left over. */
async function playSteps(steps: Scenario['steps'], context: StepContext): Promise<typeof steps> {
  for (const [index, step] of steps.entries()) {
    try {
      await playStep(step, index, context)
    } catch (error) {
      if (error instanceof LineClosed) return steps.slice(index)
      throw error
    }
  }
  return []
}
