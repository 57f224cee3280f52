import type {CheckContext, Listener} from '../check.js'
import {portOf} from '../endpoint.js'
import {ownAddresses} from '../host/network.js'

/** Where the URL leads, as far as this machine is concerned. */
export type Place = {
  /** Straight to this machine, not through a tunnel or somebody else's proxy. */
  readonly isHere: boolean
  readonly addresses: readonly string[]
  /** None of them is for the outside, which is for `address` to tell. */
  readonly isInside: boolean
  /** All of them can be reached from this machine alone. */
  readonly isLoopback: boolean
  /** Of the URL where it leads here, else of the local set-up. */
  readonly port: number
}

export function placeOf({hop, target, world}: Omit<CheckContext, 'signal'>): Place {
  const own = ownAddresses(world)
  const addresses = hop.addresses ?? literal(hop.url)
  const isHere =
    hop.isHere ?? addresses.some((address) => own.includes(address) || isLoopback(address))
  return {
    isHere,
    addresses,
    isInside:
      addresses.length > 0 && addresses.every((address) => world.classOf(address) !== 'public'),
    isLoopback: addresses.length > 0 && addresses.every(isLoopback),
    port: isHere && hop.url ? portOf(hop.url) : target.defaultPort,
  }
}

/** Whether who dials the address gets to one of those who listen. */
export function isHeard(
  address: string,
  listeners: readonly Listener[],
  world: CheckContext['world'],
): boolean {
  // What a router or a cloud hands on comes in on an address that is not in the URL.
  const isOwn = isLoopback(address) || ownAddresses(world).includes(address)
  return listeners.some(
    (listener) =>
      EVERYWHERE.has(listener.address) ||
      (isOwn ? listener.address === address : !isLoopback(listener.address)),
  )
}

/** Linux takes IPv4 on `::` too, unless a program asks for less. */
const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** By its form and not by the world's classes, because a laboratory takes loopback for the outside. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

function literal(url: URL | undefined): readonly string[] {
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? ''
  if (host === 'localhost') return ['127.0.0.1']
  return /^[\d.]+$/.test(host) || host.includes(':') ? [host] : []
}
