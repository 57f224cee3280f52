import {usableUrl} from '../../flow/print/settings/usable-url.js'
import {shownUrl} from '../../stream/written-url/shown-url.js'
import type {findServe} from '../../workspace.js'

type FoundServe = NonNullable<Awaited<ReturnType<typeof findServe>>>

/** What the `serve` of this folder says of a flow that leads to it. */
export type KnownOfServe = {
  /** For the applet, without the rate that serve suggests: a flag may want another. Absent without a public name. */
  readonly url?: string
  /** Where it answers a Passthru; its URL is absent without a public name. */
  readonly passthru: {readonly url?: string}
  /** How it is called, safe to print: the public URL, or the one of this machine. */
  readonly shown: string
  readonly asksCredentials: boolean
}

export function knownOfServe({url, publicUrl, ...serve}: FoundServe): KnownOfServe {
  const asksCredentials = serve.asksCredentials === true
  const shown = shownUrl(publicUrl ?? url)
  if (publicUrl === undefined || !('url' in usableUrl(publicUrl, 'stream'))) {
    return {passthru: {}, shown, asksCredentials}
  }
  const passthru = {url: passthruBeside(publicUrl)}
  return {url: publicUrl.replace(/\?.*$/s, ''), passthru, shown, asksCredentials}
}

/** Beside its streams, behind the same prefix of a proxy. */
function passthruBeside(publicUrl: string): string {
  const {protocol, host, pathname} = new URL(publicUrl)
  const prefix = pathname.endsWith('/media') ? pathname.slice(0, -'/media'.length) : ''
  return `${protocol === 'wss:' ? 'https' : 'http'}://${host}${prefix}/passthru`
}
