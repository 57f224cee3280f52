import {alertIn} from '../../stream/exotel/dial-failure.js'
import {exotelError, goWords} from '../../stream/exotel/go-words.js'
import type {CheckResult, Fix} from '../check.js'
import {useMendedUrl} from '../corrected-url.js'
import {withPort} from '../endpoint.js'
import {
  HANDSHAKE_LIMIT_MS,
  peekTls,
  type PeekOptions,
  type TlsPeek,
  type TlsSeen,
} from './peek-tls.js'

type Broken = Exclude<TlsPeek, TlsSeen>

type Failure = {readonly summary: string; readonly fix: Fix; readonly goCause: string}

/** Why a handshake came to no end, and what to do. */
export async function handshakeFailure(peek: Broken, options: PeekOptions): Promise<CheckResult> {
  const isTooOld = peek.kind === 'broken' && isOldVersion(peek)
  const old = isTooOld ? await peekTls({...options, isOld: true}) : undefined
  const {goCause, ...told} = old ? oldTls(peek, old, options) : failureOf(peek, options)
  return {status: 'fail', ...told, detail: peek.words, exotelError: exotelError(goCause)}
}

function failureOf(peek: Broken, {host, port, address}: PeekOptions): Failure {
  const where = withPort(host, port)
  const test = `this shows what comes:\nopenssl s_client -connect ${where} -servername ${host}`
  if (peek.kind === 'late') {
    return {
      summary: `${where} takes the connection, but does not finish the TLS handshake within ${String(HANDSHAKE_LIMIT_MS / 1000)} s`,
      fix: `What listens there is no TLS server, or is too busy to answer; ${test}`,
      goCause: goWords.tlsLate(),
    }
  }
  const {code, words} = peek
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/.test(code) || NOT_TLS.test(words)) {
    return {
      summary: `${where} does not speak TLS, which the URL asks for`,
      fix: (facts) =>
        `Put TLS in front of the bot (a proxy such as Caddy, or a tunnel), or give the URL without it. ${useMendedUrl(facts, {isSecure: false})}`,
      goCause: goWords.notTls(),
    }
  }
  const alert = alertIn(words)
  if (alert === CERTIFICATE_REQUIRED) {
    return {
      summary: `${where} wants a certificate of whoever calls, and Exotel has none to show`,
      fix: 'Do not ask for client certificates there (nginx: "ssl_verify_client off;").',
      goCause: goWords.tlsAlert(alert),
    }
  }
  if (alert !== undefined) {
    return {
      summary: `${where} refuses the TLS handshake`,
      fix: `The server has no certificate for ${host}, shares no cipher with Go's TLS, or wants a certificate of its caller: give it one for this name; ${test}`,
      goCause: goWords.tlsAlert(alert),
    }
  }
  const isReset = words.includes('read ECONNRESET')
  return {
    summary: `${where} ${isReset ? 'resets' : 'closes'} the connection in the TLS handshake`,
    fix: `The server has no certificate for ${host}, or what is in front of it lets only some addresses in; ${test}`,
    goCause: isReset ? goWords.reset(withPort(address, port)) : goWords.eof(),
  }
}

const NOT_TLS = /wrong version number|packet length too long|http request/

const CERTIFICATE_REQUIRED = 116

/** RFC 8446, section 6.2: an alert; or OpenSSL's own word, when the server chose an old one. */
const PROTOCOL_VERSION = 70

function isOldVersion({code, words}: Broken & {readonly kind: 'broken'}): boolean {
  return alertIn(words) === PROTOCOL_VERSION || code === 'ERR_SSL_UNSUPPORTED_PROTOCOL'
}

function oldTls(peek: Broken, old: TlsPeek, {host, port}: PeekOptions): Failure {
  const spoken =
    old.kind === 'seen'
      ? `speaks ${old.protocol.replace('v', ' ')} at most`
      : 'speaks neither TLS 1.2 nor 1.3'
  return {
    summary: `${withPort(host, port)} ${spoken}, and Exotel's client asks for TLS 1.2 at least`,
    fix: `Let the server speak TLS 1.2 and 1.3; in nginx:\nssl_protocols TLSv1.2 TLSv1.3;`,
    goCause:
      alertIn(peek.words) === undefined
        ? goWords.oldTlsChosen()
        : goWords.tlsAlert(PROTOCOL_VERSION),
  }
}
