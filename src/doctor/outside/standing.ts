import type {DoctorWorld} from '../world.js'
import {ownAddresses} from '../host/network.js'
import {isIpv4, readAddress} from './asking/addresses.js'
import {mostSaid, type Saying} from './asking/public-address.js'

/** Where this machine stands in the network. */
export type Standing = {
  /** As the outside sees it. */
  readonly publicAddress: string
  /**
   * `router`: its own, which can be told to forward a port; `carrier`: its provider's as well, which
   * nobody here can tell anything (RFC 6598).
   */
  readonly nat: 'none' | 'router' | 'carrier'
  /** Where a router would forward to. */
  readonly localAddress?: string
  /** Every public address that was told; of one family they are several uplinks, or a proxy. */
  readonly publicAddresses: readonly string[]
}

/** Made of what the providers said; undefined where none told an address that can be one. */
export function standingOf(sayings: readonly Saying[], world: DoctorWorld): Standing | undefined {
  const told = sayings.flatMap(({address}) => address ?? [])
  const publicAddresses = told.filter((address) => world.classOf(address) === 'public')
  const inner = told.filter((address) => isInner(address, world))
  const publicAddress = mostSaid(publicAddresses) ?? mostSaid(inner)
  if (publicAddress === undefined) return undefined
  const own = ownAddresses(world)
  const localAddress =
    sayings
      .map((saying) => readAddress(saying.localAddress ?? ''))
      .find((address) => address !== undefined && own.includes(address)) ?? localAddressOf(world)
  const nat = natOf({publicAddress, inner, own, localAddress}, world)
  // What is only known within a network of its own says nothing of the outside.
  if (publicAddresses.length === 0 && nat !== 'carrier') return undefined
  return {
    publicAddress,
    nat,
    publicAddresses: [...new Set(publicAddresses)],
    ...(localAddress === undefined ? {} : {localAddress}),
  }
}

type NatSigns = {
  readonly publicAddress: string
  /** Addresses that were told, and are not of the public net. */
  readonly inner: readonly string[]
  readonly own: readonly string[]
  readonly localAddress: string | undefined
}

function natOf(signs: NatSigns, {classOf}: DoctorWorld): Standing['nat'] {
  const {publicAddress, inner, own, localAddress} = signs
  if (own.includes(publicAddress)) return 'none'
  const isCarriers =
    inner.some((address) => !own.includes(address)) ||
    (localAddress !== undefined && classOf(localAddress) === 'carrier-grade-nat')
  return isCarriers ? 'carrier' : 'router'
}

/** Of a network between this machine and the public one. */
function isInner(address: string, {classOf}: DoctorWorld): boolean {
  return ['private', 'carrier-grade-nat', 'unique-local'].includes(classOf(address))
}

/** Where containers, virtual machines and VPNs hang; a router knows nothing of them. */
const INNER_INTERFACE =
  /^(?:docker|br-|veth|virbr|vmnet|vboxnet|tailscale|utun|tun|tap|wg|zt|cni|lxc)/i

/** What a router in front of this machine most likely knows it by. */
export function localAddressOf(world: DoctorWorld): string | undefined {
  const outer = () =>
    Object.fromEntries(
      Object.entries(world.interfaces())
        .filter(([name]) => !INNER_INTERFACE.test(name))
        .map(([name, addresses]) => [name, addresses?.filter(({internal}) => !internal)]),
    )
  const own = ownAddresses({...world, interfaces: outer}).filter(isIpv4)
  return own.find((address) => world.classOf(address) === 'private') ?? own[0]
}
