import {decodeMedia, mediaMessage} from './decode-media.js'
import {decodeStart} from './decode-start.js'
import type {Violation} from './events.js'
import {
  MAX_MARK_NAME_CHARACTERS,
  NO_VIOLATIONS,
  asFields,
  cutText,
  noteCamelCase,
  quote,
  readField,
  readNumber,
  readText,
  type Fields,
} from './fields.js'
import {parseObject} from './json-text.js'
import type {
  BotMessage,
  ClearMessage,
  DtmfMessage,
  ExotelMessage,
  InvalidMessage,
  MarkMessage,
  MediaMessage,
  StopMessage,
  UnknownMessage,
} from './messages.js'

export type Decoded<M> = {readonly message: M; readonly violations: readonly Violation[]}

type Reader<M> = (fields: Fields, found: Violation[]) => M
/** A Map, so that an event called `constructor` is as unknown as any other. */
type Readers<M> = ReadonlyMap<string, Reader<M>>

const FLAT_MEDIA = {inner: 'media', member: 'payload'} as const
const FLAT_MARK = {inner: 'mark', member: 'name'} as const
const DIGIT = /^[0-9*#]$/

const botReaders: Readers<MediaMessage | MarkMessage | ClearMessage> = new Map<
  string,
  Reader<MediaMessage | MarkMessage | ClearMessage>
>([
  ['media', readMedia],
  ['mark', readMark],
  ['clear', readClear],
])

const exotelReaders: Readers<Exclude<ExotelMessage, UnknownMessage | InvalidMessage>> = new Map<
  string,
  Reader<Exclude<ExotelMessage, UnknownMessage | InvalidMessage>>
>([
  ['connected', () => ({event: 'connected'})],
  ['start', decodeStart],
  ['dtmf', readDtmf],
  ['stop', readStop],
  ...botReaders,
  ['media', (fields, found) => readMedia(lifted(fields, FLAT_MEDIA, found), found)],
  ['mark', (fields, found) => readMark(lifted(fields, FLAT_MARK, found), found)],
])

/** A message that Exotel sent, or a client that plays Exotel. Never throws. */
export function decodeExotel(data: string | Uint8Array): Decoded<ExotelMessage> {
  return decode<ExotelMessage>(data, exotelReaders)
}

/** A message that a bot sent; `start` and the like are unknown from there. Never throws. */
export function decodeBot(data: string | Uint8Array): Decoded<BotMessage> {
  return decode<BotMessage>(data, botReaders)
}

function decode<M>(
  data: string | Uint8Array,
  readers: Readers<M>,
): Decoded<M | MediaMessage | UnknownMessage | InvalidMessage> {
  if (typeof data === 'string') {
    const media = decodeMedia(data)
    if (media) return {message: media, violations: NO_VIOLATIONS}
  }
  const found: Violation[] = []
  const message = decodeWhole(typeof data === 'string' ? data : utf8(data, found), readers, found)
  return {message, violations: found.length > 0 ? found : NO_VIOLATIONS}
}

function utf8(data: Uint8Array, found: Violation[]): string {
  found.push({rule: 'binary-message'})
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8')
}

function decodeWhole<M>(
  text: string,
  readers: Readers<M>,
  found: Violation[],
): M | UnknownMessage | InvalidMessage {
  const parsed = parseObject(text, found)
  if ('reason' in parsed) return invalid(parsed.reason, found)
  const {fields} = parsed
  const written = fields['event'] ?? fields['Event'] ?? fields['EVENT']
  const event = typeof written === 'string' ? written.trim().toLowerCase() : undefined
  const read = event === undefined ? undefined : readers.get(event)
  if (read) {
    if (fields['event'] !== event) found.push({rule: 'event-oddly-written', detail: quote(written)})
    return read(fields, found)
  }
  return unknown(written, fields, found)
}

function invalid(reason: string, found: Violation[]): InvalidMessage {
  found.push({rule: 'message-not-an-event', detail: reason})
  return {event: 'invalid', reason}
}

function unknown(written: unknown, raw: Fields, found: Violation[]): UnknownMessage {
  if (typeof written !== 'string') {
    const detail = written === undefined ? 'no `event`' : `\`event\` is ${quote(written)}`
    found.push({rule: 'message-not-an-event', detail})
    return {event: 'unknown', raw}
  }
  found.push({rule: 'unknown-event', detail: quote(written)})
  return {event: 'unknown', name: cutText(written, found), raw}
}

type Counted = {readonly streamSid?: string; readonly sequenceNumber?: number}

/** What every message but `connected` carries at its top level. */
function readCounted(fields: Fields, found: Violation[]): Counted {
  const streamSid = readText(readField(fields, 'stream_sid'), found)
  const sequenceNumber = readNumber(readField(fields, 'sequence_number'), found)
  return {
    ...(streamSid !== undefined && {streamSid}),
    ...(sequenceNumber !== undefined && {sequenceNumber}),
  }
}

function readMedia(fields: Fields, found: Violation[]): MediaMessage {
  const media = asFields(fields['media']) ?? {}
  noteCamelCase([fields, media], found)
  const {streamSid, sequenceNumber = readMisplaced(media, found)} = readCounted(fields, found)
  const {payload} = media
  return mediaMessage({
    payload: typeof payload === 'string' ? payload : '',
    streamSid,
    sequenceNumber,
    chunk: readNumber(media['chunk'], found),
    timestampMs: readNumber(media['timestamp'], found, 'timestamp-not-a-number'),
  })
}

/**
 * A flat message as if it had its inner object. For callers alone: what a bot writes so, Exotel
 * does not find.
 */
function lifted(
  fields: Fields,
  {inner, member}: {inner: 'media' | 'mark'; member: string},
  found: Violation[],
): Fields {
  if (asFields(fields[inner]) !== undefined || typeof fields[member] !== 'string') return fields
  found.push({rule: 'flat-message', detail: inner})
  return {...fields, [inner]: fields}
}

function readMisplaced(media: Fields, found: Violation[]): number | undefined {
  const sequenceNumber = readNumber(readField(media, 'sequence_number'), found)
  if (sequenceNumber !== undefined) found.push({rule: 'sequence-number-misplaced'})
  return sequenceNumber
}

function readMark(fields: Fields, found: Violation[]): MarkMessage {
  noteCamelCase([fields], found)
  const counted = readCounted(fields, found)
  const name = asFields(fields['mark'])?.['name']
  if (typeof name === 'string' && name !== '') {
    return {event: 'mark', ...counted, name: cutText(name, found, MAX_MARK_NAME_CHARACTERS)}
  }
  const detail = name === undefined ? 'no `mark.name`' : `\`mark.name\` is ${quote(name)}`
  found.push({rule: 'mark-without-name', detail})
  return {event: 'mark', ...counted, name: ''}
}

function readClear(fields: Fields, found: Violation[]): ClearMessage {
  noteCamelCase([fields], found)
  return {event: 'clear', ...readCounted(fields, found)}
}

function readDtmf(fields: Fields, found: Violation[]): DtmfMessage {
  noteCamelCase([fields], found)
  const counted = readCounted(fields, found)
  const inner = asFields(fields['dtmf'])
  if (!inner && fields['digit'] !== undefined) found.push({rule: 'flat-dtmf'})
  const {digit, duration} = inner ?? fields
  const durationMs = readNumber(duration, found)
  if (typeof digit !== 'string' || !DIGIT.test(digit))
    found.push({rule: 'dtmf-digit-unknown', detail: quote(digit)})
  return {
    event: 'dtmf',
    ...counted,
    digit: readDigit(digit, found),
    ...(durationMs !== undefined && {durationMs}),
  }
}

function readDigit(digit: unknown, found: Violation[]): string {
  return typeof digit === 'number' ? String(digit) : (readText(digit, found) ?? '')
}

function readStop(fields: Fields, found: Violation[]): StopMessage {
  const inner = asFields(fields['stop']) ?? {}
  noteCamelCase([fields, inner], found)
  const callSid = readText(readField(inner, 'call_sid'), found)
  const accountSid = readText(readField(inner, 'account_sid'), found)
  const reason = readText(inner['reason'], found)
  return {
    event: 'stop',
    ...readCounted(fields, found),
    ...(callSid !== undefined && {callSid}),
    ...(accountSid !== undefined && {accountSid}),
    ...(reason !== undefined && {reason}),
  }
}
