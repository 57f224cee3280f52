import {BlockList} from 'node:net'
import type {NetworkInterfaceInfo} from 'node:os'

/** From where an address of this machine can be called. */
export type Reach = 'loopback' | 'private' | 'public'

export type Address = {readonly address: string; readonly reach: Reach}

export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

/** Blocks that the public internet does not route (IANA's special-purpose address registries). */
const notPublic = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  notPublic.addSubnet(network, prefix)
}
for (const [network, prefix] of [
  ['fc00::', 7],
  ['fe80::', 10],
  ['2001:db8::', 32],
] as const) {
  notPublic.addSubnet(network, prefix, 'ipv6')
}

/** Where a listener on `host` can be called: the host itself, or all of the machine's addresses. */
export function listAddresses(host: string, interfaces: Interfaces): readonly Address[] {
  const own = Object.values(interfaces).flatMap((infos) => infos ?? [])
  const isEvery = host === '0.0.0.0' || host === '::'
  const heard = own.filter(({family, address}) =>
    isEvery ? isHeard({family, address}, host) : isSame(address, host),
  )
  // A name such as localhost is on no interface; it is taken as it is written.
  if (heard.length === 0) return [{address: host, reach: reachOf(host)}]
  return heard.map(({address, internal}) => ({
    address,
    reach: internal ? 'loopback' : reachOf(address),
  }))
}

/** 0.0.0.0 hears no IPv6; link-local addresses mean nothing without their interface. */
function isHeard({family, address}: {family: string; address: string}, host: string): boolean {
  if (family === 'IPv4') return true
  return host === '::' && !/^fe[89ab]/i.test(address)
}

function isSame(address: string, host: string): boolean {
  return address.toLowerCase() === host.toLowerCase()
}

function reachOf(address: string): Reach {
  if (address === 'localhost' || address === '::1' || address.startsWith('127.')) return 'loopback'
  const family = address.includes(':') ? 'ipv6' : 'ipv4'
  return notPublic.check(address, family) ? 'private' : 'public'
}
