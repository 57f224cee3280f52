import {DEFAULT_SAMPLE_RATE_HZ} from '../protocol/limits.js'
import {masked, withoutUserinfo} from '../stream/exotel/stream-url.js'
import type {FixFacts, Hop, Known, Role} from './check.js'
import {classOf, isAddress} from '../stream/written-url/address-class.js'
import {grammarMistake} from '../stream/written-url/grammar.js'
import {whyOwnName} from '../stream/written-url/own-names.js'
import {isPlaceholderHost, isUnfilled} from '../stream/written-url/placeholders.js'
import {isRateName, meantRateHz} from '../stream/written-url/rate-names.js'
import {hasBrokenUserinfo, readParts, type UrlParts} from '../stream/written-url/url-parts.js'

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

/**
 * The sentence of a fix that gives it, or says how to come by one; empty where that is the URL that was
 * given, and nothing else is left to do.
 */
export function useCorrectedUrl(facts: FixFacts): string {
  const url = correctedUrl(facts)
  if (url === undefined) return startTunnel(facts)
  const conditions = conditionsOf(facts)
  if (!isGiven(facts.hop, url)) return putUrl(facts, url, conditions)
  const text = conditions.join('; ')
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

/** The sentence of a fix that gives this URL, with what else has to be so; empty for the one that was given. */
export function putUrl(facts: FixFacts, url: string, conditions: readonly string[] = []): string {
  if (isGiven(facts.hop, url)) return ''
  const blanks = [
    ...(url.includes('//KEY:TOKEN@') ? ['KEY:TOKEN'] : []),
    ...(url.includes('=***') ? ['***'] : []),
  ]
  const own = blanks.length === 0 ? '' : `, with your own values for ${blanks.join(' and ')}`
  return `${[whereItGoes(facts, url) + own, ...conditions].join('; ')}:\n${url}`
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
  const port = keptPort(parts, target)
  const isSecure = change.isSecure ?? parts.isSecure ?? !target.isLocal
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
  if (url !== undefined) return putUrl(facts, url)
  if (correctedUrl(facts) !== undefined) return useCorrectedUrl(facts)
  const written =
    facts.hop.role === 'stream'
      ? `wss://, the bot's public host name, its path, ?sample-rate=${rateOf(partsOf(facts.hop)?.pairs ?? [])}`
      : 'https://, the public host name, the path'
  return `Write the URL anew: ${written}. ${startTunnel(facts)}`
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

/** Of one that cannot be a port, the usual one of the scheme; on this machine no bot has that. */
function keptPort(parts: UrlParts, {isLocal, defaultPort}: FixFacts['target']): string {
  const isMeant = isLocal && parts.port !== ''
  return usablePort(parts) || (isMeant ? String(defaultPort) : '')
}

/** The bot's own, where the URL says it: behind the usual one of TLS the bot itself has another. */
function namedPort(parts: UrlParts): string {
  const port = usablePort(parts)
  return parts.isSecure === true && port === '443' ? '' : port
}

/** Whether Exotel, or under --local this machine, could know such a host at all. */
function isDialable(host: string, isLocal: boolean): boolean {
  if (isPlaceholderHost(host)) return false
  if (isLocal) return true
  return isAddress(host) ? classOf(host) === 'public' : whyOwnName(host) === undefined
}

/** The port that the bot listens on, as far as the URL says. */
function portOf({target}: FixFacts, parts: UrlParts): string {
  const port = namedPort(parts)
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
  const tunnel = tunnelOrigin(facts)
  if (tunnel) return {isSecure: tunnel.protocol === 'https:', host: tunnel.host}
  const {publicAddress: address} = known
  if (address === undefined) return undefined
  return {isSecure: false, host: `${address.includes(':') ? `[${address}]` : address}:${port}`}
}

type Tunnel = {readonly name: string; readonly origin: URL; readonly port?: number}

/** The tunnels that have a URL. */
function usableTunnels({tunnels = []}: Known): readonly Tunnel[] {
  return tunnels.flatMap(({name, url, port}) =>
    url !== undefined && URL.canParse(url) && /^https?:/i.test(url)
      ? [{name, origin: new URL(url), ...(port === undefined ? {} : {port})}]
      : [],
  )
}

/** The one that leads to the port of the bot, else one of which that is not known to be wrong. */
function tunnelOrigin(facts: FixFacts): URL | undefined {
  const parts = partsOf(facts.hop) ?? NOTHING
  const port = Number(portOf(facts, parts))
  const isNamed = namedPort(parts) !== ''
  const tunnels = usableTunnels(facts.known)
  const found =
    tunnels.find((tunnel) => tunnel.port === port) ??
    tunnels.find((tunnel) => tunnel.port === undefined || !isNamed)
  return found?.origin
}

/** How to come by a way in, where there is none. */
function startTunnel(facts: FixFacts): string {
  const {hop, known, target} = facts
  const own = 'exostream serve --tunnel cloudflared'
  if (target.kind === 'serve') {
    return `Start it with a tunnel, whose URL Exotel can reach; this prints the whole URL for the applet:\n${own}`
  }
  const [listener] = known.listeners ?? []
  const port = namedPort(partsOf(hop) ?? NOTHING) || String(listener?.port ?? target.defaultPort)
  const elsewhere = usableTunnels(known).find((tunnel) => tunnel.port !== undefined)
  const leads =
    elsewhere === undefined
      ? ''
      : `The ${elsewhere.name} tunnel ${elsewhere.origin.host} leads to port ${String(elsewhere.port)}, not to ${port}. `
  const goes = {stream: 'the applet', dynamic: 'the applet', passthru: 'the Passthru applet'}[
    hop.role
  ]
  return `${leads}Start a tunnel to the bot, and put the name that it gets into the URL in ${goes}:\ncloudflared tunnel --url http://127.0.0.1:${port}\nOr, with a bot of exostream, which prints the whole URL:\n${own}`
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

function whereItGoes({target, hop}: FixFacts, url: string): string {
  if (hop.role === 'stream' && target.dynamic !== undefined) {
    return 'Let the dynamic URL answer with this URL'
  }
  if (target.isLocal || isLoopback(new URL(url).hostname)) return 'Try this URL'
  return hop.role === 'passthru'
    ? 'Put this URL into the Passthru applet'
    : 'Put this URL into the applet'
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || (isAddress(host) && classOf(host) === 'loopback')
}

/** What a URL is read with all the same, and what is not the same URL once it is written well. */
const ODD = /[#|^"`]/

/** Whether it is what was asked about, but for the order of its query. */
function isGiven({text = '', role}: Hop, url: string): boolean {
  if (ODD.test(text)) return false
  if (!URL.canParse(text) || grammarMistake(text, role) !== undefined) return false
  return sorted(text) === sorted(url)
}

/** For comparing two: what is secret in them is not looked at. */
function sorted(text: string): string {
  const url = new URL(masked(text))
  if (url.username !== '' || url.password !== '') {
    url.username = 'KEY'
    url.password = 'TOKEN'
  }
  url.searchParams.sort()
  return url.href
}

/** What else has to be so for a bare public address to let a call in. */
function conditionsOf(facts: FixFacts): readonly string[] {
  const {known, target, hop} = facts
  const port = portOf(facts, partsOf(hop) ?? NOTHING)
  if (target.isLocal || tunnelOrigin(facts)) return []
  return known.isBehindNat === true
    ? [`the router has to forward port ${port} to this machine first`]
    : [`it was not tried from outside, so let port ${port} in at the firewall`]
}
