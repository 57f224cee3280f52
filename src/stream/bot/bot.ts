import type {Logger} from '../../log.js'
import type {SampleRateHz} from '../../protocol/messages.js'
import type {Casing} from '../../protocol/profiles.js'

export type BotEvent =
  /** `payload` is the base64 text as it came, so that an echo can return it untouched. */
  | {readonly type: 'audio'; readonly pcm: Int16Array; readonly payload: string}
  | {readonly type: 'dtmf'; readonly digit: string; readonly durationMs?: number}
  /** A mark of this bot's own came back: the audio before it has been played; some test clients send their own. */
  | {readonly type: 'mark'; readonly name: string}
  /** Undocumented by Exotel; some test clients send it. */
  | {readonly type: 'clear'}
  | {readonly type: 'stop'; readonly reason?: string}

/** One call as a bot sees it: 16-bit PCM both ways, no base64, no sequence numbers. */
export type BotCall = {
  readonly callSid: string
  readonly streamSid: string
  readonly accountSid: string
  readonly from: string
  readonly to: string
  readonly customParameters: Readonly<Record<string, string>>
  readonly sampleRateHz: SampleRateHz
  /** How the caller writes its keys; marks, clears and audio are sent so by themselves. */
  readonly casing: Casing
  /** As it was dialled, without its query, such as /media. */
  readonly path: string
  /** What stood in the named segments of the path: {sessionId: '42'} of /ws/voicebot/42. */
  readonly pathParameters: Readonly<Record<string, string>>
  /** What a Passthru applet before the bot said of this call, by its CallSid; empty when none did. */
  readonly customer: Readonly<Record<string, string>>
  /** Ends when Exotel sends stop or the socket closes. One reader. */
  readonly events: AsyncIterable<BotEvent>
  /** Aborted when the call has ended. */
  readonly signal: AbortSignal
  readonly log: Logger
  /** Sends at once, cut into legal chunks; the last is padded with silence to whole packets. */
  play(pcm: Int16Array): void
  /** Sends base64 text as it is, in one message. */
  playPayload(payload: string): void
  /**
   * Sends at real pace, never more than 300 ms ahead of the ear, counted from whatever was sent
   * before and has not been played. Resolves when the last chunk is sent: `true`, or `false` when
   * `signal` or the end of the call cut it short.
   */
  speak(pcm: Int16Array, signal?: AbortSignal): Promise<boolean>
  mark(name: string): void
  /** Drops what was sent and has not started to play. */
  clear(): void
  /** Sends an object as one message of JSON, as it is: for what the protocol does not have. */
  send(message: Readonly<Record<string, unknown>>): void
  /**
   * Keeps a number of the bot's own, such as the ms its model took, in the record of the call. What
   * cannot be kept is dropped, with one line in the log.
   */
  metric(name: string, value: number): void
  /** Ends the bot leg; the flow goes on with its next applet. */
  close(code?: number, reason?: string): void
  /** Milliseconds on the call's clock, 0 at `start`. */
  now(): number
  /** Rejects with the signal's reason when `signal` or the call's end comes first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export type Bot = (call: BotCall) => Promise<void>
