import {stripVTControlCharacters} from 'node:util'

import {maskPhoneNumbers, maskSecrets, withoutControls} from '../../mask.js'
import {printable} from '../../report/text/plain.js'
import {masked} from '../../stream/exotel/stream-url.js'

/** Far more than any log line; what is beyond it is not read. */
export const MOST_CHARACTERS = 64 * 1024

const SHOWN_CHARACTERS = 500
/** A query inside a query inside a log line; more is nobody's paste. */
const MOST_DECODINGS = 4

/** A pasted text in one line, without the escapes of JSON, HTML and URLs, and without credentials. */
export function flatten(text: string): string {
  let flat = unescapeText(text)
  for (let round = 0; round < MOST_DECODINGS; round += 1) {
    const decoded = unescapeText(decodePercents(flat))
    if (decoded === flat) break
    flat = decoded
  }
  // Before a plus becomes a space, which would tear a password apart.
  return withoutUserinfo(oneLine(flat), /[^\s&"'<>]+/g)
}

/** Without the escapes that a logger or a web page adds around a query. */
export function unescapeText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\\u00([0-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/\\[nrt]/g, ' ')
    .replace(/\\(["'/])/g, '$1')
    .replace(/&(amp|quot|gt|lt|#39);/g, (entity, name: string) => ENTITIES[name] ?? entity)
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  gt: '>',
  lt: '<',
  '#39': "'",
}

export function decodePercents(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes)
    } catch {
      // Bytes that are no UTF-8 stay as they were written.
      return escapes
    }
  })
}

/** A part of a pasted text as it may be shown: no password, no whole phone number, and not all of it. */
export function shown(text: string): string {
  let safe = text.slice(0, MOST_CHARACTERS)
  for (let round = 0; round <= MOST_DECODINGS; round += 1) {
    // A slash in a password ends a userinfo once it is decoded, so each form is masked.
    const hidden = withoutUserinfo(maskSecrets(masked(unescapeText(safe))))
    const decoded = decodePercents(hidden)
    safe = hidden
    if (decoded === hidden) break
    safe = decoded
  }
  const line = printable(maskPhoneNumbers(withoutUserinfo(oneLine(safe))))
  return line.length <= SHOWN_CHARACTERS ? line : `${line.slice(0, SHOWN_CHARACTERS).trimEnd()} ...`
}

/** Up to the last `@` of a word, because a password may hold anything when nobody has encoded it. */
function withoutUserinfo(text: string, words = /\S+/g): string {
  return text.replace(words, (word) => {
    const start = word.indexOf('://')
    const at = word.lastIndexOf('@')
    return start === -1 || at < start ? word : `${word.slice(0, start)}://***${word.slice(at)}`
  })
}

function oneLine(text: string): string {
  return withoutControls(text).replace(/\s+/g, ' ').trim()
}
