import {alertIn} from '../../../stream/exotel/dial-failure.js'
import {goWords} from '../../../stream/exotel/go-words.js'
import type {CheckResult, Fix, Role} from '../../check.js'
import {useMendedUrl} from '../../corrected-url.js'
import {withPort} from '../../endpoint.js'
import {shownByExotel} from '../../exotel-error.js'
import {quoted} from '../host-words.js'
import {
  HANDSHAKE_LIMIT_MS,
  peekTls,
  type PeekOptions,
  type TlsPeek,
  type TlsSeen,
} from './peek-tls.js'

type Unfinished = Exclude<TlsPeek, TlsSeen>
type Broken = Extract<TlsPeek, {kind: 'broken'}>

type Failure = {readonly summary: string; readonly fix: Fix; readonly goCause: string}

/** Why a handshake came to no end, and what to do. */
export async function handshakeFailure(
  peek: Unfinished,
  options: PeekOptions,
  role: Role,
): Promise<CheckResult> {
  const isTooOld = peek.kind === 'broken' && isOldVersion(peek)
  const old = isTooOld ? await peekTls({...options, isOld: true}) : undefined
  const {goCause, ...told} = old ? oldTls(peek, old, options) : failureOf(peek, options)
  return {status: 'fail', ...told, detail: peek.words, ...shownByExotel(role, goCause)}
}

function failureOf(peek: Unfinished, options: PeekOptions): Failure {
  if (peek.kind === 'late') {
    return {
      summary: `${placeOf(options)} takes the connection, but does not finish the TLS handshake within ${String(HANDSHAKE_LIMIT_MS / 1000)} s`,
      fix: `What listens there is no TLS server, or is too busy to answer; ${lookInto(options)}`,
      goCause: goWords.tlsLate(),
    }
  }
  const {code, words} = peek
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/.test(code) || NOT_TLS.test(words)) {
    return {
      summary: `${placeOf(options)} does not speak TLS, which the URL asks for`,
      fix: (facts) => {
        const url = useMendedUrl(facts, {isSecure: false})
        return facts.target.isLocal
          ? `Give the URL without TLS, which a test on this machine does not need. ${url}`
          : `Put TLS in front of the bot (a proxy such as Caddy, or a tunnel), or give the URL without it. ${url}`
      },
      goCause: goWords.notTls(),
    }
  }
  const alert = alertIn(words)
  return alert === undefined ? cutOff(words, options) : refusedBy(alert, options)
}

/** The server said that it will not. */
function refusedBy(alert: number, options: PeekOptions): Failure {
  const goCause = goWords.tlsAlert(alert)
  return alert === CERTIFICATE_REQUIRED
    ? {
        summary: `${placeOf(options)} wants a certificate of whoever calls, and Exotel has none to show`,
        fix: 'Do not ask for client certificates there (nginx: "ssl_verify_client off;").',
        goCause,
      }
    : {
        summary: `${placeOf(options)} refuses the TLS handshake`,
        fix: `The server has no certificate for ${options.host}, shares no cipher with Go's TLS, or wants a certificate of its caller: give it one for this name; ${lookInto(options)}`,
        goCause,
      }
}

function cutOff(words: string, options: PeekOptions): Failure {
  const isReset = words.includes('read ECONNRESET')
  return {
    summary: `${placeOf(options)} ${isReset ? 'resets' : 'closes'} the connection in the TLS handshake`,
    fix: `The server has no certificate for ${options.host}, or what is in front of it lets only some addresses in; ${lookInto(options)}`,
    goCause: isReset ? goWords.reset(withPort(options.address, options.port)) : goWords.eof(),
  }
}

function placeOf({host, port}: PeekOptions): string {
  return withPort(host, port)
}

function lookInto({host, port}: PeekOptions): string {
  return `this shows what comes:\nopenssl s_client -connect ${quoted(withPort(host, port))} -servername ${quoted(host)}`
}

const NOT_TLS = /wrong version number|packet length too long|http request/

const CERTIFICATE_REQUIRED = 116

/** RFC 8446, section 6.2: an alert; or OpenSSL's own word, when the server chose an old one. */
const PROTOCOL_VERSION = 70

function isOldVersion({code, words}: Broken): boolean {
  return alertIn(words) === PROTOCOL_VERSION || code === 'ERR_SSL_UNSUPPORTED_PROTOCOL'
}

function oldTls(peek: Unfinished, old: TlsPeek, options: PeekOptions): Failure {
  const spoken =
    old.kind === 'seen'
      ? `speaks ${old.protocol.replace('v', ' ')} at most`
      : 'speaks neither TLS 1.2 nor 1.3'
  return {
    summary: `${placeOf(options)} ${spoken}, and Exotel's client asks for TLS 1.2 at least`,
    fix: `Let the server speak TLS 1.2 and 1.3; in nginx:\nssl_protocols TLSv1.2 TLSv1.3;`,
    goCause:
      alertIn(peek.words) === undefined
        ? goWords.oldTlsChosen()
        : goWords.tlsAlert(PROTOCOL_VERSION),
  }
}
