import {expect, test} from 'vitest'

import {
  type AddressClass,
  classOf,
  isAddress,
  nameOfClass,
} from '../../../../src/stream/written-url/address-class.js'

/** First and last of each range of IANA's special-purpose registries, and their neighbours. */
const EDGES: readonly (readonly [string, AddressClass])[] = [
  ['0.0.0.0', 'unspecified'],
  ['0.0.0.1', 'reserved'],
  ['0.255.255.255', 'reserved'],
  ['1.0.0.0', 'public'],
  ['9.255.255.255', 'public'],
  ['10.0.0.0', 'private'],
  ['10.255.255.255', 'private'],
  ['11.0.0.0', 'public'],
  ['100.63.255.255', 'public'],
  ['100.64.0.0', 'carrier-grade-nat'],
  ['100.127.255.255', 'carrier-grade-nat'],
  ['100.128.0.0', 'public'],
  ['126.255.255.255', 'public'],
  ['127.0.0.0', 'loopback'],
  ['127.255.255.255', 'loopback'],
  ['128.0.0.0', 'public'],
  ['169.253.255.255', 'public'],
  ['169.254.0.0', 'link-local'],
  ['169.254.255.255', 'link-local'],
  ['169.255.0.0', 'public'],
  ['172.15.255.255', 'public'],
  ['172.16.0.0', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.0', 'public'],
  ['191.255.255.255', 'public'],
  ['192.0.0.0', 'reserved'],
  ['192.0.0.255', 'reserved'],
  ['192.0.1.0', 'public'],
  ['192.0.2.0', 'documentation'],
  ['192.0.2.255', 'documentation'],
  ['192.0.3.0', 'public'],
  ['192.31.196.1', 'public'],
  ['192.52.193.1', 'public'],
  ['192.88.98.255', 'public'],
  ['192.88.99.0', 'reserved'],
  ['192.88.100.0', 'public'],
  ['192.167.255.255', 'public'],
  ['192.168.0.0', 'private'],
  ['192.168.255.255', 'private'],
  ['192.169.0.0', 'public'],
  ['192.175.48.1', 'public'],
  ['198.17.255.255', 'public'],
  ['198.18.0.0', 'reserved'],
  ['198.19.255.255', 'reserved'],
  ['198.20.0.0', 'public'],
  ['198.51.99.255', 'public'],
  ['198.51.100.0', 'documentation'],
  ['198.51.100.255', 'documentation'],
  ['198.51.101.0', 'public'],
  ['203.0.112.255', 'public'],
  ['203.0.113.0', 'documentation'],
  ['203.0.113.255', 'documentation'],
  ['203.0.114.0', 'public'],
  ['223.255.255.255', 'public'],
  ['224.0.0.0', 'multicast'],
  ['239.255.255.255', 'multicast'],
  ['240.0.0.0', 'reserved'],
  ['255.255.255.254', 'reserved'],
  ['255.255.255.255', 'reserved'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::2', 'reserved'],
  ['64:ff9b::8.8.8.8', 'public'],
  ['64:ff9b::10.0.0.1', 'private'],
  ['64:ff9b::192.0.2.1', 'documentation'],
  ['64:ff9b:1::1', 'reserved'],
  ['100::1', 'reserved'],
  ['100:0:0:1::1', 'reserved'],
  ['1fff:ffff::1', 'reserved'],
  ['2001::1', 'reserved'],
  ['2001:2::1', 'reserved'],
  ['2001:3::1', 'public'],
  ['2001:4:112::1', 'public'],
  ['2001:10::1', 'reserved'],
  ['2001:20::1', 'reserved'],
  ['2001:1ff:ffff::1', 'reserved'],
  ['2001:200::1', 'public'],
  ['2001:db7:ffff::1', 'public'],
  ['2001:db8::', 'documentation'],
  ['2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', 'documentation'],
  ['2001:db9::', 'public'],
  ['2002:808:808::1', 'reserved'],
  ['2606:4700::1111', 'public'],
  ['2620:4f:8000::1', 'public'],
  ['3ffe:ffff::1', 'public'],
  ['3fff::', 'documentation'],
  ['3fff:fff:ffff::1', 'documentation'],
  ['3fff:1000::', 'public'],
  ['4000::1', 'reserved'],
  ['5f00::1', 'reserved'],
  ['fbff::1', 'reserved'],
  ['fc00::', 'unique-local'],
  ['fdff:ffff::1', 'unique-local'],
  ['fe00::1', 'reserved'],
  ['fe80::1', 'link-local'],
  ['febf::1', 'link-local'],
  ['fec0::1', 'reserved'],
  ['ff02::1', 'multicast'],
]

test.each(EDGES)('%s is %s', (address, kind) => {
  expect(classOf(address)).toBe(kind)
})

test.each([
  ['::ffff:10.1.2.3', 'private'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:8.8.8.8', 'public'],
  ['::ffff:0a01:0203', 'private'],
  ['::192.168.1.4', 'private'],
  ['fe80::1%eth0', 'link-local'],
  ['[::1]', 'loopback'],
])('%s is taken for the address that it stands for', (address, kind) => {
  expect(classOf(address)).toBe(kind)
})

test.each(['bot.exmple.org', '', '127.1', '0x7f000001', '010.0.0.1', '1.2.3.4.5', '[1.2.3', ':::'])(
  '%j is no address',
  (host) => {
    expect(isAddress(host)).toBe(false)
    expect(() => classOf(host)).toThrow(RangeError)
  },
)

test.each(['1.2.3.4', '::1', '[::1]', 'fe80::1%eth0'])('%s is an address', (host) => {
  expect(isAddress(host)).toBe(true)
})

test('a class is named to a person with its document', () => {
  expect(nameOfClass(classOf('192.168.1.4'))).toBe('a private address (RFC 1918)')
})
