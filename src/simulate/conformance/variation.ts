import type {Profile} from '../../protocol/profiles.js'
import type {StreamSocket} from '../../stream/socket.js'
import type {RunPlan} from '../plan.js'
import type {Clip, Step} from '../scenario/scenario.js'
import type {Wire} from './wire.js'

/** What a call of a trial does otherwise than an ordinary one. */
export type Variation = {
  readonly profile?: Partial<Profile>
  readonly plan?: Partial<RunPlan>
  /** What becomes of messages on their way to the bot, in this order. */
  readonly wires?: readonly Wire[]
  /** The caller's part, made of the clip of the caller's words; `talk` when absent. */
  readonly steps?: (clip: Clip) => readonly Step[]
  /** What is begun on its socket beside the call, once it is open; must not throw. */
  readonly beside?: (socket: StreamSocket) => void
}

/** Both at once; where they change the same thing, the second wins. */
export function combined(one: Variation, other: Variation): Variation {
  const steps = other.steps ?? one.steps
  const beside = other.beside ?? one.beside
  return {
    profile: {...one.profile, ...other.profile},
    plan: {...one.plan, ...other.plan},
    wires: [...(one.wires ?? []), ...(other.wires ?? [])],
    ...(steps ? {steps} : {}),
    ...(beside ? {beside} : {}),
  }
}

/** Whether what the bot breaks in such a call can be held against it in any other. */
export function isOrdinary({profile = {}, plan = {}, wires = []}: Variation): boolean {
  return wires.length === 0 && [profile, plan].every((part) => Object.keys(part).length === 0)
}
