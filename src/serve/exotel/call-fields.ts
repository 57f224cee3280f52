import {isSampleRateName} from '../../protocol/sample-rate.js'
import {fieldOf, type Fields, jsonFields, keyOf} from './fields.js'

/** What Exotel says of every call (support.exotel.com 48283 and 3000132269, docs.exotel.com), by `keyOf`. */
const OWN_NAMES: ReadonlySet<string> = new Set(
  [
    ...['CallSid', 'CallFrom', 'CallTo', 'From', 'To', 'Direction', 'Created', 'StartTime'],
    ...['CurrentTime', 'EndTime', 'DialCallDuration', 'DialCallStatus', 'CallType', 'CallStatus'],
    ...['DialWhomNumber', 'OutgoingPhoneNumber', 'ForwardedFrom', 'ProcessStatus', 'RecordingUrl'],
    ...['RecordingAvailableBy', 'flow_id', 'tenant_id', 'digits', 'Disposition', 'Legs', 'Stream'],
    ...['StreamSid', 'EventType', 'AccountSid', 'DateCreated', 'DateUpdated', 'PhoneNumberSid'],
    ...['ConversationDuration'],
  ].map(keyOf),
)

export const MOST_CUSTOMER_FIELDS = 20
const MOST_NAME_CHARACTERS = 64
const MOST_VALUE_CHARACTERS = 256

/** Exotel's have 32 characters; those of test clients are anything that is one word. */
export function isCallSid(text: string): boolean {
  return /^(?!\.+$)[\x21-\x7e]{1,128}$/.test(text)
}

export function callSidOf(fields: Fields): string | undefined {
  const callSid = fieldOf(fields, 'CallSid')
  return callSid !== undefined && isCallSid(callSid) ? copied(callSid) : undefined
}

/** What the owner of the flow added to the request, and not Exotel. */
export function customFields(fields: Fields): Fields {
  const names = new Set<string>()
  return fields.filter(([name]) => {
    if (name === '' || isOwnName(name) || names.has(name)) return false
    names.add(name)
    return true
  })
}

function isOwnName(name: string): boolean {
  const key = keyOf(name)
  return OWN_NAMES.has(key) || /^(stream|legs)\[/.test(key) || isSampleRateName(name)
}

/** Whether the request tells of a stream, and so comes after one. */
export function hasStream(fields: Fields): boolean {
  return fields.some(([name]) => /^stream(\[|$)/.test(keyOf(name)))
}

/**
 * What is known of the customer: the fields that are not Exotel's, a CustomField of JSON taken apart,
 * and the digits that were pressed. What is too long is left out whole, because half a value misleads.
 */
export function customerFields(fields: Fields): Readonly<Record<string, string>> {
  const digits = fieldOf(fields, 'digits')
  const told = customFields(fields).flatMap(([name, value]) =>
    keyOf(name) === 'customfield'
      ? (jsonFields(value) ?? [[name, value] as const])
      : [[name, value] as const],
  )
  const pairs = digits === undefined ? told : [['digits', digits] as const, ...told]
  const kept = pairs.filter(isKept).slice(0, MOST_CUSTOMER_FIELDS)
  return Object.fromEntries(kept.map(([name, value]) => [copied(name), copied(value)]))
}

function isKept([name, value]: Fields[number]): boolean {
  return name !== '' && name.length <= MOST_NAME_CHARACTERS && value.length <= MOST_VALUE_CHARACTERS
}

/**
 * A slice of a text keeps the whole text in memory, here a request for an hour: of 3,000 bodies of
 * 60 kB, one short field of each kept 183 MB as it was, and 3 MB as a copy (Node 20).
 */
function copied(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}
