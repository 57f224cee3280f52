import {isIP} from 'node:net'

import ipaddr from 'ipaddr.js'

/** Kinds of addresses, by IANA's special-purpose registries; only `public` can be reached by Exotel. */
export type AddressClass =
  | 'public'
  | 'loopback'
  | 'unspecified'
  | 'private'
  | 'carrier-grade-nat'
  | 'link-local'
  | 'unique-local'
  | 'documentation'
  | 'multicast'
  | 'reserved'

const NAMES: Readonly<Record<AddressClass, string>> = {
  public: 'a public address',
  loopback: 'a loopback address, which is always the machine that dials it',
  unspecified: 'the unspecified address, which a program listens on and nobody dials',
  private: 'a private address (RFC 1918)',
  'carrier-grade-nat': "an address behind a provider's NAT (RFC 6598)",
  'link-local': 'a link-local address (RFC 3927, RFC 4291)',
  'unique-local': 'a unique local address (RFC 4193)',
  documentation: 'an address from documentation (RFC 5737, RFC 3849, RFC 9637)',
  multicast: 'a multicast address',
  reserved: 'a reserved address, which belongs to no machine',
}

/** What the package calls the ranges that are not simply reserved; of both families. */
const RANGES: Readonly<Record<string, AddressClass>> = {
  loopback: 'loopback',
  private: 'private',
  carrierGradeNat: 'carrier-grade-nat',
  linkLocal: 'link-local',
  uniqueLocal: 'unique-local',
  multicast: 'multicast',
  // Globally reachable by the registries (RFC 7534, RFC 7535, RFC 7450).
  as112: 'public',
  as112v6: 'public',
  amt: 'public',
}

/** RFC 5737, RFC 3849, RFC 9637; the package has them among the reserved. */
const DOCUMENTATION = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'].map((range) =>
  ipaddr.IPv4.parseCIDR(range),
)
const DOCUMENTATION_V6 = ['2001:db8::/32', '3fff::/20'].map((range) => ipaddr.IPv6.parseCIDR(range))
/** All that IANA has given out of IPv6 for unicast. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')
/** An IPv4 address in the dress of IPv6 (RFC 6052). */
const TRANSLATED = ipaddr.IPv6.parseCIDR('64:ff9b::/96')

/** Whether a host is an address and no name; brackets and a zone may be there. */
export function isAddress(host: string): boolean {
  return isIP(withoutBrackets(host)) !== 0
}

/** @throws RangeError when it is no address */
export function classOf(address: string): AddressClass {
  const bare = withoutBrackets(address)
  if (isIP(bare) === 0) throw new RangeError(`${JSON.stringify(address)} is no address`)
  const parsed = ipaddr.process(bare)
  return parsed instanceof ipaddr.IPv4 ? classOfIPv4(parsed) : classOfIPv6(parsed)
}

/** As part of a sentence: "a private address (RFC 1918)". */
export function nameOfClass(kind: AddressClass): string {
  return NAMES[kind]
}

function classOfIPv4(address: ipaddr.IPv4): AddressClass {
  const range = address.range()
  if (range === 'unicast') return 'public'
  // The rest of 0.0.0.0/8 is "this network", no host (RFC 791).
  if (range === 'unspecified') return address.toString() === '0.0.0.0' ? 'unspecified' : 'reserved'
  if (DOCUMENTATION.some((documented) => address.match(documented))) return 'documentation'
  return RANGES[range] ?? 'reserved'
}

function classOfIPv6(address: ipaddr.IPv6): AddressClass {
  if (DOCUMENTATION_V6.some((documented) => address.match(documented))) return 'documentation'
  if (address.match(TRANSLATED)) {
    return classOfIPv4(new ipaddr.IPv4(address.toByteArray().slice(-4)))
  }
  const range = address.range()
  if (range === 'unspecified') return 'unspecified'
  if (range === 'unicast') return address.match(GLOBAL_UNICAST) ? 'public' : 'reserved'
  return RANGES[range] ?? 'reserved'
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}
