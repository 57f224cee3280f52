import type {IncomingMessage} from 'node:http'

import type {Peer} from '../http.js'
import {type AddressSet, addressSet, readAddress} from './address-set.js'
import {type Forwarded, readForwarded} from './forwarded.js'

/** The proxies whose word is taken for who calls, and by which name and scheme. */
export type TrustProxy = AddressSet

/**
 * Loopback and private (RFC 1918, RFC 4193) and link-local addresses: where a tunnel or a proxy of one's own
 * is. Not 100.64.0.0/10, which strangers behind one provider share.
 */
const NEARBY = [
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'],
  ...['::1/128', 'fc00::/7', 'fe80::/10'],
]

export const nearby: AddressSet = addressSet(NEARBY, '')

/**
 * @param given `true` for every proxy nearby, or else addresses and ranges
 * @throws ExostreamError EXO_USAGE for what is neither an address nor a range of them
 */
export function trustedProxies(given: true | readonly string[]): TrustProxy {
  return given === true ? nearby : addressSet(given, '--trust-proxy')
}

/** Who asks; what headers say of that counts only when a trusted proxy is at the other end of the socket. */
export function peerOf(request: IncomingMessage, trust: TrustProxy | undefined): Peer {
  const {socket, headers} = request
  const address = readAddress(socket.remoteAddress ?? '') ?? ''
  const host = hostIn(headers.host)
  const isSecure = 'encrypted' in socket && socket.encrypted === true
  if (!trust?.has(address)) return {address, host, isSecure, isForwarded: false}
  const forwarded = readForwarded(headers)
  const client = clientOf(forwarded, {address, trust})
  const forwardedHost = hostIn(nthFromEnd(forwarded.hosts, client.proxies))
  const isSecureThere = securityOf(nthFromEnd(forwarded.schemes, client.proxies))
  return {
    address: client.address,
    host: forwardedHost ?? host,
    isSecure: isSecureThere ?? isSecure,
    isForwarded: forwardedHost !== undefined || isSecureThere !== undefined,
  }
}

/** The right-most address that is not a trusted proxy: whatever stands left of it, the client may have written. */
function clientOf(
  {addresses}: Forwarded,
  {address, trust}: {address: string; trust: TrustProxy},
): {readonly address: string; readonly proxies: number} {
  let known = address
  let proxies = 0
  for (const said of addresses.toReversed()) {
    // Of what no one can read, only the proxy that passed it on is known.
    if (said === undefined) break
    known = said
    if (!trust.has(said)) break
    proxies += 1
  }
  return {address: known, proxies: Math.min(proxies, Math.max(0, addresses.length - 1))}
}

/** What the proxy before so many others said; proxies that replace the header leave only one value. */
function nthFromEnd(values: readonly string[], after: number): string | undefined {
  return values[Math.max(0, values.length - 1 - after)]
}

/** A name or an address, and a port: a DNS name has at most 253 characters (RFC 1035). */
const HOST = /^(?:[a-z\d_][\w.-]{0,252}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i

/** What can stand in a URL: nothing else that a client sends may get into an answer. */
function hostIn(text: string | undefined): string | undefined {
  if (text === undefined || !HOST.test(text)) return undefined
  return URL.canParse(`ws://${text}`) ? text : undefined
}

function securityOf(scheme: string | undefined): boolean | undefined {
  const said = scheme?.toLowerCase() ?? ''
  if (said === 'https' || said === 'wss') return true
  return said === 'http' || said === 'ws' ? false : undefined
}
