import {decodePercents, unescapeText} from './pasted-text.js'

/** The members of a Passthru query, or of a callback, that tell how a stream went. */
export type StreamMembers = Readonly<Partial<Record<MemberName, string>>>

const NAMES = [
  'Error',
  'DetailedStatus',
  'Status',
  'DisconnectedBy',
  'Duration',
  'CallType',
  'CallStatus',
] as const

export type MemberName = (typeof NAMES)[number]

/** `Stream[Status]=failed`, also percent-encoded, also in the colon and quotes of a log. */
const IN_QUERY =
  /(?:\bStream(?:\[|%5B)(\w{1,40})(?:\]|%5D)|\b(CallType|CallStatus|DetailedStatus|DisconnectedBy))["']?\s?[=:]\s?["']?([^&\r\n"]*)/gi

/** `"Status":"failed"` within the JSON form, or as a log prints an object. */
const IN_OBJECT =
  /\b(Error|DetailedStatus|Status|DisconnectedBy|Duration|CallType|CallStatus)["']?\s?:\s?(?:"([^"]*)"|'([^']*)'|([\w.-]+))/g

/** Finds the members wherever they stand in a text: a query, a URL, a log line, JSON. */
export function readMembers(text: string): StreamMembers {
  const found = new Map<MemberName, string>()
  const unescaped = unescapeText(text)
  const decoded = unescapeText(decodePercents(decodePercents(unescaped)))
  for (const form of [unescaped, decoded]) {
    for (const [, inBrackets, bare, value = ''] of form.matchAll(IN_QUERY)) {
      keep(inBrackets ?? bare ?? '', decodeValue(value))
    }
  }
  // Other JSON has a Status too: that of the REST API, of a call.
  if (/\bStream|DisconnectedBy/i.test(decoded)) {
    for (const [, name = '', quoted, single, bare] of decoded.matchAll(IN_OBJECT)) {
      keep(name, quoted ?? single ?? bare ?? '')
    }
  }
  return Object.fromEntries(found)

  function keep(written: string, value: string): void {
    const name = NAMES.find((one) => one.toLowerCase() === written.toLowerCase())
    if (name === undefined || found.has(name)) return
    const kept = name === 'Error' ? value.trim() : (/[\w.-]+/.exec(value)?.[0] ?? '')
    if (kept !== '') found.set(name, kept)
  }
}

/** A plus is a space only where spaces are encoded. */
function decodeValue(value: string): string {
  return decodePercents(value.includes(' ') ? value : value.replaceAll('+', ' '))
}
