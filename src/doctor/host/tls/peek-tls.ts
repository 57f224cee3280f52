import type {X509Certificate} from 'node:crypto'
import {isIP} from 'node:net'
import {connect, type ConnectionOptions, type TLSSocket} from 'node:tls'

import type {Clock} from '../../../clock.js'
import {printable} from '../../../report/text/plain.js'
import {USER_AGENT} from '../../../stream/exotel/dial.js'
import {withPort} from '../../endpoint.js'

/** What a server shows of itself before anything of the call is said. */
export type TlsPeek =
  | TlsSeen
  /** The handshake came to no good end. */
  | {readonly kind: 'broken'; readonly code: string; readonly words: string}
  | {readonly kind: 'late'; readonly words: string}

export type TlsSeen = {
  readonly kind: 'seen'
  /** As they were sent, that of the server itself first. */
  readonly certificates: readonly X509Certificate[]
  /** Why they lead to no authority, as Node calls it; judged by the clock of this machine. */
  readonly untrusted?: string
  /** `TLSv1.3` */
  readonly protocol: string
  readonly cipher: string
  /** How far the clock of this machine is ahead of that of the server, when it told its time. */
  readonly aheadMs?: number
  /** What the server said to the first words after the handshake, when that was an end. */
  readonly refusal?: {readonly code: string; readonly words: string}
}

export type PeekOptions = {
  /** What is dialled. */
  readonly address: string
  readonly port: number
  /** What the certificate has to be for. */
  readonly host: string
  readonly ca?: readonly string[] | undefined
  readonly clock: Clock
  readonly signal: AbortSignal
  /** How long the server is heard after the handshake. */
  readonly hearMs: number
  /** Speaks what Exotel does not: TLS 1.0 and 1.1. */
  readonly isOld?: boolean
}

export const HANDSHAKE_LIMIT_MS = 5000

const LATE: TlsPeek = {
  kind: 'late',
  words: `no end of the handshake within ${String(HANDSHAKE_LIMIT_MS / 1000)} s`,
}

const MAX_HEAD_BYTES = 8192
/** A chain has two or three. */
const MOST_CERTIFICATES = 10

/** One handshake that takes any certificate, and a request for nothing; rejects only when the signal aborts. */
export function peekTls(options: PeekOptions): Promise<TlsPeek> {
  const {clock, signal, hearMs} = options
  const done = new AbortController()
  const waiting = AbortSignal.any([signal, done.signal])
  return new Promise((resolve, reject) => {
    let seen: TlsSeen | undefined
    const socket = connect(connectionOf(options))
    const settle = (peek: TlsPeek) => {
      done.abort()
      socket.destroy()
      resolve(peek)
    }
    const wait = (ms: number, then: () => void) => {
      clock.sleepUntil(clock.now() + ms, waiting).then(then, () => {
        if (done.signal.aborted) return
        socket.destroy()
        reject(signal.reason as Error)
      })
    }
    // Not `once`: a socket may have more than one thing to say before it is gone.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const failure = {code: error.code ?? '', words: wordsOf(error)}
      settle(seen ? {...seen, refusal: failure} : {kind: 'broken', ...failure})
    })
    socket.once('secureConnect', () => {
      const whole = handshakeOf(socket)
      seen = whole
      hearHead(socket, (head) => {
        settle({...whole, ...aheadOf(head, clock.wallNow())})
      })
      socket.write(requestOf(options))
      wait(hearMs, () => {
        settle(whole)
      })
    })
    wait(HANDSHAKE_LIMIT_MS, () => {
      if (!seen) settle(LATE)
    })
  })
}

function connectionOf({address, port, host, ca, isOld = false}: PeekOptions): ConnectionOptions {
  return {
    host: address,
    port,
    rejectUnauthorized: false,
    // The names are judged as Go does it, which no longer looks at the common name.
    checkServerIdentity: () => undefined,
    ...(isIP(host) === 0 ? {servername: host} : {}),
    ...(ca === undefined ? {} : {ca: [...ca]}),
    ...(isOld
      ? // OpenSSL 3 has the old versions at no higher level of security.
        {minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0'}
      : {minVersion: 'TLSv1.2'}),
  }
}

function handshakeOf(socket: TLSSocket): TlsSeen {
  const certificates: X509Certificate[] = []
  // Asked for once: each further time Node leaves the first of the chain out.
  let next: CertificateInChain | undefined = socket.getPeerX509Certificate()
  while (next && certificates.length < MOST_CERTIFICATES) {
    certificates.push(next)
    next = next.issuerCertificate
  }
  return {
    kind: 'seen',
    certificates,
    ...(socket.authorized ? {} : {untrusted: codeOf(socket.authorizationError)}),
    protocol: socket.getProtocol() ?? 'TLS',
    cipher: socket.getCipher().name,
  }
}

/** A request for nothing. */
function requestOf({host, port}: PeekOptions): string {
  return `HEAD / HTTP/1.1\r\nHost: ${withPort(host, port)}\r\nUser-Agent: ${USER_AGENT}\r\nConnection: close\r\n\r\n`
}

/** As Node has it since 15.9, before its types did. */
type CertificateInChain = X509Certificate & {
  readonly issuerCertificate?: X509Certificate | undefined
}

/** Node gives a code; its types say that it is an error. */
function codeOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Hears until the head of the answer is whole, or there is no more. */
function hearHead(socket: TLSSocket, heard: (head: string) => void): void {
  let head = ''
  socket.on('data', (part: Buffer) => {
    head += part.toString('latin1')
    if (head.includes('\r\n\r\n') || head.length > MAX_HEAD_BYTES) heard(head)
  })
  socket.once('close', () => {
    heard(head)
  })
}

/** By the server's Date; what a cache has kept for some time says so in Age (RFC 9111, section 5.1). */
function aheadOf(head: string, now: Date): {readonly aheadMs?: number} {
  const value = (name: string) =>
    new RegExp(`^${name}:[ \\t]*([^\\r\\n]{1,40})`, 'im').exec(head)?.[1] ?? ''
  const dateMs = Date.parse(value('date'))
  const ageSeconds = Number(value('age'))
  if (Number.isNaN(dateMs) || Number.isNaN(ageSeconds)) return {}
  return {aheadMs: now.getTime() - dateMs - ageSeconds * 1000}
}

/** OpenSSL's words, without its numbers and the place in its sources. */
function wordsOf({message}: Error): string {
  const words = message
    .replace(/^(?:[\dA-F]+:error:)?[\dA-F]{8}:/, '')
    .replace(/:[^:]*\.c:\d+:/, ': ')
  return printable(words).trim().replace(/:$/, '').slice(0, 200)
}
