import type {X509Certificate} from 'node:crypto'
import {isIP} from 'node:net'

import {printable} from '../../report/text/plain.js'
import {readNames, wrongHostWords} from '../../stream/exotel/certificate-names.js'
import {alertIn} from '../../stream/exotel/dial-failure.js'
import {exotelError, goWords} from '../../stream/exotel/go-words.js'
import {rightUrl} from '../answer/right-url.js'
import type {CheckResult, Fix, FixFacts} from '../check.js'
import {correctedUrl, useCorrectedUrl} from '../corrected-url.js'
import {type CertificateFault, goTime, nameOf} from './certificate.js'
import {someOf} from './dns.js'

type Judged = {
  readonly host: string
  readonly now: Date
  readonly leaf: X509Certificate | undefined
}

type Failure = {readonly summary: string; readonly fix: Fix; readonly goCause: string}

export function certificateFailure(fault: CertificateFault, judged: Judged): CheckResult {
  const {goCause, ...told} = judged.leaf
    ? failureOf(fault, {...judged, leaf: judged.leaf})
    : NONE_SENT
  return {status: 'fail', ...told, exotelError: exotelError(goCause)}
}

export function clientCertificateFailure(host: string, words: string): CheckResult {
  return {
    status: 'fail',
    summary: `${host} wants a certificate of whoever calls, and Exotel has none to show`,
    fix: 'Do not ask for client certificates there (nginx: "ssl_verify_client off;"); let Exotel in by Basic credentials in the URL instead: wss://KEY:TOKEN@host/path.',
    exotelError: exotelError(goWords.tlsAlert(alertIn(words) ?? CERTIFICATE_REQUIRED)),
  }
}

const CERTIFICATE_REQUIRED = 116

const NONE_SENT: Failure = {
  summary: 'the server sent no certificate',
  fix: 'Give the server a certificate that a public authority signed, with its chain.',
  goCause: goWords.unknownAuthority(),
}

function failureOf(
  fault: CertificateFault,
  {host, now, leaf}: Judged & {readonly leaf: X509Certificate},
): Failure {
  const [time, from, to] = [goTime(now), goTime(leaf.validFrom), goTime(leaf.validTo)]
  switch (fault.kind) {
    case 'none-sent':
      return NONE_SENT
    case 'expired':
      return {
        summary: `the certificate of ${host} expired at ${to}`,
        fix: `Renew it, and let the server load the new one; with certbot and nginx:\nsudo certbot renew\nsudo systemctl reload nginx`,
        goCause: goWords.expired(time, to),
      }
    case 'not-yet-valid':
      return {
        summary: `the certificate of ${host} is valid from ${from} on, not before`,
        fix: 'Use the certificate before it until then; if it was made just now, the clock of the machine that made it is ahead.',
        goCause: goWords.notYetValid(time, from),
      }
    case 'wrong-host':
      return wrongHost(host, leaf)
    case 'self-signed':
      return {
        summary: `the certificate of ${host} signs itself, so that nobody outside trusts it`,
        fix: (facts) => publicCertificate(host, facts),
        goCause: goWords.unknownAuthority(),
      }
    case 'issuer-expired':
      return issuerExpired(fault.issuer, host, time)
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
          `${publicCertificate(host, facts)}${fault.isIssuerSent ? '' : `\nIf "${fault.issuer}" belongs to a public authority after all, its own certificate was not sent. ${fullChain(host)}`}`,
        goCause: goWords.unknownAuthority(),
      }
  }
}

function wrongHost(host: string, leaf: X509Certificate): Failure {
  const commonName = nameOf(leaf.subject)
  const names = readNames(printable(leaf.subjectAltName ?? ''), commonName)
  const given = [...names.hosts, ...names.addresses]
  const isAddress = isIP(host) > 0
  const what = isAddress ? 'this bare address' : host
  const newOne = isAddress
    ? 'A name belongs into the URL, not an address.'
    : `Get a certificate for ${host}:\nsudo certbot --nginx -d ${host}`
  return {
    summary:
      given.length === 0
        ? `the certificate at ${host} names no host at all: it has no subjectAltName`
        : `the certificate at ${host} is for ${someOf(given)}, and not for ${what}`,
    fix: (facts) => `${newOne}\n${withName(names.hosts, facts)}`,
    goCause: wrongHostWords(names, host),
  }
}

/** The URL with the first name that the certificate has. */
function withName(hosts: readonly string[], facts: FixFacts): string {
  const name = hosts.find((host) => /^[a-z\d-]+(\.[a-z\d-]+)+$/i.test(host))
  if (name === undefined) return useCorrectedUrl(facts)
  const url = rightUrl(facts.hop, (its) => {
    its.hostname = name
  })
  return `If ${name} leads to this bot, put this URL into the applet:\n${url}`
}

function issuerExpired(issuer: X509Certificate, host: string, time: string): Failure {
  const [name, to] = [nameOf(issuer.subject), goTime(issuer.validTo)]
  return {
    summary: `${host} sends an intermediate certificate, "${name}", that expired at ${to}`,
    fix: `Let the server send the chain that came with its certificate, in place of an old one. ${fullChain(host)}`,
    goCause: goWords.issuerExpired(name, time, to),
  }
}

/** How one comes by a certificate that Exotel takes; a tunnel has one. */
function publicCertificate(host: string, facts: FixFacts): string {
  const how = isIP(host) > 0 ? '' : `; with certbot and nginx:\nsudo certbot --nginx -d ${host}`
  const tunnel = correctedUrl(facts)?.startsWith('wss:')
    ? `Or take the tunnel, which has one. ${useCorrectedUrl(facts)}`
    : 'Or start a tunnel, which has one:\nexostream serve --tunnel cloudflared'
  return `Get a certificate of a public authority, such as Let's Encrypt${how}\n${tunnel}`
}

function fullChain(host: string): string {
  return `In nginx, in Caddy, in exostream:\nssl_certificate /etc/letsencrypt/live/${host}/fullchain.pem;\ntls fullchain.pem privkey.pem\nexostream serve --tls-cert fullchain.pem --tls-key privkey.pem`
}
