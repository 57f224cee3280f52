import type {Profile} from '../../protocol/profiles.js'
import type {Scenario, Step} from '../scenario/scenario.js'
import type {StepContext} from './context.js'
import {botHangsUp, hangUp} from './ending.js'
import {digits} from './keys.js'
import {backchannel, interrupt, noise} from './over-bot.js'
import {greet, say, silence} from './voice.js'
import {mute, send, wait} from './wire.js'

/** Plays one step; rejects with LineClosed when the stream ends first. */
export async function playStep(step: Step, index: number, context: StepContext): Promise<void> {
  if ('greet' in step) return greet(step, index, context)
  if ('say' in step) return say(step, index, context)
  if ('silence' in step) return silence(step, index, context)
  if ('digits' in step) return digits(step, index, context)
  if ('send' in step) return send(step, index, context)
  if ('wait' in step) return wait(step, context)
  if ('mute' in step) return mute(step, context)
  if ('botHangsUp' in step) return botHangsUp(step, index, context)
  if ('hangUp' in step) return hangUp(step, context)
  return overBot(step, index, context)
}

type OverBot = Extract<Step, {interrupt: unknown} | {backchannel: unknown} | {noise: unknown}>

async function overBot(step: OverBot, index: number, context: StepContext): Promise<void> {
  if ('interrupt' in step) return interrupt(step, index, context)
  if ('backchannel' in step) return backchannel(step, index, context)
  return noise(step, index, context)
}

/** Whether the call can end here without anything missing. */
export function isClosingStep(step: Step): boolean {
  return 'hangUp' in step || 'wait' in step || 'mute' in step || 'botHangsUp' in step
}

/** The steps as they are meant for an applet: a Stream applet plays nothing, so no answer can be expected there. */
export function stepsFor({applet}: Profile, {steps}: Scenario): readonly Step[] {
  return applet === 'stream' ? steps.map(withoutAnswer) : steps
}

function withoutAnswer(step: Step): Step {
  if ('greet' in step) return {...step, greet: {...step.greet, optional: true}}
  if (!('expect' in step) || step.expect !== 'respond') return step
  const {expect, withinMs, ...rest} = step
  return rest
}
