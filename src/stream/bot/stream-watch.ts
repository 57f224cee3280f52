import type {Finding, Violation} from '../../protocol/events.js'
import type {
  BotMessage,
  ExotelMessage,
  MediaMessage,
  SampleRateHz,
} from '../../protocol/messages.js'
import type {Casing} from '../../protocol/profiles.js'
import type {Codec} from '../codec.js'

/** What is known of a stream, as its `start` was understood. */
export type StreamIdentity = {
  readonly streamSid: string
  readonly callSid: string
  readonly accountSid: string
  readonly from: string
  readonly to: string
  readonly customParameters: Readonly<Record<string, string>>
  readonly sampleRateHz: SampleRateHz
  readonly rateFrom: 'start' | 'url' | 'default'
  /** As `start` wrote it; absent when it had none. */
  readonly encoding?: string
  /** How the caller writes its keys, and so how it is answered. */
  readonly casing: Casing
  /** Audio or another event came before any `start`: all of this but the rate may be empty. */
  readonly isImplied: boolean
}

/** What is left to tell of a stream when its socket has closed. */
export type StreamEnded = {
  readonly code: number
  readonly reason: string
  /** `server`: a limit of ours, or a shutdown; `network`: no close frame came. */
  readonly closedBy: 'caller' | 'bot' | 'server' | 'network'
  /** From the upgrade to the close. */
  readonly durationMs: number
  /** As the caller's `stop` gave it. */
  readonly stopReason?: string
  /** Messages by event, such as {start: 1, media: 500}. */
  readonly received: Readonly<Record<string, number>>
  readonly sent: Readonly<Record<string, number>>
  readonly heardMs: number
  readonly saidMs: number
  /** Events that the bot was too slow to read, or of a relay, for which its bot was never there. */
  readonly audioDropped: number
  /** Messages that the caller was too slow to take. */
  readonly unsent: number
  /** What the caller did that the protocol does not have, each with its count. */
  readonly findings: readonly Finding[]
  /** Of a relay: what the bot behind it did wrong. */
  readonly botFindings?: readonly Finding[]
  /** By `call.metric`: every value, in order, bounded. */
  readonly metrics: Readonly<Record<string, readonly number[]>>
}

/**
 * What happens on one stream at the bot's end of it, in order. `atMs` counts from the moment the
 * socket was accepted. Bytes and samples belong to the stream: who keeps them copies them.
 */
export type BotStreamEvent =
  /** A message of the caller's, verbatim and as it was understood. */
  | {
      readonly type: 'received'
      readonly atMs: number
      readonly raw: string | Uint8Array
      readonly message: ExotelMessage
    }
  /** Once, before the first audio. */
  | {readonly type: 'started'; readonly atMs: number; readonly identity: StreamIdentity}
  /** A `start` that came after the first audio said who calls. */
  | {readonly type: 'identified'; readonly atMs: number; readonly identity: StreamIdentity}
  /** The audio of a media message, after its `received`. */
  | {
      readonly type: 'audio'
      readonly atMs: number
      readonly message: MediaMessage
      readonly bytes: Uint8Array
      readonly pcm: Int16Array
      readonly codec: Codec
    }
  /** A message of the bot's, verbatim, whether or not the socket could still take it. */
  | {
      readonly type: 'sent'
      readonly atMs: number
      readonly raw: string | Uint8Array
      readonly message: BotMessage
      readonly codec: Codec
    }
  | {
      readonly type: 'violation'
      readonly atMs: number
      readonly by: 'caller' | 'bot'
      readonly violation: Violation
      /** The first of its rule on this stream. */
      readonly isFirst: boolean
    }
  | {readonly type: 'metric'; readonly atMs: number; readonly name: string; readonly value: number}
  /** Last; nothing follows. `codec` as the last audio was heard; absent when there was none. */
  | {
      readonly type: 'closed'
      readonly atMs: number
      readonly ended: StreamEnded
      readonly codec?: Codec
    }

/** Hears of a stream while it goes on. Must not throw, and must not wait: it is on the path of a message. */
export type StreamWatch = {
  (event: BotStreamEvent): void
  /** It need not be told of each message: no `received`, no `audio` and no `sent`, which take time to make. */
  readonly ignoresMessages?: boolean
}
