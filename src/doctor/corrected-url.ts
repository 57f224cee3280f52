import {DEFAULT_SAMPLE_RATE_HZ} from '../protocol/limits.js'
import {masked, withoutUserinfo} from '../stream/exotel/stream-url.js'
import type {FixFacts, Hop, Known, Role} from './check.js'
import {classOf, isAddress} from './host/address-class.js'
import {grammarMistake} from './url/grammar.js'
import {whyOwnName} from './url/own-names.js'
import {isPlaceholderHost, isUnfilled} from './url/placeholders.js'
import {isRateName, meantRateHz} from './url/rate-names.js'
import {hasBrokenUserinfo, readParts, type UrlParts} from './url/url-parts.js'

/**
 * The whole URL that belongs into the applet: a tunnel or public address that was found, the port, the
 * path and the sample rate. Undefined where no way in from outside is known.
 */
export function correctedUrl(facts: FixFacts): string | undefined {
  const {hop} = facts
  const parts = partsOf(hop) ?? NOTHING
  const origin = wayIn(facts, parts)
  const path = parts.path === '' ? USUAL_PATH[hop.role] : parts.path
  return origin && compose(hop.role, {...parts, path}, origin)
}

/** The sentence of a fix that gives it, or says how to come by one. */
export function useCorrectedUrl(facts: FixFacts): string {
  const url = correctedUrl(facts)
  return url === undefined
    ? 'Start a tunnel, whose URL Exotel can reach; this prints the whole URL for the applet:\nexostream serve --tunnel cloudflared'
    : `${[putUrl(facts, url), ...conditionsOf(facts)].join('; ')}:\n${url}`
}

type Change = {
  readonly isSecure?: boolean
  readonly hasCredentials?: boolean
  /** Only so many of its own parameters. */
  readonly mostParameters?: number
}

/**
 * The same URL without the mistakes of its writing: scheme, rate, leftovers of a template. Undefined
 * where its host is none that could be dialled.
 */
function mendedUrl({hop, target}: FixFacts, change: Change = {}): string | undefined {
  const parts = partsOf(hop)
  if (!parts || !isDialable(parts.host, target.isLocal)) return undefined
  const port = usablePort(parts)
  const isSecure = change.isSecure ?? parts.isSecure ?? true
  const kept = {
    ...parts,
    ...(change.hasCredentials === false ? {userinfo: ''} : {}),
    pairs: fewer(parts.pairs, change.mostParameters ?? Infinity),
  }
  const url = compose(hop.role, kept, {isSecure, host: parts.host + (port && `:${port}`)})
  return url === undefined || grammarMistake(url, hop.role) !== undefined ? undefined : url
}

/** The sentence of a fix that gives the mended URL, or else the corrected one, or says how to write it. */
export function useMendedUrl(facts: FixFacts, change: Change = {}): string {
  const url = mendedUrl(facts, change)
  if (url !== undefined) return `${putUrl(facts, url)}:\n${url}`
  if (correctedUrl(facts) !== undefined) return useCorrectedUrl(facts)
  const written =
    facts.hop.role === 'stream'
      ? `wss://, the bot's public host name, its path, ?sample-rate=${rateOf(partsOf(facts.hop)?.pairs ?? [])}`
      : 'https://, the public host name, the path'
  return `Write the URL anew: ${written}. A tunnel prints one that is ready to copy:\nexostream serve --tunnel cloudflared`
}

/** Where `serve` takes a stream, answers for a dynamic URL, and takes a Passthru. */
const USUAL_PATH: Readonly<Record<Role, string>> = {
  stream: '/media',
  dynamic: '/media',
  passthru: '/passthru',
}

const NOTHING: UrlParts = {host: '', port: '', path: '', pairs: [], hasLaterAt: false}

function partsOf({text}: Hop): UrlParts | undefined {
  if (text === undefined) return undefined
  // What stands before the last @ is then cut in two by its own characters, and secret.
  const parts = readParts(text)
  return hasBrokenUserinfo(parts) || (parts.hasLaterAt && parts.userinfo !== undefined)
    ? {...readParts(withoutUserinfo(text)), userinfo: 'KEY:TOKEN'}
    : parts
}

function usablePort({port}: UrlParts): string {
  return /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535 ? port : ''
}

/** Whether Exotel, or under --local this machine, could know such a host at all. */
function isDialable(host: string, isLocal: boolean): boolean {
  if (isPlaceholderHost(host)) return false
  if (isLocal) return true
  return isAddress(host) ? classOf(host) === 'public' : whyOwnName(host) === undefined
}

