import type {X509Certificate} from 'node:crypto'
import {isIP} from 'node:net'

import {printable} from '../../../report/text/plain.js'
import type {TlsSeen} from './peek-tls.js'

/** What is wrong with what a server showed. */
export type CertificateFault =
  | {readonly kind: 'none-sent'}
  | {readonly kind: 'expired' | 'not-yet-valid'}
  | {readonly kind: 'wrong-host'}
  | {readonly kind: 'self-signed'}
  | {readonly kind: 'wrong-use'}
  | {readonly kind: 'issuer-out-of-date'; readonly issuer: X509Certificate}
  /** Nobody here knows the issuer, and the server did not send it. */
  | {readonly kind: 'missing-intermediate'; readonly issuer: string; readonly issuerUrl: string}
  | {readonly kind: 'unknown-authority'; readonly issuer: string; readonly isIssuerSent: boolean}

type Judging = {readonly host: string; readonly now: Date}

/** In the order in which Go looks (crypto/x509/verify.go): dates, the name, the authority, the use. */
export function faultOf(
  {certificates, untrusted}: TlsSeen,
  {host, now}: Judging,
): CertificateFault | undefined {
  const [leaf] = certificates
  if (!leaf) return {kind: 'none-sent'}
  const dates = datesFault(leaf, now)
  if (dates) return {kind: dates}
  if (!isFor(leaf, host)) return {kind: 'wrong-host'}
  if (untrusted === undefined) return undefined
  return chainFault(leaf, certificates, {untrusted, now})
}

export function datesFault(
  {validFrom, validTo}: X509Certificate,
  now: Date,
): 'expired' | 'not-yet-valid' | undefined {
  if (now.getTime() > Date.parse(validTo)) return 'expired'
  return now.getTime() < Date.parse(validFrom) ? 'not-yet-valid' : undefined
}

/** Go asks the alternative names alone. */
function isFor(leaf: X509Certificate, host: string): boolean {
  if (isIP(host) > 0) return leaf.checkIP(host) !== undefined
  return leaf.checkHost(host, {subject: 'never', partialWildcards: false}) !== undefined
}

type Distrust = {readonly untrusted: string; readonly now: Date}

function chainFault(
  leaf: X509Certificate,
  sent: readonly X509Certificate[],
  {untrusted, now}: Distrust,
): CertificateFault {
  const chain = chainFrom(leaf, sent)
  const last = chain.at(-1) ?? leaf
  const issuer = chain.slice(1).find((one) => datesFault(one, now) !== undefined)
  if (issuer) return {kind: 'issuer-out-of-date', issuer}
  return untrusted === 'INVALID_PURPOSE' ? {kind: 'wrong-use'} : authorityFault(leaf, last)
}

function authorityFault(leaf: X509Certificate, last: X509Certificate): CertificateFault {
  if (last.checkIssued(last)) {
    return last === leaf
      ? {kind: 'self-signed'}
      : {kind: 'unknown-authority', issuer: nameOf(last.issuer), isIssuerSent: true}
  }
  const issuer = nameOf(last.issuer)
  const issuerUrl = issuerUrlOf(last)
  // Who says where its issuer is to be had belongs to an authority that has intermediates.
  return last === leaf && issuerUrl !== undefined
    ? {kind: 'missing-intermediate', issuer, issuerUrl}
    : {kind: 'unknown-authority', issuer, isIssuerSent: false}
}

/** From the leaf up, as far as what was sent goes; servers send them in any order. */
function chainFrom(
  leaf: X509Certificate,
  sent: readonly X509Certificate[],
): readonly X509Certificate[] {
  const chain = [leaf]
  for (let last = leaf; chain.length <= sent.length;) {
    const issuer = sent.find((one) => !chain.includes(one) && last.checkIssued(one))
    if (!issuer) break
    chain.push(issuer)
    last = issuer
  }
  return chain
}

/** By what one would call the owner of a distinguished name; safe to print. */
export function nameOf(distinguishedName: string): string {
  const parts = new Map(
    distinguishedName.split('\n').map((line) => {
      const at = line.indexOf('=')
      return [line.slice(0, at), line.slice(at + 1)] as const
    }),
  )
  const name = parts.get('CN') ?? parts.get('O') ?? distinguishedName
  return printable(name).slice(0, 80)
}

/** Where the issuer's certificate is to be had (RFC 5280, section 4.2.2.1); never asked. */
function issuerUrlOf({infoAccess}: X509Certificate): string | undefined {
  const url = /^CA Issuers - URI:(\S{1,200})$/m.exec(infoAccess ?? '')?.[1]
  return url === undefined ? undefined : printable(url)
}

/** In the form in which Go prints a time. */
export function goTime(time: Date | string): string {
  const atMs = new Date(time).getTime()
  return Number.isNaN(atMs) ? 'an unknown time' : `${new Date(atMs).toISOString().slice(0, 19)}Z`
}
