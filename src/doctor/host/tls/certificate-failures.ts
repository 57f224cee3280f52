import type {X509Certificate} from 'node:crypto'
import {isIP} from 'node:net'

import {printable} from '../../../report/text/plain.js'
import {readNames, wrongHostWords} from '../../../stream/exotel/certificate-names.js'
import {alertIn} from '../../../stream/exotel/dial-failure.js'
import {goWords} from '../../../stream/exotel/go-words.js'
import {rightUrl} from '../../answer/right-url.js'
import type {CheckResult, Fix, FixFacts, Role} from '../../check.js'
import {correctedUrl, putUrl, useCorrectedUrl, useMendedUrl} from '../../corrected-url.js'
import {shownByExotel} from '../../exotel-error.js'
import {isLoopback} from '../../machine/place.js'
import {quoted, someOf} from '../host-words.js'
import {type CertificateFault, datesFault, goTime, nameOf} from './certificate.js'

type Judged = {
  readonly host: string
  readonly role: Role
  readonly now: Date
  readonly leaf: X509Certificate | undefined
}

type Failure = {readonly summary: string; readonly fix: Fix; readonly goCause: string}

export function certificateFailure(fault: CertificateFault, judged: Judged): CheckResult {
  const {goCause, ...told} = judged.leaf
    ? failureOf(fault, {...judged, leaf: judged.leaf})
    : NONE_SENT
  return {status: 'fail', ...told, ...shownByExotel(judged.role, goCause)}
}

export function clientCertificateFailure(host: string, role: Role, words: string): CheckResult {
  return {
    status: 'fail',
    summary: `${host} wants a certificate of whoever calls, and Exotel has none to show`,
    fix: 'Do not ask for client certificates there (nginx: "ssl_verify_client off;"); let Exotel in by Basic credentials in the URL instead: wss://KEY:TOKEN@host/path.',
    ...shownByExotel(role, goWords.tlsAlert(alertIn(words) ?? CERTIFICATE_REQUIRED)),
  }
}

const CERTIFICATE_REQUIRED = 116

const NONE_SENT: Failure = {
  summary: 'the server sent no certificate',
  fix: 'Give the server a certificate that a public authority signed, with its chain.',
  goCause: goWords.unknownAuthority(),
}

type Shown = Pick<Judged, 'host' | 'now'> & {readonly leaf: X509Certificate}

function failureOf(fault: CertificateFault, shown: Shown): Failure {
  const {host, leaf, now} = shown
  switch (fault.kind) {
    case 'none-sent':
      return NONE_SENT
    case 'expired':
    case 'not-yet-valid':
      return outOfDate(fault.kind, shown)
    case 'wrong-host':
      return wrongHost(host, leaf)
    case 'wrong-use':
      return {
        summary: `the certificate of ${host} is not for a server: it was made for another use`,
        fix: (facts) =>
          `One for a server has "TLS Web Server Authentication" in its Extended Key Usage. ${newCertificate(host, facts)}`,
        goCause: goWords.wrongUse(),
      }
    case 'issuer-out-of-date':
      return issuerOutOfDate(fault.issuer, host, now)
    case 'self-signed':
      return {
        summary: `the certificate of ${host} signs itself, so that nobody outside trusts it`,
        fix: (facts) => newCertificate(host, facts),
        goCause: goWords.unknownAuthority(),
      }
    case 'missing-intermediate':
      return {
        summary: `${host} sends its certificate without that of its issuer, "${fault.issuer}", so that it leads to no authority`,
        fix: `Let the server send the whole chain: fullchain.pem in place of cert.pem. ${fullChain(host)}\nThe missing one is at ${fault.issuerUrl}`,
        goCause: goWords.unknownAuthority(),
      }
    case 'unknown-authority':
      return {
        summary: `the certificate of ${host} was signed by "${fault.issuer}", which is no public authority`,
        fix: (facts) =>
          `${newCertificate(host, facts)}${fault.isIssuerSent ? '' : `\nIf "${fault.issuer}" belongs to a public authority after all, its own certificate was not sent. ${fullChain(host)}`}`,
        goCause: goWords.unknownAuthority(),
      }
  }
}

