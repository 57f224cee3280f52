import {expect, test} from 'vitest'

import {explain} from '../../../../src/doctor/explain/explain.js'
import {dialFailure, dialTimeout, refusal} from '../../../../src/stream/exotel/dial-failure.js'
import {exotelError, goWords} from '../../../../src/stream/exotel/go-words.js'
import {parseStreamUrl} from '../../../../src/stream/exotel/stream-url.js'

const url = parseStreamUrl('wss://bot.acme-voice.in/media')
const idOf = (text: string) => explain(text).explanations[0]?.id

// The cast calls each with as many arguments as the longest takes.
const makers = Object.entries(goWords) as readonly [
  string,
  (...values: readonly (string | number)[]) => string,
][]

test.each(makers)('what we say that Exotel shows for %s has a known cause', (_, make) => {
  const values = ['93.184.216.34:443', 'bot.acme-voice.in', 'third'] as const
  const text = exotelError(make.length === 1 && NUMBERED.has(make) ? make(404) : make(...values))

  expect(explain(text).explanations).toHaveLength(1)
  expect(idOf(text)).toMatch(/^(?!ws-connect-failed)[a-z]/)
})

const NUMBERED: ReadonlySet<unknown> = new Set([goWords.handshakeStatus, goWords.tlsAlert])

test.each([10, 40, 42, 47, 48, 70, 71, 80, 109, 112, 116, 120])(
  'the TLS alert %i has a known cause',
  (number) => {
    expect(idOf(exotelError(goWords.tlsAlert(number)))).toMatch(/^tls-/)
  },
)

test.each([
  200, 204, 301, 302, 307, 400, 401, 403, 404, 405, 407, 408, 418, 426, 429, 500, 502, 530,
])('the status %i has words of its own as an answer to the upgrade', (status) => {
  expect(idOf(exotelError(goWords.handshakeStatus(status)))).toBe(`handshake-${String(status)}`)
})

test.each([
  ['ECONNREFUSED', 'connect ECONNREFUSED 93.184.216.34:443', 'connection-refused'],
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND bot.acme-voice.in', 'no-such-host'],
  ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN bot.acme-voice.in', 'dns-server-failed'],
  ['ETIMEDOUT', 'connect ETIMEDOUT 93.184.216.34:443', 'connect-timeout'],
  ['EHOSTUNREACH', 'connect EHOSTUNREACH 93.184.216.34:443', 'no-route'],
  ['ENETUNREACH', 'connect ENETUNREACH 93.184.216.34:443', 'network-unreachable'],
  ['ECONNRESET', 'socket hang up', 'eof'],
  ['CERT_HAS_EXPIRED', 'certificate has expired', 'certificate-out-of-date'],
  ['CERT_NOT_YET_VALID', 'certificate is not yet valid', 'certificate-out-of-date'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', 'unknown-authority'],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'self-signed certificate in certificate chain',
    'unknown-authority',
  ],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'unable to verify the first certificate',
    'unknown-authority',
  ],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    "Hostname/IP does not match certificate's altnames: Host: a. is not in the cert's altnames: DNS:b",
    'wrong-host',
  ],
  ['EPROTO', 'write EPROTO 1:error:0A00010B:SSL routines::wrong version number', 'not-tls'],
  ['HPE_INVALID_CONSTANT', 'Parse Error: Expected HTTP/', 'not-http'],
])('a dial that failed with %s is explained', (code, message, id) => {
  const error = dialFailure(url, Object.assign(new Error(message), {code}), 10_000)

  expect(idOf(error.exotelError ?? '')).toBe(id)
})

test('a dial that failed without a known code is still one of 3009', () => {
  const error = dialFailure(url, new Error('the moon is in the way'), 10_000)

  expect(idOf(error.exotelError ?? '')).toBe('ws-connect-failed')
})

test('a dial that was refused with a status, and one that came too late, are explained', () => {
  expect(idOf(refusal(url, 503, '').exotelError ?? '')).toBe('handshake-503')
  expect(idOf(dialTimeout(url, 10_000).exotelError ?? '')).toBe('connect-timeout')
})
