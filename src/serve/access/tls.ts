import {createPrivateKey, type KeyObject, X509Certificate} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {createSecureContext} from 'node:tls'

import type {Clock} from '../../clock.js'
import {ExostreamError} from '../../errors.js'

export type TlsFiles = {
  /** The certificate, with its chain behind it. */
  readonly certPath?: string | undefined
  readonly keyPath?: string | undefined
}

export type Tls = {
  readonly cert: Buffer
  readonly key: Buffer
  /** What keeps Exotel from calling although it works; one sentence each. */
  readonly notes: readonly string[]
}

/**
 * The certificate and the key of wss://, known to belong together; undefined when neither is named.
 * @throws ExostreamError EXO_TLS_FILES
 */
export async function readTls(files: TlsFiles, clock: Clock): Promise<Tls | undefined> {
  const {certPath, keyPath} = files
  if (certPath === undefined && keyPath === undefined) return undefined
  if (certPath === undefined) throw wrong('--tls-key needs --tls-cert beside it.')
  if (keyPath === undefined) throw wrong('--tls-cert needs --tls-key beside it.')
  const [cert, key] = [await read(certPath), await read(keyPath)]
  const certificate = asCertificate(cert, certPath)
  if (!certificate.checkPrivateKey(asPrivateKey(key, keyPath))) {
    throw wrong(`The key in ${keyPath} is not the one of the certificate in ${certPath}.`)
  }
  try {
    createSecureContext({cert, key})
  } catch (cause) {
    throw wrong(`TLS cannot be spoken with ${certPath} and ${keyPath}: ${wordsOf(cause)}.`, cause)
  }
  return {cert, key, notes: notesOn(certificate, {certPath, clock})}
}

async function read(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    throw wrong(`${path} could not be read.`, cause)
  })
}

function asCertificate(pem: Buffer, path: string): X509Certificate {
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    throw wrong(`There is no certificate in ${path}: it has no "BEGIN CERTIFICATE" line.`)
  }
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw wrong(`The certificate in ${path} cannot be read.`, cause)
  }
}

function asPrivateKey(pem: Buffer, path: string): KeyObject {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem.toString('latin1'))) {
    throw wrong(`There is no key in ${path}: it has no "BEGIN PRIVATE KEY" line.`)
  }
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    const isLocked = pem.includes('ENCRYPTED')
    throw wrong(
      isLocked
        ? `The key in ${path} is locked with a passphrase, and there is no one to ask for it.`
        : `The key in ${path} cannot be read.`,
      cause,
    )
  }
}

function notesOn(
  certificate: X509Certificate,
  {certPath, clock}: {certPath: string; clock: Clock},
): readonly string[] {
  const {validFrom, validTo, issuer, subject} = certificate
  const now = clock.wallNow().getTime()
  const notes: string[] = []
  if (now > Date.parse(validTo)) {
    notes.push(`The certificate in ${certPath} expired on ${validTo}: Exotel will not call.`)
  }
  if (now < Date.parse(validFrom)) {
    notes.push(
      `The certificate in ${certPath} is valid from ${validFrom}: Exotel will not call before.`,
    )
  }
  if (issuer === subject) {
    notes.push(
      `The certificate in ${certPath} signs itself: Exotel wants one that a public CA signed.`,
    )
  }
  return notes
}

function wordsOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

function wrong(message: string, cause?: unknown): ExostreamError {
  return new ExostreamError('EXO_TLS_FILES', message, {cause})
}
