import type {Clock} from '../../clock.js'
import type {Logger} from '../../log.js'
import type {BotCall, BotEvent} from './bot.js'
import type {StreamIdentity} from './stream-watch.js'
import type {Voice} from './voice.js'

type CallParts = {
  /** As it is known by now: a late `start` says who calls. */
  readonly identity: () => StreamIdentity
  readonly log: () => Logger
  readonly customerOf: ((callSid: string) => Readonly<Record<string, string>>) | undefined
  readonly path: string
  readonly pathParameters: Readonly<Record<string, string>>
  readonly events: AsyncIterable<BotEvent>
  readonly voice: Voice
  readonly clock: Clock
  readonly startedAt: number
  readonly signal: AbortSignal
  readonly metric: (name: string, value: number) => void
  readonly close: (code: number, reason?: string) => void
}

const NOTHING_KNOWN: Readonly<Record<string, string>> = Object.freeze({})

/** A stream as its bot sees it. */
export function createCall(parts: CallParts): BotCall {
  const {identity, log, customerOf, path, pathParameters} = parts
  const {events, voice, clock, startedAt, signal, metric, close} = parts
  return {
    get callSid() {
      return identity().callSid
    },
    get streamSid() {
      return identity().streamSid
    },
    get accountSid() {
      return identity().accountSid
    },
    get from() {
      return identity().from
    },
    get to() {
      return identity().to
    },
    get customParameters() {
      return identity().customParameters
    },
    get customer() {
      const {callSid} = identity()
      return callSid === '' || !customerOf ? NOTHING_KNOWN : customerOf(callSid)
    },
    get casing() {
      return identity().casing
    },
    get log() {
      return log()
    },
    sampleRateHz: identity().sampleRateHz,
    path,
    pathParameters,
    events,
    signal,
    play: voice.play.bind(voice),
    playPayload: voice.playPayload.bind(voice),
    speak: voice.speak.bind(voice),
    mark: voice.mark.bind(voice),
    clear: voice.clear.bind(voice),
    send: voice.send.bind(voice),
    metric,
    close: (code = 1000, reason) => {
      close(code, reason)
    },
    now: () => clock.now() - startedAt,
    sleep: (ms, given) =>
      clock.sleepUntil(clock.now() + ms, given ? AbortSignal.any([signal, given]) : signal),
  }
}
