import {isIP} from 'node:net'

import {printable} from '../../report/text/plain.js'
import {classOf} from '../../stream/written-url/address-class.js'
import type {Seen} from './explanation.js'

/** Where Go, and Node, name the host that was looked up or asked of a certificate. */
const HOSTS = [
  /\blookup (\S{1,300}?)(?: on \S|: )/i,
  /\bgetaddrinfo E\w{1,20} (\S{1,300})/i,
  /\bcertificate is valid for [^"]{1,300}?, (?:not|but none matched) (\S{1,300})/i,
  /\bwanted to match (\S{1,300})/i,
  /\bcannot validate certificate for (\S{1,300})/i,
]

/** Where they name what was dialled. */
const ADDRESSES = [
  /\b(?:dial|read|write) tcp[46]? (?:\S{1,300}?->)?(\S{1,300}?)(?::? |:$|$)/i,
  /\bconnect E[A-Z]{1,20} (\S{1,300})/i,
]

/** What an error text says of the place that it is about. */
export function seenIn(text: string): Seen {
  const host = firstOf(HOSTS, text)
  const address = firstOf(ADDRESSES, text)
  const bare = address === undefined ? undefined : withoutPort(address)
  return {
    ...(host === undefined ? {} : {host}),
    ...(address === undefined ? {} : {address}),
    ...(bare === undefined || isIP(bare) === 0 ? {} : {addressClass: classOf(bare)}),
  }
}

function firstOf(patterns: readonly RegExp[], text: string): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1]?.replace(/[\s"',;.:)]+$/, '')
    if (found !== undefined && isPlace(found)) return printable(found)
  }
  return undefined
}

/** What is told in our own sentences is a host or an address, and nothing that somebody made up. */
function isPlace(text: string): boolean {
  return /^[\w.:<>{}[\]-]{1,253}$/.test(text)
}

export function withoutPort(address: string): string {
  const bracketed = /^\[([^\]]{1,100})\]/.exec(address)?.[1]
  if (bracketed !== undefined) return bracketed
  return isIP(address) === 6 ? address : address.replace(/:\d{1,5}$/, '')
}
