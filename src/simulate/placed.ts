import type {Clock} from '../clock.js'
import type {StreamEvent} from '../protocol/events.js'
import type {Random} from '../random.js'
import type {HttpAnswer} from '../report/report.js'
import type {Dialled, DialOptions} from '../stream/exotel/dial.js'
import type {CallIdentity} from '../stream/exotel/identity.js'
import type {StreamUrl} from '../stream/exotel/stream-url.js'
import type {Keeper} from './keep.js'
import type {Pacer} from './pace/pacer.js'
import type {RunPlan} from './plan.js'
import type {Scenario} from './scenario/scenario.js'

/** The world a call lives in. */
export type CallWorld = {
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  readonly dial?: (url: StreamUrl, options: DialOptions) => Promise<Dialled>
  readonly keeper: Keeper
  /** Hears of everything, for whoever shows it; what it does must not wait. */
  readonly on: (event: StreamEvent) => void
  /** Of a stream that is part of a longer call. */
  readonly inFlow?: InFlow
  /** Of many calls at once: each waits, a frame at most, for its own place in the frame before it begins. */
  readonly pacer?: Pick<Pacer, 'slot' | 'every'>
  /** Of `sharedNoise`: the line noise that many calls have together; else each has its own. */
  readonly noise?: (samplesPerPacket: number) => readonly Int16Array[]
  /**
   * Another call has shown what the bot's audio is made of, and nobody keeps the messages of this one:
   * neither is the audio looked at, nor a text made of every message.
   */
  readonly isOneOfMany?: boolean
}

/** The flow around a stream: it hears how the stream gets on, and may end it before its scenario does. */
export type InFlow = {
  readonly onDynamicUrl: (answer: HttpAnswer) => void
  readonly onOpen: () => void
  readonly stop: AbortSignal
}

/** A call as it was placed, before anything answered. */
export type Placed = {
  readonly scenario: Scenario
  readonly plan: RunPlan
  readonly world: CallWorld
  readonly identity: CallIdentity
  readonly startedAt: Date
}
