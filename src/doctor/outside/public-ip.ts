import {printable} from '../../report/text/plain.js'
import type {Check, CheckContext, CheckResult, Fix, Known} from '../check.js'
import {useCorrectedUrl} from '../corrected-url.js'
import {portOf} from '../endpoint.js'
import {ownAddresses} from '../host/network.js'
import {isIpv4, readAddress} from './asking/addresses.js'
import {cloudTitle} from './clouds.js'
import {type Standing, standingOf} from './standing.js'
import {askPublicAddress, type Saying} from './asking/public-address.js'
import {forwarding, onlyTunnel, toBeForwarded} from './way-in.js'

export const publicIpCheck: Check = {
  id: 'public-ip',
  title: 'The public address of this machine is known',
  group: 'machine',
  roles: 'machine',
  needs: [],
  // The cloud tells an address translation of its own from a router.
  after: ['network', 'address', 'cloud'],
  limitMs: 5000,
  run: findPublicAddress,
}

async function findPublicAddress(context: CheckContext): Promise<CheckResult> {
  const {world, signal} = context
  const reason = whyNotAsked(context)
  if (reason !== undefined) return {status: 'skip', summary: reason, mayGoOn: true}
  const sayings = await askPublicAddress({...world, signal})
  const standing = standingOf(sayings, world)
  if (!standing) {
    const summary = 'nobody told the public address of this machine'
    return {status: 'skip', summary, detail: wordsOfAll(sayings)}
  }
  const isHere = leadsHere(standing, context)
  const found = isHere === undefined ? {} : {isHere}
  const seen = {...context, hop: {...context.hop, ...found}}
  const detail = [...pointing(standing, seen), ...disagreement(standing), wordsOfAll(sayings)]
  return {...judge(standing, seen), detail: detail.join('\n'), known: knownOf(standing), hop: found}
}

function whyNotAsked({target, known, world}: CheckContext): string | undefined {
  const {stun, addressUrls, addressNames} = world.providers
  if (target.isLocal) return 'not checked with --local: it only matters from outside'
  if (target.isOffline) return 'not checked with --offline: nobody is asked for the public address'
  if (known.isOffline) return 'not checked: this machine has no network'
  const isNobody = stun.length + addressUrls.length + addressNames.length === 0
  return isNobody ? 'not checked: no provider of the public address is configured' : undefined
}

/** Behind carrier-grade NAT no address is told to the others: none that is known leads in. */
function knownOf({nat, publicAddress}: Standing): Partial<Known> {
  return nat === 'carrier' ? {isBehindNat: true} : {publicAddress, isBehindNat: nat === 'router'}
}

/** Undefined where it is not known: an address of the other family may be anybody's. */
function leadsHere(standing: Standing, {hop, world}: CheckContext): boolean | undefined {
  const addresses = pointedAt(hop.addresses)
  const known = [...ownAddresses(world), ...standing.publicAddresses]
  if (hop.isHere === true || addresses.some((address) => known.includes(address))) return true
  const isOurFamily = (address: string) => isIpv4(address) === isIpv4(standing.publicAddress)
  // With several uplinks there may be one that nobody was asked over.
  const isOneUplink = standing.publicAddresses.filter(isOurFamily).length === 1
  return isOneUplink && addresses.some(isOurFamily) ? false : undefined
}

type Judgement =
  | {readonly status: 'pass'; readonly summary: string}
  | {readonly status: 'warn'; readonly summary: string; readonly fix: Fix}

function judge(standing: Standing, context: CheckContext): Judgement {
  return (
    throughNat(standing, context) ??
    changedAddress(standing, context) ?? {
      status: 'pass',
      summary: summaryOf(standing, context.known),
    }
  )
}

/** The URL leads to what stands in front of this machine. A cloud's own NAT lets every port through. */
function throughNat(standing: Standing, context: CheckContext): Judgement | undefined {
  const {hop, target, known, world} = context
  const {publicAddresses, nat, localAddress} = standing
  const own = ownAddresses(world)
  const isInFront = pointedAt(hop.addresses).some(
    (address) => publicAddresses.includes(address) && !own.includes(address),
  )
  if (!hop.url || nat === 'none' || !isInFront || known.cloud !== undefined) return undefined
  const {hostname} = hop.url
  if (nat === 'carrier') {
    const summary = `${hostname} leads into the carrier-grade NAT in front of this machine, which forwards no port`
    return {status: 'warn', summary, fix: onlyTunnel}
  }
  // Whether it does forward is told by who tries it; `outside` says this itself where that one does not answer.
  if (target.outsideUrl !== undefined) return undefined
  const summary = toBeForwarded(hop.url, localAddress)
  return {status: 'warn', summary, fix: forwarding(portOf(hop.url), localAddress)}
}

/** The URL names an address that the `serve` of this folder once had. */
function changedAddress({publicAddress}: Standing, context: CheckContext): Judgement | undefined {
  const {hop, target, world} = context
  const named = literalOf(hop.url)
  if (target.kind !== 'serve' || hop.isHere !== false || named === undefined) return undefined
  if (world.classOf(named) !== 'public') return undefined
  const summary = `the URL names ${named}, but the public address of this machine is ${publicAddress}`
  return {status: 'warn', summary, fix: useCorrectedUrl}
}

function summaryOf({publicAddress, nat, localAddress}: Standing, {cloud}: Known): string {
  const here = localAddress === undefined ? '' : ` (${localAddress} here)`
  const seen = `this machine is ${publicAddress} to the outside`
  if (nat === 'none') return `${seen}, with no NAT in between`
  if (cloud !== undefined) return `${seen}, by the NAT of ${cloudTitle(cloud)}${here}`
  return nat === 'carrier'
    ? `${seen}, behind carrier-grade NAT${here}: only a tunnel leads in`
    : `${seen}, behind NAT${here}`
}

function pointing({publicAddress}: Standing, {hop}: CheckContext): readonly string[] {
  const addresses = pointedAt(hop.addresses)
  if (!hop.url || addresses.length === 0) return []
  const where =
    hop.isHere === undefined
      ? 'perhaps this machine'
      : hop.isHere
        ? 'this machine'
        : `not this machine, which is ${publicAddress}`
  return [`${hop.url.hostname} leads to ${addresses.slice(0, 8).join(', ')}: ${where}`]
}

function disagreement({publicAddresses}: Standing): readonly string[] {
  const ipv4 = publicAddresses.filter(isIpv4)
  return ipv4.length < 2
    ? []
    : [
        `not all see the same address (${ipv4.join(', ')}): several uplinks, or a proxy or VPN for some`,
      ]
}

function wordsOfAll(sayings: readonly Saying[]): string {
  return sayings
    .map(({by, address, words}) => `${by}: ${address ?? printable(words ?? 'nothing')}`)
    .join('\n')
}

function pointedAt(addresses: readonly string[] = []): readonly string[] {
  return addresses.flatMap((address) => readAddress(address) ?? [])
}

function literalOf(url: URL | undefined): string | undefined {
  return url && readAddress(url.hostname.replace(/^\[|\]$/g, ''))
}
