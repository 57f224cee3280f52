import {isIPv6} from 'node:net'

import {ExostreamError, type ErrorCode} from '../../errors.js'
import {readNames, wrongHostWords} from './certificate-names.js'
import {exotelError, goWords} from './go-words.js'
import type {StreamUrl} from './stream-url.js'

/** What a failure needs to know of the URL. */
type Dialled = Pick<StreamUrl, 'dialled' | 'shown'>

type Seen = {
  readonly message: string
  readonly goCause: string
  readonly cause?: unknown
  readonly hint?: string | undefined
}

/** 503 and 429: whoever answers so speaks the right protocol at the right path, but not now. */
const TOO_FULL: ReadonlySet<number> = new Set([503, 429])
const TOO_FULL_HINT =
  'The bot, or what is before it, refused the call as too full or not yet ready: look into its log, and at its limits on calls or on their rate.'

/** A dial that failed, with the text that Exotel would show for it in `Stream[Error]`. */
function dialError(code: ErrorCode, {message, goCause, cause, hint}: Seen): ExostreamError {
  return new ExostreamError(code, message, {cause, exotelError: exotelError(goCause), hint})
}

/** What an answer other than 101 means. */
export function refusal(url: StreamUrl, status: number, body: string): ExostreamError {
  const goCause = goWords.handshakeStatus(status)
  const words = body
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 80)
  const said = words === '' || words.startsWith('<') ? '' : ` (${words})`
  if (status === 401 || status === 403) {
    const why =
      url.authorization === undefined ? 'and the URL has no credentials' : 'to these credentials'
    return dialError('EXO_UNAUTHORIZED', {
      goCause,
      message: `${url.shown} answered ${String(status)}${said} ${why}.`,
    })
  }
  if (status === 200) {
    return dialError('EXO_NOT_WEBSOCKET', {
      goCause,
      message: `${url.shown} answered 200 like a web page instead of opening a WebSocket.`,
    })
  }
  return dialError('EXO_UPGRADE_REFUSED', {
    goCause,
    message: `${url.shown} answered ${String(status)}${said} instead of opening a WebSocket.`,
    hint: TOO_FULL.has(status) ? TOO_FULL_HINT : undefined,
  })
}

/** What it means that no answer came in time, and whether at least a connection did. */
export function dialTimeout(
  url: StreamUrl,
  handshakeTimeoutMs: number,
  {isConnected = false}: {readonly isConnected?: boolean} = {},
): ExostreamError {
  const words = isConnected ? NOT_OPENED : NOT_CONNECTED
  return dialFailure(url, new Error(words), handshakeTimeoutMs)
}

/** What an error before the 101 means, by the code that Node gave it. */
export function dialFailure(
  url: Dialled,
  error: Error,
  handshakeTimeoutMs: number,
): ExostreamError {
  const {hostname, port, protocol} = url.dialled
  const first = firstOf(error)
  const address = `${hostname}:${port || (/^(wss|https):$/.test(protocol) ? '443' : '80')}`
  const seen: SeenError = {
    code: first.code ?? '',
    words: wordsOf(error),
    alert: alertIn(error.message),
    hostname,
    address,
    tried: triedBy(first) ?? address,
    shown: url.shown,
    timeoutSeconds: handshakeTimeoutMs / 1000,
    certificate: first.cert,
  }
  const known = meanings.find(({pattern}) => pattern.test(seen.code) || pattern.test(seen.words))
  const {as, message, goCause} = known ?? otherwise
  return dialError(as, {message: message(seen), goCause: goCause(seen), cause: error})
}

type SeenError = {
  readonly code: string
  readonly words: string
  /** The number of the alert with which a server refused the TLS handshake. */
  readonly alert: number | undefined
  readonly hostname: string
  /** Host and port, as the URL has them. */
  readonly address: string
  /** The same as Go tells it, with the address behind the name where Node told it. */
  readonly tried: string
  readonly shown: string
  readonly timeoutSeconds: number
  readonly certificate: NodeError['cert']
}

type Meaning = {
  readonly as: ErrorCode
  readonly message: (seen: SeenError) => string
  readonly goCause: (seen: SeenError) => string
}

const NOT_CONNECTED = 'no connection in time'
const NOT_OPENED = 'no answer in time'

const otherwise: Meaning = {
  as: 'EXO_DIAL_FAILED',
  message: ({address, words}) => `${address} could not be reached: ${words}.`,
  goCause: ({tried, words}) => `dial tcp ${tried}: ${words}`,
}

const notAccepted: Omit<Meaning, 'goCause'> = {
  as: 'EXO_TLS_FAILED',
  message: ({address, words}) => `The TLS certificate of ${address} is not accepted: ${words}.`,
}

const tooLate: Omit<Meaning, 'goCause'> = {
  as: 'EXO_DIAL_TIMEOUT',
  message: ({shown, timeoutSeconds}) =>
    `${shown} did not open the WebSocket within ${String(timeoutSeconds)} s.`,
}

const closedEarly: Omit<Meaning, 'goCause'> = {
  as: 'EXO_DIAL_FAILED',
  message: ({address}) => `${address} closed the connection before the WebSocket was open.`,
}

