import {CAMEL_CASE, type FieldName} from './fields.js'
import type {
  BotMessage,
  DtmfMessage,
  ExotelMessage,
  MarkMessage,
  MediaMessage,
  StartMessage,
  StopMessage,
} from './messages.js'
import {isPlainBase64} from './payload.js'
import {announcedFormat, profiles, type Casing, type Profile} from './profiles.js'

type Json = Readonly<Record<string, unknown>>
type Style = Pick<Profile, 'casing' | 'numbers'>

/**
 * A message as Exotel would send it, in the dialect of `profile`: compact, its members in the order
 * of the documented examples. What the audio is comes from the message where it says so, else from
 * the profile. An unknown message is written as it came; an invalid one is a RangeError.
 */
export function encodeExotel(
  message: ExotelMessage,
  profile: Profile = profiles['docs-strings'],
): string {
  const text =
    message.event === 'media' ? mediaText(message, profile) : JSON.stringify(body(message, profile))
  return profile.newline ? `${text}\n` : text
}

/** A message as a bot should send it. A mark without a name is a RangeError. */
export function encodeBot(message: BotMessage, casing: Casing = 'snake'): string {
  const style: Style = {casing, numbers: 'strings'}
  if (message.event === 'media') return mediaText(message, style)
  if (message.event === 'mark' && message.name === '') throw new RangeError('a mark without a name')
  return JSON.stringify(message.event === 'unknown' ? message.raw : simple(message, style))
}

type Simple = Exclude<ExotelMessage, MediaMessage | StartMessage | {event: 'connected' | 'unknown'}>

function body(message: Exclude<ExotelMessage, MediaMessage>, profile: Profile): Json {
  switch (message.event) {
    case 'connected':
      return profile.connectedVersion
        ? {event: 'connected', protocol: 'Call', version: '1.0.0'}
        : {event: 'connected'}
    case 'start':
      return startBody(message, profile)
    case 'unknown':
      return message.raw
    case 'dtmf':
    case 'mark':
    case 'clear':
    case 'stop':
    case 'invalid':
      return simple(message, profile)
  }
}

function simple(message: Simple, style: Style): Json {
  switch (message.event) {
    case 'dtmf':
      return {...head(message, style), dtmf: dtmf(message)}
    case 'mark':
      return {...head(message, style), mark: {name: message.name}}
    case 'clear':
      return head(message, style)
    case 'stop':
      return {...head(message, style), stop: stop(message, style)}
    case 'invalid':
      throw new RangeError(`an invalid message cannot be sent: ${message.reason}`)
  }
}

/** JSON.stringify leaves out the members that are undefined. */
function head(message: MarkMessage | Exclude<Simple, {event: 'invalid'}>, style: Style): Json {
  const {event, sequenceNumber, streamSid} = message
  return {
    event,
    [key('sequence_number', style)]: counter(sequenceNumber, 'sequenceNumber', style),
    [key('stream_sid', style)]: sid(streamSid, 'streamSid'),
  }
}

function startBody(message: StartMessage, profile: Profile): Json {
  const streamSid = sid(message.streamSid, 'streamSid')
  const format = {...announcedFormat(profile), ...message.mediaFormat}
  const {sampleRateHz} = format
  const mediaFormat = {
    encoding: format.encoding,
    [key('sample_rate', profile)]: whole(sampleRateHz, 'sampleRateHz')?.toString(),
    [key('bit_rate', profile)]: format.bitRate,
  }
  return {
    event: 'start',
    [key('sequence_number', profile)]: counter(message.sequenceNumber, 'sequenceNumber', profile),
    [key('stream_sid', profile)]: streamSid,
    start: {
      [key('stream_sid', profile)]: streamSid,
      [key('call_sid', profile)]: sid(message.callSid, 'callSid'),
      [key('account_sid', profile)]: sid(message.accountSid, 'accountSid'),
      from: message.from,
      to: message.to,
      [key('custom_parameters', profile)]: message.customParameters,
      [key('media_format', profile)]: mediaFormat,
    },
    ...(profile.formatBesideStart ? {[key('media_format', profile)]: mediaFormat} : {}),
  }
}

function dtmf({digit, durationMs}: DtmfMessage): Json {
  if (digit === '') throw new RangeError('a dtmf without a digit')
  return {digit, duration: whole(durationMs, 'durationMs')?.toString()}
}

function stop({callSid, accountSid, reason}: StopMessage, style: Style): Json {
  return {
    [key('call_sid', style)]: sid(callSid, 'callSid'),
    [key('account_sid', style)]: sid(accountSid, 'accountSid'),
    reason,
  }
}

/**
 * What stands before the payload of a media message, up to its quote: the same for all that a bot sends
 * over one stream. Plain base64 and `MEDIA_TAIL` behind it make what `encodeBot` makes.
 */
export function botMediaHead(streamSid: string | undefined, casing: Casing): string {
  return mediaHead(streamSid === undefined ? {} : {streamSid}, {casing, numbers: 'strings'})
}

/** What stands behind the payload. */
export const MEDIA_TAIL = '"}}'

/** Joined by hand: the payload is most of the text, and plain base64 needs no escaping. */
function mediaText(message: MediaMessage, style: Style): string {
  const {payload} = message
  const head = mediaHead(message, style)
  if (isPlainBase64(payload)) return head + payload + MEDIA_TAIL
  return `${head.slice(0, -1)}${JSON.stringify(payload)}}}`
}

function mediaHead(message: Omit<MediaMessage, 'event' | 'payload'>, style: Style): string {
  const {sequenceNumber, streamSid, chunk, timestampMs} = message
  const sequence = counter(sequenceNumber, 'sequenceNumber', style)
  const before =
    member(key('sequence_number', style), sequence) +
    member(key('stream_sid', style), sid(streamSid, 'streamSid'))
  const inside =
    member('chunk', counter(chunk, 'chunk', style)) +
    member('timestamp', whole(timestampMs, 'timestampMs')?.toString())
  return `{"event":"media",${before}"media":{${inside}"payload":"`
}

function member(name: string, value: string | number | undefined): string {
  return value === undefined ? '' : `"${name}":${JSON.stringify(value)},`
}

function key(name: FieldName, {casing}: Style): string {
  return casing === 'camel' ? CAMEL_CASE[name] : name
}

function counter(value: number | undefined, name: string, {numbers}: Style) {
  const count = whole(value, name)
  return numbers === 'strings' ? count?.toString() : count
}

function whole(value: number | undefined, name: string): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return value
  throw new RangeError(`${name} is ${value}, not a whole number from 0`)
}

function sid(value: string | undefined, name: string): string | undefined {
  if (value === '') throw new RangeError(`${name} is empty`)
  return value
}
