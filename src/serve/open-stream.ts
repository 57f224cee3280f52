import type {Clock} from '../clock.js'
import type {Logger} from '../log.js'
import type {SampleRateHz} from '../protocol/messages.js'
import type {Bot} from '../stream/bot/bot.js'
import {BotEnd} from '../stream/bot/bot-end.js'
import type {StreamWatch} from '../stream/bot/stream-watch.js'
import type {StreamSocket} from '../stream/socket.js'

/** Whatever answers a stream that was accepted: a bot of this process, or a relay to another. */
export type StreamEnd = {
  /** Resolves when the socket has closed and nothing is left to do. */
  readonly done: Promise<void>
  close(code: number, reason?: string): void
  terminate(): void
}

/** What the upgrade knew of a stream. */
export type StreamContext = {
  /** Of this connection, in every line of the log and in every refusal: `3f2a-17`. */
  readonly connection: string
  /** As it was dialled, without its query, such as /ws/voicebot/42. */
  readonly path: string
  /** What stood in the named segments of the path: {sessionId: '42'}. */
  readonly pathParameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly urlSampleRateHz: SampleRateHz | undefined
  /** The Authorization header, for a relay; never shown. */
  readonly authorization: string | undefined
  /** What a Passthru said of a call, once its CallSid is known. */
  readonly customerOf: (callSid: string) => Readonly<Record<string, string>>
  /** With the connection in each of its lines. */
  readonly log: Logger
  /** Who keeps what happens: recordings, dumps, the record of the call. */
  readonly watch: StreamWatch | undefined
}

export type OpenStream = (socket: StreamSocket, context: StreamContext) => StreamEnd

type BotWorld = {
  readonly clock: Clock
  /** Of audio that waits for a slow bot; the oldest goes first. */
  readonly maxQueueMs?: number
}

/** Every stream is answered by this bot. */
export function opensBot(bot: Bot, {clock, maxQueueMs}: BotWorld): OpenStream {
  return (socket, {log, urlSampleRateHz, path, pathParameters, customerOf, watch}) =>
    new BotEnd(socket, {
      bot,
      clock,
      log,
      path,
      pathParameters,
      customerOf,
      ...(urlSampleRateHz === undefined ? {} : {urlSampleRateHz}),
      ...(maxQueueMs === undefined ? {} : {maxQueueMs}),
      ...(watch ? {watch} : {}),
    })
}
