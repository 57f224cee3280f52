import {classOf, isAddress} from './address-class.js'

/** Of a machine or a network by itself: RFC 6761, 6762, 8375, ICANN's .internal, and what routers hand out. */
const OWN_ENDINGS =
  /\.(?:localhost|local|internal|lan|home\.arpa|home|corp|intranet|private|localdomain)$/i

/** Why a name is known to its own network alone, as what follows it in a sentence; undefined where it is not. */
export function whyOwnName(host: string): string | undefined {
  const name = host.replace(/\.$/, '')
  if (name === 'localhost') return "names Exotel's own machine when Exotel dials it"
  if (!name.includes('.')) return 'is a name without a dot, which only your own network knows'
  return OWN_ENDINGS.test(name)
    ? `ends in .${name.slice(name.lastIndexOf('.') + 1)}, and such names are in no public DNS`
    : undefined
}

/** Whether a host is of this machine or its network alone, by its name or as an address. */
export function isOfOwnNetwork(host: string): boolean {
  return isAddress(host) ? classOf(host) !== 'public' : whyOwnName(host) !== undefined
}
