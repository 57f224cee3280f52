import {isIP} from 'node:net'

import {goWords} from '../../stream/exotel/go-words.js'
import type {Check, CheckContext, CheckResult, Hop, Role} from '../check.js'
import {useCorrectedUrl} from '../corrected-url.js'
import {portOf, withPort} from '../endpoint.js'
import {causeOfClass, shownByExotel} from '../exotel-error.js'
import {type AddressClass, nameOfClass} from '../../stream/written-url/address-class.js'
import {hostOf, quoted, someOf} from './host-words.js'
import {ownAddresses} from './network.js'

/** Of every address that Exotel may take, whether anybody outside can get there. */
export const addressCheck: Check = {
  id: 'address',
  title: 'The address is public',
  group: 'host',
  roles: ['stream', 'dynamic', 'passthru'],
  needs: ['dns', 'public-dns'],
  limitMs: 1000,
  run: (context) => Promise.resolve(judge(context)),
}

type Classed = {readonly address: string; readonly kind: AddressClass}

function judge(context: CheckContext): CheckResult {
  const {url, addresses = []} = context.hop
  const {target, world} = context
  if (!url || addresses.length === 0) {
    return {status: 'skip', summary: 'not tried: no address is known'}
  }
  if (target.isLocal) {
    const summary = 'not checked with --local: a public address only matters from outside'
    return {status: 'skip', mayGoOn: true, summary, hop: isHereOf(addresses, context)}
  }
  const classed = addresses.map((address) => ({address, kind: world.classOf(address)}))
  const detail = classed.map(({address, kind}) => `${address}: ${nameOfClass(kind)}`).join('\n')
  const reached = classed.filter(({kind}) => kind === 'public').map(({address}) => address)
  const result = judgeClasses(classed, url, context.hop)
  // What is behind is asked for the call as Exotel would make it: never at an address of this network.
  return reached.length === 0
    ? {...result, detail, hop: isHereOf(addresses, context)}
    : {...result, detail, hop: {addresses: reached, ...isHereOf(reached, context)}}
}

function judgeClasses(classed: readonly Classed[], url: URL, {role}: Hop): CheckResult {
  const host = hostOf(url)
  const inside = classed.filter(({kind}) => kind !== 'public')
  const [first] = inside
  if (first && inside.length === classed.length) return unreachable(first, url, role)
  if (first) {
    return {
      status: 'warn',
      summary: `of the addresses of ${host} Exotel cannot reach ${someOf(inside.map(({address}) => address))}, and may take it`,
      fix: `Take the records that are not public out of the zone of ${host}; this shows what is left:\ndig +short ${quoted(host)}`,
      ...shown(first, url, role),
    }
  }
  const addresses = classed.map(({address}) => address)
  const [ipv6] = addresses.every((address) => isIP(address) === 6) ? addresses : []
  // Of a literal address `host` has said so.
  if (ipv6 !== undefined && isIP(host) === 0) {
    return {
      status: 'warn',
      summary: `${host} has IPv6 addresses only, and nothing says that Exotel dials IPv6`,
      fix: (facts) => `Give ${host} an IPv4 address (an A record). ${useCorrectedUrl(facts)}`,
      ...shownByExotel(role, goWords.networkUnreachable(withPort(ipv6, portOf(url)))),
    }
  }
  const are = addresses.length > 1 ? 'are public addresses' : 'is a public address'
  return {status: 'pass', summary: `${someOf(addresses)} ${are}`}
}

function unreachable(first: Classed, url: URL, role: Role): CheckResult {
  const host = hostOf(url)
  const {address, kind} = first
  const subject =
    isIP(host) > 0
      ? `Exotel cannot reach ${host}`
      : `${host} is ${address}, which Exotel cannot reach`
  return {
    status: 'fail',
    summary: `${subject}: it is ${nameOfClass(kind)}`,
    fix: (facts) => `The URL needs a name or an address that is public. ${useCorrectedUrl(facts)}`,
    ...shown(first, url, role),
  }
}

function shown({address, kind}: Classed, url: URL, role: Role) {
  return shownByExotel(role, causeOfClass(kind, withPort(address, portOf(url))))
}

/**
 * Whether it leads to this very machine. A machine without a public address of its own is behind NAT, and
 * may be what an address leads to that it does not know: there it stays open until `public-ip` knows it.
 */
function isHereOf(
  addresses: readonly string[],
  {world, known}: CheckContext,
): {readonly isHere?: boolean} {
  const own = ownAddresses(world)
  const isOwn = (address: string) =>
    own.includes(address) ||
    address === known.publicAddress ||
    world.classOf(address) === 'loopback'
  if (addresses.some(isOwn)) return {isHere: true}
  const isPlaced = known.publicAddress !== undefined || own.some((one) => isPublicIpv4(one, world))
  return isPlaced ? {isHere: false} : {}
}

/** In IPv6 a machine has public addresses behind a router of IPv4 too. */
function isPublicIpv4(address: string, {classOf}: CheckContext['world']): boolean {
  return isIP(address) === 4 && classOf(address) === 'public'
}