/** The port that the bot listens on, as far as the URL says. */
function portOf({target}: FixFacts, parts: UrlParts): string {
  const port = usablePort(parts)
  if (port !== '') return port
  const isBare = parts.isSecure === false && !isPlaceholderHost(parts.host)
  return isBare ? '80' : String(target.defaultPort)
}

type Origin = {
  readonly isSecure: boolean
  /** With its port, where it needs one. */
  readonly host: string
}

/** Where a call could come in: this machine itself under --local, a tunnel, or the public address. */
function wayIn(facts: FixFacts, parts: UrlParts): Origin | undefined {
  const {known, target} = facts
  const port = portOf(facts, parts)
  if (target.isLocal) return {isSecure: false, host: `127.0.0.1:${port}`}
  const tunnel = tunnelOrigin(known, port)
  if (tunnel) return {isSecure: tunnel.protocol === 'https:', host: tunnel.host}
  const {publicAddress: address} = known
  if (address === undefined) return undefined
  return {isSecure: false, host: `${address.includes(':') ? `[${address}]` : address}:${port}`}
}

/** Of the tunnels with a URL the one that leads to the port, else the first. */
function tunnelOrigin({tunnels = []}: Known, port: string): URL | undefined {
  const usable = tunnels.flatMap(({url, port: itsPort}) =>
    url !== undefined && URL.canParse(url) && /^https?:/i.test(url)
      ? [{origin: new URL(url), port: String(itsPort)}]
      : [],
  )
  return (usable.find((tunnel) => tunnel.port === port) ?? usable[0])?.origin
}

function compose(role: Role, parts: UrlParts, {isSecure, host}: Origin): string | undefined {
  const scheme = (role === 'stream' ? 'ws' : 'http') + (isSecure ? 's' : '')
  const userinfo = parts.userinfo ? 'KEY:TOKEN@' : ''
  const path = parts.path
    .split('/')
    .filter((segment) => !isUnfilled(segment))
    .join('/')
    .replace(/%(?![\da-f]{2})/gi, '%25')
  const query = queryOf(role, parts.pairs)
  const text = `${scheme}://${userinfo}${host}${path}${query === '' ? '' : `?${query}`}`
  return URL.canParse(text) ? masked(new URL(text).href) : undefined
}

/** The pairs as they are, and before them the rate under its right name, where one belongs. */
function queryOf(role: Role, pairs: readonly string[]): string {
  const filled = pairs.filter((pair) => !isUnfilled(pair))
  if (role !== 'stream') return filled.join('&')
  const own = filled.filter((pair) => !isRateName(...nameAndValue(pair)))
  return [`sample-rate=${rateOf(filled)}`, ...own].join('&')
}

/** The rate that is meant, in Hz. */
function rateOf(pairs: readonly string[]): number {
  const rate = pairs.find((pair) => isRateName(...nameAndValue(pair)))
  return rate === undefined ? DEFAULT_SAMPLE_RATE_HZ : meantRateHz(nameAndValue(rate)[1])
}

function fewer(pairs: readonly string[], most: number): readonly string[] {
  const own = pairs.filter((pair) => !isRateName(...nameAndValue(pair)))
  return pairs.filter((pair) => !own.includes(pair) || own.indexOf(pair) < most)
}

function nameAndValue(pair: string): [string, string] {
  const [[name, value] = ['', '']] = new URLSearchParams(pair)
  return [name, value]
}

function putUrl({target, hop}: FixFacts, url: string): string {
  const where = {
    stream:
      target.dynamic === undefined
        ? 'Put this URL into the applet'
        : 'Let the dynamic URL answer with this URL',
    dynamic: 'Put this URL into the applet',
    passthru: 'Put this URL into the Passthru applet',
  }[hop.role]
  const blanks = [
    ...(url.includes('//KEY:TOKEN@') ? ['KEY:TOKEN'] : []),
    ...(url.includes('=***') ? ['***'] : []),
  ]
  const own = blanks.length === 0 ? '' : `, with your own values for ${blanks.join(' and ')}`
  return (target.isLocal ? 'Try this URL' : where) + own
}

/** What else has to be so for a bare public address to let a call in. */
function conditionsOf(facts: FixFacts): readonly string[] {
  const {known, target, hop} = facts
  const port = portOf(facts, partsOf(hop) ?? NOTHING)
  if (target.isLocal || tunnelOrigin(known, port)) return []
  return known.isBehindNat === true
    ? [`the router has to forward port ${port} to this machine first`]
    : [`it was not tried from outside, so let port ${port} in at the firewall`]
}
