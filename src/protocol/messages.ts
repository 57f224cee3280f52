/**
 * The messages of a stream in our names and units: snake_case, base64 and numbers-as-strings end here.
 * The types say who sent a message, because both ends of a stream live in this tree.
 */

export type SampleRateHz = 8000 | 16_000 | 24_000

/** How `start` described the audio: as it was written, and what could be made of it. */
export type AnnouncedFormat = {
  /** Verbatim, e.g. `audio/x-raw`, `raw/slin`, `audio/x-mulaw`; absent when `start` had none. */
  readonly encoding?: string
  /** Absent when missing or not one of 8000, 16000, 24000. */
  readonly sampleRateHz?: SampleRateHz
  readonly bitRate?: string
}

export type ConnectedMessage = {readonly event: 'connected'}

export type StartMessage = {
  readonly event: 'start'
  readonly sequenceNumber?: number
  readonly streamSid: string
  readonly callSid: string
  readonly accountSid: string
  readonly from: string
  readonly to: string
  readonly customParameters: Readonly<Record<string, string>>
  readonly mediaFormat: AnnouncedFormat
}

/** Audio either way. `payload` is the base64 text untouched; `decodePayload` turns it into bytes. */
export type MediaMessage = {
  readonly event: 'media'
  readonly payload: string
  readonly streamSid?: string
  readonly sequenceNumber?: number
  /** 1 for the first media message of a stream. */
  readonly chunk?: number
  /** Milliseconds since the stream started. */
  readonly timestampMs?: number
}

export type DtmfMessage = {
  readonly event: 'dtmf'
  readonly streamSid?: string
  readonly sequenceNumber?: number
  /** One of 0-9, `*`, `#`; whatever was sent when it was something else. */
  readonly digit: string
  readonly durationMs?: number
}

export type MarkMessage = {
  readonly event: 'mark'
  readonly streamSid?: string
  readonly sequenceNumber?: number
  readonly name: string
}

/** Documented from the bot to Exotel only; some callers send it too. */
export type ClearMessage = {
  readonly event: 'clear'
  readonly streamSid?: string
  readonly sequenceNumber?: number
}

export type StopMessage = {
  readonly event: 'stop'
  readonly streamSid?: string
  readonly sequenceNumber?: number
  readonly callSid?: string
  readonly accountSid?: string
  /** `stopped` or `callended` from Exotel; other clients send other words. */
  readonly reason?: string
}

/** A JSON object whose `event` is none of ours, or is missing. Kept, counted and shown, never dropped. */
export type UnknownMessage = {
  readonly event: 'unknown'
  /** What `event` held, when it held a string. */
  readonly name?: string
  readonly raw: Readonly<Record<string, unknown>>
}

/** Not a JSON object at all. */
export type InvalidMessage = {readonly event: 'invalid'; readonly reason: string}

export type ExotelMessage =
  | ConnectedMessage
  | StartMessage
  | MediaMessage
  | DtmfMessage
  | MarkMessage
  | ClearMessage
  | StopMessage
  | UnknownMessage
  | InvalidMessage

export type BotMessage = MediaMessage | MarkMessage | ClearMessage | UnknownMessage | InvalidMessage
