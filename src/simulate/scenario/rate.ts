import {type Rates, resample} from '../../audio/resampler.js'
import type {Clip, Scenario, Step} from './scenario.js'

/** The same call at another rate: a dynamic URL names its own only when the call is placed. */
export function atRate(scenario: Scenario, rates: Rates): Scenario {
  if (rates.fromHz === rates.toHz) return scenario
  const {background} = scenario
  return {
    ...scenario,
    steps: scenario.steps.map((step) => stepAt(step, rates)),
    ...(background ? {background: {...background, pcm: resample(background.pcm, rates)}} : {}),
  }
}

function stepAt(step: Step, rates: Rates): Step {
  const clipAt = (clip: Clip): Clip => ({...clip, pcm: resample(clip.pcm, rates)})
  if ('say' in step) return {...step, say: clipAt(step.say)}
  if ('interrupt' in step) return {...step, interrupt: clipAt(step.interrupt)}
  if ('backchannel' in step) return {...step, backchannel: clipAt(step.backchannel)}
  if ('noise' in step) return {...step, noise: clipAt(step.noise)}
  return step
}
