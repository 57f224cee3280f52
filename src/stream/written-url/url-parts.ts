import {isIP} from 'node:net'

/** A URL's text taken apart without judging it, so that one that is not well formed has parts, too. */
export type UrlParts = {
  /** Whether a scheme with TLS was meant; undefined where there is none. */
  readonly isSecure?: boolean
  /** Before the `@`; may be a secret. */
  readonly userinfo?: string
  /** As it is written; IPv6 in brackets. */
  readonly host: string
  /** As it is written, without the colon. */
  readonly port: string
  /** From its first slash; empty where there is none. */
  readonly path: string
  /** Each as `name=value`, as it is written. */
  readonly pairs: readonly string[]
  /** Behind the host is an `@`, too: of the path, or the end of a token that breaks the URL in two. */
  readonly hasLaterAt: boolean
}

/** Characters that are seen by nobody, or look like a plain space; a plain space is not among them. */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0\u2000-\u200a\u202f\u205f\u3000]/gu
const AROUND = /^[\s"'`“”‘’«»]+|[\s"'`“”‘’«»]+$/g
/** One scheme or several, also with a slip: `wss//`, `wss:/`, `wss:host`. */
const SCHEMES =
  /^(?:[a-z][a-z\d+.-]*:\/\/+|(?:wss?|https?)(?:\/\/+|:\/|:(?!\d)))(?:(?:wss?|https?)(?::\/+|\/\/+))*/i

/** No server takes a longer one, and what a dynamic URL answers is hostile. */
const MOST_CHARACTERS = 8192

export function readParts(text: string): UrlParts {
  const cleaned = text
    .slice(0, MOST_CHARACTERS)
    .replace(UNSEEN, '')
    .replace(AROUND, '')
    .replaceAll('\\', '/')
  const scheme = SCHEMES.exec(cleaned)?.[0] ?? ''
  const [, authority = '', path = '', query = ''] =
    /^([^/?#]*)([^?#]*)(?:\?([^#]*))?/.exec(cleaned.slice(scheme.length)) ?? []
  const at = authority.lastIndexOf('@')
  return {
    ...(scheme === '' ? {} : {isSecure: /wss|https/i.test(scheme)}),
    ...(at === -1 ? {} : {userinfo: authority.slice(0, at)}),
    ...hostAndPort(authority.slice(at + 1)),
    path,
    pairs: query.split('&').filter((pair) => pair !== ''),
    hasLaterAt: cleaned.lastIndexOf('@') >= scheme.length + authority.length,
  }
}

/** Whether a key or token seems to hold a `/`, `?` or `#` as it is, so that it breaks the URL in two. */
export function hasBrokenUserinfo({host, port, hasLaterAt}: UrlParts): boolean {
  // A path may have an @, too: but then a whole host stands before it.
  const isHost = /[.[]/.test(host) || host === 'localhost'
  return hasLaterAt && !(isHost && /^\d*$/.test(port))
}

function hostAndPort(text: string): Pick<UrlParts, 'host' | 'port'> {
  if (isIP(text) === 6) return {host: `[${text}]`, port: ''}
  const [, host = text, port = ''] = /^(\[[^\]]*\]|[^:]*):([^:]*)$/.exec(text) ?? []
  return {host, port}
}
