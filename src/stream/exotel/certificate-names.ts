import {isIP, SocketAddress} from 'node:net'

import {goWords} from './go-words.js'

/** What a certificate says whom it is for. */
type CertificateNames = {
  readonly hosts: readonly string[]
  readonly addresses: readonly string[]
  /** Of the subject; no name to Go, only told when it would have been one once. */
  readonly commonName?: string
}

/** Go tells no more of them. */
const MANY = 100

/** As Node and OpenSSL write them: `DNS:bot.example, IP Address:192.0.2.1`. */
export function readNames(subjectAltName = '', commonName?: string): CertificateNames {
  const entries = subjectAltName.split(', ')
  const after = (kind: string) =>
    entries.filter((entry) => entry.startsWith(kind)).map((entry) => entry.slice(kind.length))
  return {
    hosts: after('DNS:'),
    addresses: after('IP Address:').map(shortened),
    ...(commonName === undefined ? {} : {commonName}),
  }
}

/** What Go says of a certificate that is for somebody else (crypto/x509/verify.go, HostnameError). */
export function wrongHostWords(names: CertificateNames, host: string): string {
  const {hosts, addresses, commonName} = names
  const isNameless = hosts.length + addresses.length === 0
  if (isNameless && commonName?.toLowerCase() === host.toLowerCase())
    return goWords.onlyCommonName()
  const isAddress = isIP(host) !== 0
  if (isAddress && addresses.length === 0) return goWords.noAddressInCertificate(host)
  const candidates = isAddress ? addresses : hosts
  if (candidates.length >= MANY) {
    const kind = isAddress ? 'IP SANs' : 'names'
    return goWords.noneOfMany(`${String(candidates.length)} ${kind}`, host)
  }
  return candidates.length === 0
    ? goWords.noNames(host)
    : goWords.wrongHost(candidates.join(', '), host)
}

/** OpenSSL writes an IPv6 address in full: 0:0:0:0:0:0:0:1. */
function shortened(address: string): string {
  if (isIP(address) !== 6) return address
  return new SocketAddress({address, family: 'ipv6'}).address
}