function outOfDate(kind: 'expired' | 'not-yet-valid', {host, leaf, now}: Shown): Failure {
  const [time, from, to] = [goTime(now), goTime(leaf.validFrom), goTime(leaf.validTo)]
  return kind === 'expired'
    ? {
        summary: `the certificate of ${host} expired at ${to}`,
        fix: `Renew it, and let the server load the new one; with certbot and nginx:\nsudo certbot renew\nsudo systemctl reload nginx`,
        goCause: goWords.expired(time, to),
      }
    : {
        summary: `the certificate of ${host} is valid from ${from} on, not before`,
        fix: 'Use the certificate before it until then; if it was made just now, the clock of the machine that made it is ahead.',
        goCause: goWords.notYetValid(time, from),
      }
}

function wrongHost(host: string, leaf: X509Certificate): Failure {
  const commonName = nameOf(leaf.subject)
  const names = readNames(printable(leaf.subjectAltName ?? ''), commonName)
  const given = [...names.hosts, ...names.addresses]
  const isAddress = isIP(host) > 0
  const what = isAddress ? 'this bare address' : host
  return {
    summary:
      given.length === 0
        ? `the certificate at ${host} names no host at all: it has no subjectAltName`
        : `the certificate at ${host} is for ${someOf(given)}, and not for ${what}`,
    fix: (facts) => `${certificateFor(host, facts)}\n${withName(names.hosts, facts)}`.trim(),
    goCause: wrongHostWords(names, host),
  }
}

/** The URL with the first name that the certificate has. */
function withName(hosts: readonly string[], facts: FixFacts): string {
  const name = hosts.find((host) => /^[a-z\d-]+(\.[a-z\d-]+)+$/i.test(host))
  if (name === undefined) return isOnlyHere('', facts) ? '' : useCorrectedUrl(facts)
  const url = rightUrl(facts.hop, (its) => {
    its.hostname = name
  })
  return `Or does ${name} lead to this bot? ${putUrl(facts, url)}`
}

function issuerOutOfDate(issuer: X509Certificate, host: string, now: Date): Failure {
  const [name, time] = [nameOf(issuer.subject), goTime(now)]
  const [from, to] = [goTime(issuer.validFrom), goTime(issuer.validTo)]
  const isOld = datesFault(issuer, now) === 'expired'
  return {
    summary: `${host} sends an intermediate certificate, "${name}", that ${isOld ? `expired at ${to}` : `is valid from ${from} on, not before`}`,
    fix: `Let the server send the chain that came with its certificate, in place of ${isOld ? 'an old one' : 'one for later'}. ${fullChain(host)}`,
    goCause: isOld
      ? goWords.issuerExpired(name, time, to)
      : goWords.issuerNotYetValid(name, time, from),
  }
}

/** No public authority signs for such a host, and nobody outside has to trust it. */
function isOnlyHere(host: string, {target}: FixFacts): boolean {
  return target.isLocal || host === 'localhost' || isLoopback(host)
}

/** How the name of the URL comes into the certificate. */
function certificateFor(host: string, facts: FixFacts): string {
  if (isOnlyHere(host, facts)) return newCertificate(host, facts)
  return isIP(host) > 0
    ? 'A name belongs into the URL, not an address.'
    : `Get a certificate for ${host}:\nsudo certbot --nginx -d ${quoted(host)}`
}

/** How one comes by a certificate that the caller takes; a tunnel has one. */
function newCertificate(host: string, facts: FixFacts): string {
  if (isOnlyHere(host, facts)) {
    // Node trusts what this machine trusts only when it is told to.
    return `Make a certificate for ${host} that this machine trusts:\nmkcert -install\nmkcert ${quoted(host)}\nexport NODE_EXTRA_CA_CERTS="$(mkcert -CAROOT)/rootCA.pem"\nOr leave TLS out for a test on this machine. ${useMendedUrl(facts, {isSecure: false})}`
  }
  const how =
    isIP(host) > 0 ? '' : `; with certbot and nginx:\nsudo certbot --nginx -d ${quoted(host)}`
  const tunnel = correctedUrl(facts)?.startsWith('wss:')
    ? `Or take the tunnel, which has one. ${useCorrectedUrl(facts)}`
    : 'Or start a tunnel, which has one:\nexostream serve --tunnel cloudflared'
  return `Get a certificate of a public authority, such as Let's Encrypt${how}\n${tunnel}`
}

function fullChain(host: string): string {
  const path = quoted(`/etc/letsencrypt/live/${host}/fullchain.pem`)
  return `In nginx, in Caddy, in exostream:\nssl_certificate ${path};\ntls fullchain.pem privkey.pem\nexostream serve --tls-cert fullchain.pem --tls-key privkey.pem`
}
