import {closeRows} from './catalogue/close-codes.js'
import {statusRows} from './catalogue/http-statuses.js'
import {otherRestStatus, REST_SOURCE, restStatuses} from './catalogue/rest-statuses.js'
import {type Explanation, proof} from './explanation.js'

/** A text of numbers alone: each is taken for what it may be. */
const NUMBERS_ALONE = /^[\d\s,;]+$/

/** `HTTP/1.1 404`, `status code: 502`, `Unexpected server response: 401`, `404 Not Found`, or at the beginning. */
const STATUS_BY_NAME =
  /\b(?:HTTP(?:\/\d(?:\.\d)?)?|status(?:[ _-]?code)?|response(?: code)?|got|answered|returned|code|error)["']?\s?[:=]?\s?["']?([1-5]\d\d)\b(?!\.\d)/gi
const STATUS_WITH_WORDS =
  /\b([1-5]\d\d)[ -](?:Switching|OK|Moved|Found|See Other|Temporary|Permanent|Bad|Unauthorized|Forbidden|Not |Method|Proxy|Request|Upgrade|Too Many|Internal|Service|Gateway)/gi

/** `close 1006`, `code=1006`, `1011 (internal error)`, or at the beginning. */
const CODE_BY_NAME =
  /\b(?:clos(?:e|ed|ing)|disconnected|code|status|error)\b(?: (?:with|code|frame|status|by|peer)){0,4}["']?\s?[:=(]?\s?["']?([1-4]\d{3})\b(?![.-]\d)/gi
const CODE_WITH_WORDS =
  /\b([1-4]\d{3})\b[ :]{0,2}\(?(?:normal|going away|protocol error|unsupported|no status|abnormal|invalid|policy|message too|mandatory|internal|service restart|try again|private use|OK\b)/gi
/** The one that is written by itself most often, and that is hardly ever another number. */
const BROKEN_OFF = /(?<![\w.:/-])(1006)(?![\w:/-]|\.\d)/g
const AT_BEGINNING = /^\W{0,5}([1-4]\d{3}|[1-5]\d\d)(?![\w.:/-])/

/** HTTP statuses: those of Exotel's REST API, else as answers to the upgrade. */
export function explainStatuses(text: string): readonly Explanation[] {
  if (/\bRestException\b/i.test(text)) return [restExplanation(text)]
  const numbers = numbersIn(text, [STATUS_BY_NAME, STATUS_WITH_WORDS]).filter(
    (number) => number.length === 3,
  )
  return numbers.flatMap((number) => {
    const row = statusRows.find(({status}) => new RegExp(`^${status}$`).test(number))
    if (!row) return []
    const {words, source} = row
    return [
      {
        ...{id: `http-${number}`, kind: 'http-status' as const, text: `HTTP ${number}`},
        ...{...words, check: proof(row.check), source, isInferred: false},
      },
    ]
  })
}

function restExplanation(text: string): Explanation {
  const status = /\bStatus\W{1,6}(\d{3})\b/i.exec(text)?.[1]
  const words = status === undefined ? undefined : restStatuses[status]
  return {
    id: words === undefined ? 'rest-exception' : `rest-${status ?? ''}`,
    kind: 'http-status',
    text: status === undefined ? 'RestException' : `RestException, HTTP ${status}`,
    ...(words ?? otherRestStatus),
    source: REST_SOURCE,
    isInferred: false,
  }
}

/** WebSocket close codes. */
export function explainCloseCodes(text: string): readonly Explanation[] {
  const named = closeRows.filter(
    ({goName}) => goName !== undefined && new RegExp(`\\b${goName}\\b`).test(text),
  )
  const numbers = new Set([
    ...named.map(({from}) => String(from)),
    ...numbersIn(text, [CODE_BY_NAME, CODE_WITH_WORDS, BROKEN_OFF]).filter(
      (number) => number.length === 4,
    ),
    ...(/no close frame received or sent/i.test(text) ? ['1006'] : []),
  ])
  return [...numbers].flatMap(explainCloseCode)
}

function explainCloseCode(number: string): readonly Explanation[] {
  const code = Number(number)
  const row = closeRows.find(({from, to = from}) => code >= from && code <= to)
  if (!row) return []
  const {meaning, causes, fix, check, source} = row
  return [
    {
      id: row.to === undefined ? `close-${number}` : `close-${idOfRange(row.from)}`,
      kind: 'close-code',
      text: `close code ${number}`,
      ...{meaning, causes, fix, source, isInferred: false},
      ...(check === undefined ? {} : {check: proof(check)}),
    },
  ]
}

function idOfRange(from: number): string {
  return from < 3000 ? 'reserved' : `${String(from / 1000)}xxx`
}

function numbersIn(text: string, patterns: readonly RegExp[]): readonly string[] {
  const alone = NUMBERS_ALONE.test(text) ? (text.match(/\d+/g) ?? []) : []
  const first = AT_BEGINNING.exec(text)?.[1]
  const named = patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, number = '']) => number),
  )
  return [...new Set([...alone, ...(first === undefined ? [] : [first]), ...named])]
}
