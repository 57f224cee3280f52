import type {Clock} from '../../clock.js'
import type {StreamEvent} from '../../protocol/events.js'
import type {BotMessage, MediaMessage, SampleRateHz} from '../../protocol/messages.js'
import type {Profile} from '../../protocol/profiles.js'
import type {Random} from '../../random.js'
import type {CallIdentity} from './identity.js'
import type {MarkMode} from './mark-return.js'

export type ExotelEndOptions = {
  readonly identity: CallIdentity
  readonly profile: Profile
  readonly sampleRateHz: SampleRateHz
  readonly customParameters: Readonly<Record<string, string>>
  readonly clear: 'packet' | 'message'
  readonly marksOnClear: 'drop' | 'echo'
  readonly handshakeMs: number
  readonly clock: Clock
  /** Everything that happens, in order; a message of the bot's also as it was read, where it was text. */
  readonly record: (event: StreamEvent, message?: BotMessage) => void
  /** Every message of the bot's as it was read, after its `received` and before what it gives rise to. */
  readonly heard?: (message: BotMessage, atMs: number) => void
  /** Asked of a media message in the usual shape: where it says true, no `received` event is made of it. */
  readonly passesOver?: ((message: MediaMessage, atMs: number) => boolean) | undefined
  /** Decides what a rough network does; without it, the line of every profile is clean. */
  readonly random?: Random
  /** `connected-only`: the caller is gone before `start`, which never comes. */
  readonly setUp?: 'whole' | 'connected-only'
  /** What is nowhere as loud as that is no speech to whoever puts ticks off. */
  readonly speechDbfs?: number
  /** Other than `return` for a bot that is tried with marks that never come, or come wrong. */
  readonly marks?: MarkMode
}

/** `half-open`: nothing more is sent, nobody closes, and what comes is not read either. */
export type HangUp = 'stop' | 'close' | 'abort' | 'half-open'

/** Whoever puts ticks off makes them up before anything else happens, and may have to be quicker afterwards. */
export type Follower = {
  readonly before: () => void
  readonly after: () => void
}
