import {ExostreamError} from '../errors.js'
import {withoutUserinfo} from '../stream/exotel/stream-url.js'
import type {Peer} from './http.js'

/** How this server is called from outside. */
export type PublicUrl = {
  /** The scheme, the host and, where there is one, the path prefix: wss://bot.example.com/eu */
  readonly base: string
  readonly source: 'option' | 'tunnel' | 'forwarded' | 'host'
  /** Nobody said that it can be reached from outside: it is what the client itself called. */
  readonly isLocal: boolean
}

type Known = {
  /** As `readPublicUrl` gave it. */
  readonly publicUrl: string | undefined
  /** The https origin of the running tunnel. */
  readonly tunnelUrl: string | undefined
  readonly peer: Peer
  /** Where this server listens, for a client that sent no usable Host. */
  readonly port: number
}

/**
 * The value of `--public-url` as the base of stream URLs.
 * @throws ExostreamError EXO_USAGE when it is no origin with, at most, a path
 */
export function readPublicUrl(text: string): string {
  const {base, mistake} = readBase(text)
  if (base !== undefined) return base
  const shown = JSON.stringify(withoutUserinfo(text).split(/[?#]/, 1)[0]?.slice(0, 200))
  throw new ExostreamError(
    'EXO_USAGE',
    `The public URL ${shown} ${mistake}; give it as in https://bot.example.com.`,
  )
}

export function publicUrlOf({publicUrl, tunnelUrl, peer, port}: Known): PublicUrl {
  if (publicUrl !== undefined) return {base: publicUrl, source: 'option', isLocal: false}
  const tunnel = tunnelUrl === undefined ? undefined : readBase(tunnelUrl).base
  if (tunnel !== undefined) return {base: tunnel, source: 'tunnel', isLocal: false}
  const scheme = peer.isSecure ? 'wss' : 'ws'
  const {host} = peer
  if (host !== undefined && peer.isForwarded) {
    return {base: `${scheme}://${host}`, source: 'forwarded', isLocal: false}
  }
  const base = `${scheme}://${host ?? `127.0.0.1:${port}`}`
  return {base, source: 'host', isLocal: true}
}

type Base =
  | {readonly base: string; readonly mistake?: never}
  | {readonly base?: never; readonly mistake: string}

const STREAM_SCHEMES: ReadonlyMap<string, string> = new Map([
  ['http:', 'ws:'],
  ['https:', 'wss:'],
  ['ws:', 'ws:'],
  ['wss:', 'wss:'],
])

function readBase(text: string): Base {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const scheme = url && STREAM_SCHEMES.get(url.protocol)
  if (!url || scheme === undefined) return {mistake: 'is not an https:// or wss:// URL'}
  const extra = [
    ...(url.username === '' && url.password === '' ? [] : ['credentials']),
    ...(text.includes('?') ? ['a query'] : []),
    ...(text.includes('#') ? ['a fragment'] : []),
  ]
  if (extra.length > 0) return {mistake: `has ${extra.join(' and ')}, which cannot be passed on`}
  return {base: `${scheme}//${url.host}${url.pathname.replace(/\/+$/, '')}`}
}
