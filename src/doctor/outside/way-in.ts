import {useCorrectedUrl} from '../corrected-url.js'
import type {CheckContext, FixFacts, Known} from '../check.js'
import {portOf} from '../endpoint.js'
import {cloudTitle, openPortCommand} from './clouds.js'

/** Behind NAT, and no address would lead in whatever a router is told. */
function isBehindCarrier({isBehindNat, publicAddress}: Known): boolean {
  return isBehindNat === true && publicAddress === undefined
}

/** Whether the URL leads to what stands in front of this machine, which from inside says nothing of its ports. */
export function leadsToOwnNat({hop, known}: Pick<CheckContext, 'hop' | 'known'>): boolean {
  const {isBehindNat, publicAddress} = known
  if (isBehindNat !== true || publicAddress === undefined) return false
  return hop.addresses?.includes(publicAddress) === true
}

/** What follows a router's name in a sentence. */
export function toBeForwarded(url: URL, localAddress: string | undefined): string {
  return `${url.hostname} leads to a router, which has to forward port ${String(portOf(url))} to ${localAddress ?? 'this machine'}`
}

/** How a router lets the port in. */
export function forwarding(port: number, localAddress: string | undefined): string {
  const inside = `${localAddress ?? 'the address of this machine'}, port ${String(port)}`
  return `In the router, forward outside TCP port ${String(port)} to ${inside}. A tunnel needs no forwarding:\nexostream serve --tunnel cloudflared`
}

/** Carrier-grade NAT has nobody here to tell. */
export function onlyTunnel(facts: FixFacts): string {
  return `No port can be forwarded through carrier-grade NAT, so that only a tunnel leads in. ${useCorrectedUrl(facts)}`
}

type Outer = {readonly port: number; readonly localAddress: string | undefined}

/** What to do about a port that this machine reaches and the outside does not, by what is known. */
export function wayInFix(facts: FixFacts, {port, localAddress}: Outer): string {
  const {known, hop} = facts
  const command = openPortCommand(known.cloud, port, known.cloudIds)
  if (hop.isHere === true && known.cloud !== undefined && command !== undefined) {
    return `Let TCP port ${String(port)} in at the firewall of ${cloudTitle(known.cloud)}; "exostream doctor --metadata" gives the ids:\n${command}`
  }
  if (hop.isHere === true && isBehindCarrier(known)) return onlyTunnel(facts)
  if (hop.isHere === true && known.isBehindNat === true) return forwarding(port, localAddress)
  const where = hop.isHere === true ? 'this machine' : (hop.url?.hostname ?? 'the bot')
  return `Let TCP port ${String(port)} in from everywhere at each firewall and security group in front of ${where}.`
}
