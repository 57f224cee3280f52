import type {IncomingHttpHeaders} from 'node:http'

import {readAddress} from './address-set.js'

/** What proxies say of a request: each list begins with what is said of the client itself. */
export type Forwarded = {
  /** `undefined` where what stands there is no address. */
  readonly addresses: readonly (string | undefined)[]
  readonly hosts: readonly string[]
  readonly schemes: readonly string[]
}

/**
 * X-Forwarded-For, -Host and -Proto; where there is none of them, Forwarded (RFC 7239). Never both: a proxy
 * that writes the one passes the other on as the client sent it.
 */
export function readForwarded(headers: IncomingHttpHeaders): Forwarded {
  const [addresses, hosts, schemes] = ['for', 'host', 'proto'].map((name) =>
    listIn(headers[`x-forwarded-${name}`]),
  )
  if (addresses || hosts || schemes) {
    return {
      addresses: (addresses ?? []).map(addressOf),
      hosts: hosts ?? [],
      schemes: schemes ?? [],
    }
  }
  const elements = (listIn(headers.forwarded) ?? []).map(pairsOf)
  return {
    addresses: elements.map((pairs) => addressOf(pairs.get('for') ?? '')),
    hosts: elements.map((pairs) => pairs.get('host') ?? ''),
    schemes: elements.map((pairs) => pairs.get('proto') ?? ''),
  }
}

function listIn(header: string | string[] | undefined): readonly string[] | undefined {
  if (header === undefined) return undefined
  const text = Array.isArray(header) ? header.join(',') : header
  // A comma or a semicolon in quotes is in no address, host or scheme: who writes one is not understood.
  return text.split(',').map((entry) => entry.trim())
}

/** `for=192.0.2.60;proto=http`: names in any case, values bare or in quotes. */
function pairsOf(element: string): ReadonlyMap<string, string> {
  const pairs = element.split(';').map((pair): [string, string] => {
    const [, name = '', value = ''] = /^\s*(\w+)="?([^"]*)"?\s*$/.exec(pair) ?? []
    return [name.toLowerCase(), value]
  })
  return new Map(pairs)
}

/** With or without a port, IPv6 with or without its brackets. */
function addressOf(text: string): string | undefined {
  const [, bracketed, withPort] =
    /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/.exec(text) ?? []
  return readAddress(bracketed ?? withPort ?? text)
}
