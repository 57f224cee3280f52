import {isIP} from 'node:net'

import type {Check, CheckContext, CheckResult, Role} from '../../check.js'
import {hasTls, portOf} from '../../endpoint.js'
import {faultOf, goTime, nameOf} from './certificate.js'
import {certificateFailure, clientCertificateFailure} from './certificate-failures.js'
import {hostOf} from '../host-words.js'
import {handshakeFailure} from './handshake-failures.js'
import {HANDSHAKE_LIMIT_MS, peekTls, type PeekOptions, type TlsSeen} from './peek-tls.js'

/** A server that wants more than the handshake says so at once. */
const HEAR_MS = 1000
const SOON_DAYS = 14
const DAY_MS = 86_400_000

export const tlsCheck: Check = {
  id: 'tls',
  title: 'The TLS certificate is accepted',
  group: 'host',
  roles: ['stream', 'dynamic', 'passthru'],
  needs: ['clock'],
  limitMs: 2 * (HANDSHAKE_LIMIT_MS + HEAR_MS),
  async run(context) {
    const {url, addresses = []} = context.hop
    const [address] = addresses
    if (!url || address === undefined)
      return {status: 'skip', summary: 'not tried: no address is known'}
    if (!hasTls(url)) {
      const summary = `${url.protocol}// has no TLS, and no certificate to look at`
      return {status: 'skip', mayGoOn: true, summary}
    }
    const options = peekOptions(url, address, context)
    const peek = await peekTls({...options, hearMs: HEAR_MS})
    const {role} = context.hop
    if (peek.kind !== 'seen') return handshakeFailure(peek, {...options, hearMs: HEAR_MS}, role)
    return judged(peek, {role, host: options.host, now: context.world.clock.wallNow()})
  },
}

export function peekOptions(
  url: URL,
  address: string,
  {world, signal}: CheckContext,
): Omit<PeekOptions, 'hearMs'> {
  const {clock, ca} = world
  // A dot at the end is part of a name in the DNS, not in a certificate.
  const host = hostOf(url).replace(/\.$/, '')
  return {address, port: portOf(url), host, ca, clock, signal}
}

/** The alerts with which a server says that it wants a certificate of the client (RFC 8446, section 6.2). */
const WANTS_CERTIFICATE = /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|HANDSHAKE_FAILURE)/

type Judging = {
  readonly role: Role
  /** As a certificate has it. */
  readonly host: string
  readonly now: Date
}

function judged(seen: TlsSeen, {role, host, now}: Judging): CheckResult {
  const {certificates, protocol, cipher, refusal} = seen
  const detail = [
    `${protocol}, ${cipher}`,
    ...certificates.map(
      (one) =>
        `${nameOf(one.subject)}, issued by ${nameOf(one.issuer)}, valid from ${goTime(one.validFrom)} to ${goTime(one.validTo)}`,
    ),
    ...(seen.untrusted === undefined ? [] : [`not verified: ${seen.untrusted}`]),
    ...(refusal ? [`after the handshake: ${refusal.words}`] : []),
  ].join('\n')
  const fault = faultOf(seen, {host, now})
  const [leaf] = certificates
  if (fault || !leaf) {
    return {...certificateFailure(fault ?? {kind: 'none-sent'}, {host, role, now, leaf}), detail}
  }
  if (refusal && WANTS_CERTIFICATE.test(refusal.code)) {
    return {...clientCertificateFailure(host, role, refusal.words), detail}
  }
  const daysLeft = Math.floor((Date.parse(leaf.validTo) - now.getTime()) / DAY_MS)
  if (daysLeft < SOON_DAYS) {
    return {
      status: 'warn',
      summary: `the certificate of ${host} expires in ${days(daysLeft)}, at ${goTime(leaf.validTo)}; from then on Exotel will not call`,
      detail,
      fix: `Renew it, and see why that was not done by itself; with certbot and nginx:\nsudo certbot renew\nsudo systemctl reload nginx`,
    }
  }
  const what = isIP(host) > 0 ? 'address' : 'name'
  return {
    status: 'pass',
    summary: `the certificate is for this ${what}, issued by ${nameOf(leaf.issuer)}, with ${days(daysLeft)} left`,
    detail,
  }
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${String(count)} days`
}
