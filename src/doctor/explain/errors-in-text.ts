import {connectionRows} from './catalogue/connection.js'
import {dnsRows} from './catalogue/dns.js'
import {handshakeRows} from './catalogue/handshake.js'
import {tlsRows} from './catalogue/tls.js'
import {type ErrorRow, type Explanation, proof, type Seen, type Words} from './explanation.js'
import {shown} from './pasted-text.js'
import {seenIn, withoutPort} from './seen.js'

const rows: readonly ErrorRow[] = [...dnsRows, ...tlsRows, ...handshakeRows, ...connectionRows]

/** More errors than that in one paste are a whole log. */
const MOST_ERRORS = 20
const EXOTEL = 'docs.exotel.com/exotel-agentstream/agentstream-wss-errors-and-handling'

/** The error texts of Exotel in a text, and what is left of the text without them. */
export function explainErrors(text: string): {
  readonly found: readonly Explanation[]
  readonly rest: string
} {
  // Each numbered text is about a place of its own.
  const parts = text.split(/(?=\b30\d\d failed\b)/i)
  const explained = parts.slice(0, MOST_ERRORS).map(explainPart)
  return {
    found: explained.flatMap(({found}) => found),
    rest: explained.map(({rest}) => rest).join(' '),
  }
}

function explainPart(part: string): {found: readonly Explanation[]; rest: string} {
  const seen = seenIn(part)
  const found: Explanation[] = []
  let rest = part
  for (const row of rows) {
    const match = row.when?.(seen) === false ? null : row.pattern.exec(rest)
    if (!match) continue
    const {status} = match.groups ?? {}
    const id = status === undefined ? row.id : `${row.id}-${status}`
    const words = row.words(seen)
    found.push(explanation({...row, id}, match[0], {...words, fix: readyToCopy(words.fix, seen)}))
    // What one row has explained is not for a more general one.
    rest = `${rest.slice(0, match.index)} ; ${rest.slice(match.index + match[0].length)}`
  }
  const numbered = numberedIn(part)
  if (!numbered) return {found, rest}
  const {number, text, isAlone} = numbered
  if (number !== '3009') found.push(explanation(OTHER_NUMBER, text, OTHER_NUMBER.words))
  else if (found.length === 0) found.push(explanation(UNKNOWN_CAUSE, text, UNKNOWN_CAUSE.words))
  // A bare 3000 may be a close code as well.
  return {found, rest: isAlone && number !== '3009' ? rest : rest.replace(number, ' ')}
}

function explanation(
  {id, check, source, isInferred}: Pick<ErrorRow, 'id' | 'check' | 'source' | 'isInferred'>,
  text: string,
  words: Words,
): Explanation {
  return {
    ...{id, kind: 'exotel-error', text: shown(text)},
    ...words,
    ...{check: proof(check), source, isInferred},
  }
}

/** The commands of a fix, with the host and the port of the text in them where a shell takes them as they are. */
function readyToCopy(fix: string, {host, address = ''}: Seen): string {
  const name = host ?? withoutPort(address)
  if (!/^[a-z\d][\w.-]*$/i.test(name)) return fix
  const port = /:(\d{1,5})$/.exec(address)?.[1] ?? 'PORT'
  const [prose = '', ...commands] = fix.split('\n')
  const filledIn = commands.map((command) =>
    command.replaceAll('HOST PORT', `${name} ${port}`).replaceAll('HOST', name),
  )
  return [prose, ...filledIn].join('\n')
}

/** With the words behind it, by itself, or the words without their number. */
function numberedIn(
  part: string,
): {readonly number: string; readonly text: string; readonly isAlone: boolean} | undefined {
  const failed =
    /\b(30\d\d) failed\b[^&"]{0,200}/i.exec(part) ??
    /\bfailed to establish ws conn\b[^&"]{0,200}/i.exec(part)
  if (failed) return {number: failed[1] ?? '3009', text: failed[0], isAlone: false}
  const alone =
    /^\W{0,5}(30\d\d)\b[^&"]{0,200}/.exec(part) ??
    /(?<![\d:.*@])(?<!\b(?:closed?|code)\W{1,3})\b(3009)\b/i.exec(part)
  return alone ? {number: alone[1] ?? '3009', text: alone[0], isAlone: true} : undefined
}

const UNKNOWN_CAUSE = {
  id: 'ws-connect-failed',
  words: {
    meaning:
      'Exotel could not open the WebSocket to the bot. Number 3009 says only that; the reason stands behind it, and this one is not known here.',
    causes: [
      'The host name in the URL does not exist, or is a placeholder.',
      'Nothing listens on the port, or a firewall drops the packets.',
      'The certificate is not accepted.',
      'The server answers with another status than 101.',
    ],
    fix: 'Let doctor try each step of the way; for support, copy the whole text with the CallSid and the time in UTC.',
  },
  check: 'upgrade',
  source: `the prefix of the one such text in the public record; ${EXOTEL}`,
  isInferred: false,
} as const

const OTHER_NUMBER = {
  id: 'unknown-number',
  words: {
    meaning:
      'Of the numbers that Stream[Error] begins with, only 3009 (failed to establish ws conn) is in the public record; this is another one.',
    causes: ['Exotel has more of them than it documents, and asks to treat the text as opaque.'],
    fix: "Give Exotel's support the whole text, the CallSid and the time in UTC, and let doctor try the way meanwhile.",
  },
  check: 'upgrade',
  source: EXOTEL,
  isInferred: true,
} as const
