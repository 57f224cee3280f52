import {ExostreamError, type ErrorCode} from '../../errors.js'
import type {StreamUrl} from './stream-url.js'

/** What a failure needs to know of the URL. */
type Dialled = Pick<StreamUrl, 'dialled' | 'shown'>

/** The one numbered text in the public record: "3009 failed to establish ws conn dial tcp: …". */
export const EXOTEL_PREFIX = '3009 failed to establish ws conn '

type Seen = {readonly message: string; readonly goCause: string; readonly cause?: unknown}

/** A dial that failed, with the text that Exotel would show for it in `Stream[Error]`. */
function dialError(code: ErrorCode, {message, goCause, cause}: Seen): ExostreamError {
  return new ExostreamError(code, message, {cause, exotelError: EXOTEL_PREFIX + goCause})
}

/** What an answer other than 101 means. */
export function refusal(url: StreamUrl, status: number, body: string): ExostreamError {
  const goCause = `expected handshake response status code 101 but got ${String(status)}`
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
  })
}

/** What it means that no answer came in time. */
export function dialTimeout(url: StreamUrl, handshakeTimeoutMs: number): ExostreamError {
  return dialFailure(url, new Error(TIMED_OUT), handshakeTimeoutMs)
}

/** What an error before the 101 means, by the code that Node gave it. */
export function dialFailure(
  url: Dialled,
  error: Error,
  handshakeTimeoutMs: number,
): ExostreamError {
  const {hostname, port, protocol} = url.dialled
  const seen: SeenError = {
    code: codeOf(error),
    words: wordsOf(error),
    hostname,
    address: `${hostname}:${port || (/^(wss|https):$/.test(protocol) ? '443' : '80')}`,
    shown: url.shown,
    timeoutSeconds: handshakeTimeoutMs / 1000,
  }
  const known = meanings.find(({pattern}) => pattern.test(seen.code) || pattern.test(seen.words))
  const {as, message, goCause} = known ?? otherwise
  return dialError(as, {message: message(seen), goCause: goCause(seen), cause: error})
}

type SeenError = {
  readonly code: string
  readonly words: string
  readonly hostname: string
  readonly address: string
  readonly shown: string
  readonly timeoutSeconds: number
}

type Meaning = {
  readonly as: ErrorCode
  readonly message: (seen: SeenError) => string
  readonly goCause: (seen: SeenError) => string
}

const TIMED_OUT = 'no answer in time'

const otherwise: Meaning = {
  as: 'EXO_DIAL_FAILED',
  message: ({address, words}) => `${address} could not be reached: ${words}.`,
  goCause: ({address, words}) => `dial tcp ${address}: ${words}`,
}

const meanings: readonly (Meaning & {readonly pattern: RegExp})[] = [
  {
    pattern: /^ECONNREFUSED$/,
    as: 'EXO_DIAL_REFUSED',
    message: ({address}) => `Nothing accepts connections at ${address}.`,
    goCause: ({address}) => `dial tcp ${address}: connect: connection refused`,
  },
  {
    pattern: /^(ENOTFOUND|EAI_AGAIN)$/,
    as: 'EXO_DNS_FAILED',
    message: ({hostname}) => `The host name ${hostname} does not resolve.`,
    goCause: ({hostname}) => `dial tcp: lookup ${hostname} on 10.1.0.2:53: no such host`,
  },
  {
    pattern: new RegExp(`^(ETIMEDOUT|${TIMED_OUT})$`),
    as: 'EXO_DIAL_TIMEOUT',
    message: ({shown, timeoutSeconds}) =>
      `${shown} did not open the WebSocket within ${String(timeoutSeconds)} s.`,
    goCause: ({address}) => `dial tcp ${address}: i/o timeout`,
  },
  {
    pattern: /^(CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/,
    as: 'EXO_TLS_FAILED',
    message: ({address, words}) => `The TLS certificate of ${address} is not accepted: ${words}.`,
    goCause: ({words}) => `tls: failed to verify certificate: x509: ${words}`,
  },
  {
    pattern: /wrong version number|packet length too long/,
    as: 'EXO_TLS_FAILED',
    message: ({address}) => `${address} does not speak TLS; the URL may have to be ws:// there.`,
    goCause: () => 'tls: first record does not look like a TLS handshake',
  },
  {
    pattern: /^(HPE_|EPROTO|ERR_SSL_|Invalid )/,
    as: 'EXO_NOT_WEBSOCKET',
    message: ({address, words}) => `What answers at ${address} does not speak WebSocket: ${words}.`,
    goCause: () => 'malformed HTTP response',
  },
  {
    pattern: /^(ECONNRESET|socket hang up)$/,
    as: 'EXO_DIAL_FAILED',
    message: ({address}) => `${address} closed the connection before the WebSocket was open.`,
    goCause: () => 'EOF',
  },
]

/** Node gathers the failures of several addresses into one; the first is as good as any. */
function codeOf(error: Error & {code?: string; errors?: readonly {code?: string}[]}): string {
  return error.code ?? error.errors?.[0]?.code ?? ''
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
  return words || codeOf(error) || 'no reason was given'
}
