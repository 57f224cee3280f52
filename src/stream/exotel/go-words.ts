/**
 * What Exotel shows in `Stream[Error]` when it opens no stream. The prefix and the first text are from
 * a public log; the others are what Go's dialer says behind the same prefix: inferred, word for word
 * from Go's sources (net, crypto/tls, crypto/x509) and, unless said, github.com/coder/websocket.
 */
const EXOTEL_PREFIX = '3009 failed to establish ws conn '

/** The resolver in the one text that is known. */
const RESOLVER = '10.1.0.2:53'

const NOT_VERIFIED = 'tls: failed to verify certificate: x509: '
const OUT_OF_DATE = 'certificate has expired or is not yet valid'

/** What a server may say before the handshake is over, by its number (Go, crypto/tls/alert.go). */
const ALERTS: Readonly<Record<number, string>> = {
  10: 'unexpected message',
  40: 'handshake failure',
  42: 'bad certificate',
  43: 'unsupported certificate',
  45: 'expired certificate',
  46: 'unknown certificate',
  47: 'illegal parameter',
  48: 'unknown certificate authority',
  49: 'access denied',
  50: 'error decoding message',
  51: 'error decrypting message',
  70: 'protocol version not supported',
  71: 'insufficient security level',
  80: 'internal error',
  86: 'inappropriate fallback',
  90: 'user canceled',
  109: 'missing extension',
  110: 'unsupported extension',
  112: 'unrecognized name',
  116: 'certificate required',
  120: 'no application protocol',
}

/** coder/websocket, dial.go, verifyServerResponse. */
const NOT_WEBSOCKET = 'WebSocket protocol violation: '

/** Go, crypto/x509/verify.go, UnknownAuthorityError. */
function unfitIssuer(issuer: string, dates: string): string {
  return `${NOT_VERIFIED}certificate signed by unknown authority (possibly because of "x509: ${OUT_OF_DATE}: ${dates}" while trying to verify candidate authority certificate ${JSON.stringify(issuer)})`
}

export const goWords = {
  noSuchHost: (host: string) => `dial tcp: lookup ${host} on ${RESOLVER}: no such host`,
  dnsServerFailed: (host: string) => `dial tcp: lookup ${host} on ${RESOLVER}: server misbehaving`,
  dnsSilent: (host: string) =>
    `dial tcp: lookup ${host} on ${RESOLVER}: read udp 10.1.0.10:40000->${RESOLVER}: i/o timeout`,
  refused: (address: string) => `dial tcp ${address}: connect: connection refused`,
  timeout: (address: string) => `dial tcp ${address}: i/o timeout`,
  networkUnreachable: (address: string) => `dial tcp ${address}: connect: network is unreachable`,
  noRoute: (address: string) => `dial tcp ${address}: connect: no route to host`,
  reset: (address: string) =>
    `read tcp 10.1.0.10:40000->${address}: read: connection reset by peer`,
  eof: () => 'EOF',
  late: () => 'context deadline exceeded',
  tlsLate: () => 'net/http: TLS handshake timeout',
  unknownAuthority: () => `${NOT_VERIFIED}certificate signed by unknown authority`,
  /** Of an issuer that was sent, and has itself expired. */
  issuerExpired: (issuer: string, now: string, notAfter: string) =>
    unfitIssuer(issuer, `current time ${now} is after ${notAfter}`),
  issuerNotYetValid: (issuer: string, now: string, notBefore: string) =>
    unfitIssuer(issuer, `current time ${now} is before ${notBefore}`),
  /** Where the times are not known; Go itself adds them. */
  outOfDate: () => NOT_VERIFIED + OUT_OF_DATE,
  expired: (now: string, notAfter: string) =>
    `${NOT_VERIFIED}${OUT_OF_DATE}: current time ${now} is after ${notAfter}`,
  notYetValid: (now: string, notBefore: string) =>
    `${NOT_VERIFIED}${OUT_OF_DATE}: current time ${now} is before ${notBefore}`,
  wrongHost: (names: string, host: string) =>
    `${NOT_VERIFIED}certificate is valid for ${names}, not ${host}`,
  noneOfMany: (count: string, host: string) =>
    `${NOT_VERIFIED}certificate is valid for ${count}, but none matched ${host}`,
  noNames: (host: string) =>
    `${NOT_VERIFIED}certificate is not valid for any names, but wanted to match ${host}`,
  onlyCommonName: () =>
    `${NOT_VERIFIED}certificate relies on legacy Common Name field, use SANs instead`,
  noAddressInCertificate: (address: string) =>
    `${NOT_VERIFIED}cannot validate certificate for ${address} because it doesn't contain any IP SANs`,
  wrongUse: () => `${NOT_VERIFIED}certificate specifies an incompatible key usage`,
  notTls: () => 'tls: first record does not look like a TLS handshake',
  oldTlsChosen: () => 'tls: server selected unsupported protocol version 302',
  tlsAlert: (number: number) =>
    `remote error: tls: ${ALERTS[number] ?? `alert(${String(number)})`}`,
  handshakeStatus: (status: number) =>
    `expected handshake response status code 101 but got ${String(status)}`,
  noUpgradeHeader: () => `${NOT_WEBSOCKET}Connection header "" does not contain Upgrade`,
  wrongUpgrade: (upgrade: string) =>
    `${NOT_WEBSOCKET}Upgrade header ${JSON.stringify(upgrade)} does not contain websocket`,
  wrongAccept: (accept: string) =>
    `${NOT_WEBSOCKET}invalid Sec-WebSocket-Accept ${JSON.stringify(accept)}, key "dGhlIHNhbXBsZSBub25jZQ=="`,
  unexpectedProtocol: (protocol: string) =>
    `${NOT_WEBSOCKET}unexpected Sec-WebSocket-Protocol from server: ${JSON.stringify(protocol)}`,
  unexpectedExtensions: () => `${NOT_WEBSOCKET}unsupported extensions from server: []`,
  notHttp: () => 'malformed HTTP response',
  /** github.com/gorilla/websocket, client.go, errMalformedURL: one sentence for whatever is wrong. */
  badUrl: () => 'malformed ws or wss URL',
} as const

/** The text as Exotel shows it. */
export function exotelError(goCause: string): string {
  return EXOTEL_PREFIX + goCause
}
