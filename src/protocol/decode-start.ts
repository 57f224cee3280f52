import type {Violation} from './events.js'
import {
  asFields,
  cutText,
  noteCamelCase,
  quote,
  readField,
  readNumber,
  readText,
  type FieldName,
  type Fields,
} from './fields.js'
import {MAX_CUSTOM_PARAMETERS, MAX_CUSTOM_PARAMETER_CHARACTERS} from './limits.js'
import type {AnnouncedFormat, StartMessage} from './messages.js'
import {isSampleRateName, offeredRate} from './sample-rate.js'

/** Undocumented; our choice. Exotel itself allows 3. */
const MAX_KEPT_PARAMETERS = 50

export function decodeStart(fields: Fields, found: Violation[]): StartMessage {
  const inner = asFields(fields['start'])
  if (!inner) found.push({rule: 'flat-start'})
  const start = inner ?? fields
  const member = memberOf(start, fields, found)
  const format = asFields(member('media_format'))
  noteCamelCase([fields, inner, format], found)
  const text = (value: unknown) => readText(value, found) ?? ''
  const sequenceNumber = readNumber(readField(fields, 'sequence_number'), found)
  const message: StartMessage = {
    event: 'start',
    ...(sequenceNumber !== undefined && {sequenceNumber}),
    streamSid:
      readText(readField(fields, 'stream_sid'), found) ?? text(readField(start, 'stream_sid')),
    callSid: text(member('call_sid')),
    accountSid: text(member('account_sid')),
    from: text(start['from']),
    to: text(start['to']),
    customParameters: readParameters(member('custom_parameters'), found),
    mediaFormat: readFormat(format, found),
  }
  noteMissing(message, found)
  return message
}

/** Reads members of the inner object; what only stands beside it is taken from there, and noted. */
function memberOf(inner: Fields, beside: Fields, found: Violation[]): (name: FieldName) => unknown {
  return (name) => {
    const value = readField(inner, name)
    const other = value === undefined ? readField(beside, name) : undefined
    if (other === undefined) return value
    found.push({rule: 'start-field-misplaced', detail: name})
    return other
  }
}

function noteMissing(message: StartMessage, found: Violation[]): void {
  const {streamSid, callSid, accountSid, from, to} = message
  const named = {stream_sid: streamSid, call_sid: callSid, account_sid: accountSid, from, to}
  const missing = Object.entries(named)
    .filter(([, value]) => value === '')
    .map(([name]) => name)
  if (missing.length > 0) found.push({rule: 'start-missing-field', detail: missing.join(', ')})
}

function readFormat(format: Fields | undefined, found: Violation[]): AnnouncedFormat {
  if (!format) {
    found.push({rule: 'start-missing-format'})
    return {}
  }
  const encoding = readText(format['encoding'], found)
  const sampleRateHz = readRate(format, found)
  const written = readField(format, 'bit_rate')
  // No one agrees on bit_rate (16, 128, 128kbps, 256000), so it is kept as written, not judged.
  const bitRate = readText(typeof written === 'number' ? String(written) : written, found)
  return {
    ...(encoding !== undefined && {encoding}),
    ...(sampleRateHz !== undefined && {sampleRateHz}),
    ...(bitRate !== undefined && {bitRate}),
  }
}

function readRate(format: Fields, found: Violation[]): AnnouncedFormat['sampleRateHz'] {
  const named = readField(format, 'sample_rate') ?? undefined
  if (named === undefined && format['rate'] !== undefined)
    found.push({rule: 'format-key-oddly-named'})
  const rate = readNumber(named ?? format['rate'], found)
  const offered = offeredRate(rate)
  if (rate !== undefined && offered === undefined)
    found.push({rule: 'unsupported-sample-rate', detail: `${rate} Hz`})
  return offered
}

function readParameters(value: unknown, found: Violation[]): Readonly<Record<string, string>> {
  if (value === undefined) return {}
  const fields = asFields(value)
  if (!fields) {
    found.push({rule: 'null-custom-parameters', detail: quote(value)})
    return {}
  }
  noteOverLimit(fields, found)
  const names = Object.keys(fields).slice(0, MAX_KEPT_PARAMETERS)
  const kept = names.flatMap((name): [string, string][] => {
    const text = readParameter(name, fields[name], found)
    return text === undefined ? [] : [[cutText(name, found), text]]
  })
  // fromEntries makes an own property even of a parameter called `__proto__`.
  return Object.fromEntries(kept)
}

function readParameter(name: string, value: unknown, found: Violation[]): string | undefined {
  if (typeof value === 'string') return cutText(value, found)
  const isPlain = typeof value === 'number' || typeof value === 'boolean'
  found.push({
    rule: 'custom-parameter-not-a-string',
    detail: `${quote(name)} is ${quote(value)}${isPlain ? '' : ', left out'}`,
  })
  return isPlain ? String(value) : undefined
}

/** `sample-rate` is no parameter of the user's, should it appear among them. */
function noteOverLimit(fields: Fields, found: Violation[]): void {
  const pairs = Object.entries(fields).filter(([name]) => !isSampleRateName(name))
  const characters = pairs.reduce(
    (sum, [name, value]) => sum + name.length + (typeof value === 'string' ? value.length : 0),
    0,
  )
  if (pairs.length <= MAX_CUSTOM_PARAMETERS && characters <= MAX_CUSTOM_PARAMETER_CHARACTERS) return
  const cut = pairs.length > MAX_KEPT_PARAMETERS ? `, the first ${MAX_KEPT_PARAMETERS} kept` : ''
  found.push({
    rule: 'custom-parameters-over-limit',
    detail: `${pairs.length} pairs, ${characters} characters${cut}`,
  })
}