const meanings: readonly (Meaning & {readonly pattern: RegExp})[] = [
  {
    pattern: /^ECONNREFUSED$/,
    as: 'EXO_DIAL_REFUSED',
    message: ({address}) => `Nothing accepts connections at ${address}.`,
    goCause: ({tried}) => goWords.refused(tried),
  },
  {
    pattern: /^ENOTFOUND$/,
    as: 'EXO_DNS_FAILED',
    message: ({hostname}) => `The host name ${hostname} does not resolve.`,
    goCause: ({hostname}) => goWords.noSuchHost(hostname),
  },
  {
    pattern: /^EAI_AGAIN$/,
    as: 'EXO_DNS_FAILED',
    message: ({hostname}) => `The host name ${hostname} does not resolve: no name server answers.`,
    goCause: ({hostname}) => goWords.dnsServerFailed(hostname),
  },
  {
    pattern: /^EAI_FAIL$/,
    as: 'EXO_DNS_FAILED',
    message: ({hostname}) => `The host name ${hostname} does not resolve: its name servers fail.`,
    goCause: ({hostname}) => goWords.dnsServerFailed(hostname),
  },
  {
    ...tooLate,
    pattern: new RegExp(`^(ETIMEDOUT|${NOT_CONNECTED})$`),
    goCause: ({tried}) => goWords.timeout(tried),
  },
  // The dialer of Go has its own words for a deadline; once it is through, those of the deadline remain.
  {...tooLate, pattern: new RegExp(`^${NOT_OPENED}$`), goCause: () => goWords.late()},
  {
    ...otherwise,
    pattern: /^ENETUNREACH$/,
    goCause: ({tried}) => goWords.networkUnreachable(tried),
  },
  {...otherwise, pattern: /^EHOSTUNREACH$/, goCause: ({tried}) => goWords.noRoute(tried)},
  {
    ...notAccepted,
    // Node tells neither of the two times.
    pattern: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    goCause: () => goWords.outOfDate(),
  },
  {
    ...notAccepted,
    pattern: /^ERR_TLS_CERT_ALTNAME_/,
    goCause: ({hostname, certificate}) => {
      const names = readNames(certificate?.subjectaltname, certificate?.subject?.CN)
      return wrongHostWords(names, hostname.replace(/^\[|\]$/g, ''))
    },
  },
  {...notAccepted, pattern: /^INVALID_PURPOSE$/, goCause: () => goWords.wrongUse()},
  {
    ...notAccepted,
    pattern: /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA$)/,
    goCause: () => goWords.unknownAuthority(),
  },
  {
    pattern: /wrong version number|packet length too long/,
    as: 'EXO_TLS_FAILED',
    message: ({address}) => `${address} does not speak TLS; the URL may have to be ws:// there.`,
    goCause: () => goWords.notTls(),
  },
  {
    pattern: /^(EPROTO|ERR_SSL_|ERR_TLS_)/,
    as: 'EXO_TLS_FAILED',
    message: ({address, words}) => `The TLS handshake with ${address} failed: ${words}.`,
    goCause: ({alert, code, words}) =>
      /unsupported.protocol/i.test(`${code} ${words}`)
        ? goWords.oldTlsChosen()
        : goWords.tlsAlert(alert ?? HANDSHAKE_FAILURE),
  },
  {
    pattern: /^(HPE_|Invalid )/,
    as: 'EXO_NOT_WEBSOCKET',
    message: ({address, words}) => `What answers at ${address} does not speak WebSocket: ${words}.`,
    goCause: () => goWords.notHttp(),
  },
  {
    ...closedEarly,
    pattern: /^(read|write) (ECONNRESET|EPIPE)$/,
    goCause: ({tried}) => goWords.reset(tried),
  },
  // Node gives the code of a reset also to an end that came too early, in other words.
  {...closedEarly, pattern: /^(ECONNRESET|socket hang up)$/, goCause: () => goWords.eof()},
]

/** RFC 8446, section 6.2: what a server says that will not agree. */
const HANDSHAKE_FAILURE = 40

/** What Node adds to an error. */
type NodeError = {
  readonly code?: string
  /** Of a connection that was tried. */
  readonly address?: string
  readonly port?: number
  readonly cert?: {readonly subjectaltname?: string; readonly subject?: {readonly CN?: string}}
  readonly errors?: readonly NodeError[]
}

/** Node gathers the failures of several addresses into one; the first is as good as any. */
function firstOf(error: Error & NodeError): NodeError {
  return Object.assign({}, error.errors?.[0], error)
}

function triedBy({address, port}: NodeError): string | undefined {
  if (address === undefined || port === undefined) return undefined
  return `${isIPv6(address) ? `[${address}]` : address}:${String(port)}`
}

/** OpenSSL puts the alert of the other side into its words. */
export function alertIn(words: string): number | undefined {
  const number = /SSL alert number (\d{1,3})\b/.exec(words)?.[1]
  return number === undefined ? undefined : Number(number)
}

/**
 * Node's words as part of a sentence: one line, without a full stop, and without the advice about
 * its own options that newer versions add to a certificate's error.
 */
function wordsOf(error: Error): string {
  const words = error.message
    .replace(/; if the root CA is installed locally.*$/s, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[\s.:]+$/, '')
  return words || (firstOf(error).code ?? '') || 'no reason was given'
}
