import {BlockList, isIP, SocketAddress} from 'node:net'

import {ExostreamError} from '../../errors.js'

/** Addresses and whole ranges of them, IPv4 and IPv6. */
export type AddressSet = {
  /** Of an address as `readAddress` gives it; false for anything else. */
  has(address: string): boolean
}

/**
 * The one spelling of an address: IPv6 in its short form and without a zone, and one that only
 * carries IPv4 as IPv4. Undefined for what is no address.
 */
export function readAddress(text: string): string | undefined {
  if (isIP(text) === 4) return text
  if (isIP(text) !== 6) return undefined
  const {address} = new SocketAddress({address: text, family: 'ipv6'})
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1] ?? address
}

const NO_RANGE = 'neither an address nor a range of them such as 203.0.113.0/24 or 2001:db8::/32'

/**
 * @param flag the one that gave the ranges, for what is said of a mistake
 * @throws ExostreamError EXO_USAGE for whatever is neither an address nor a range of them, a line each
 */
export function addressSet(ranges: readonly string[], flag: string): AddressSet {
  // One list a family, because a BlockList takes ::/0 to hold every IPv4 address too.
  const lists = {4: new BlockList(), 6: new BlockList()}
  const mistakes: string[] = []
  for (const range of ranges) {
    const read = readRange(range.trim())
    if (read) lists[read.family].addSubnet(read.address, read.prefix, `ipv${read.family}`)
    else mistakes.push(`${flag} names ${JSON.stringify(range)}, which is ${NO_RANGE}.`)
  }
  if (mistakes.length > 0) throw new ExostreamError('EXO_USAGE', mistakes.join('\n'))
  return {
    has(address) {
      const family = isIP(address)
      if (family === 4) return lists[4].check(address)
      return family === 6 && lists[6].check(address, 'ipv6')
    },
  }
}

type Range = {readonly address: string; readonly prefix: number; readonly family: 4 | 6}

function readRange(text: string): Range | undefined {
  const [, written = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const address = readAddress(written)
  if (address === undefined) return undefined
  const family = address.includes(':') ? 6 : 4
  const most = family === 4 ? 32 : 128
  // Of an IPv4 address that was written as IPv6 the first 96 bits are the same for all.
  const saved = family === 4 && written.includes(':') ? 96 : 0
  const prefix = bits === undefined ? most : Number(bits) - saved
  return prefix >= 0 && prefix <= most ? {address, prefix, family} : undefined
}
