import {printable} from '../../report/text/plain.js'
import type {Check, CheckContext, CheckResult} from '../check.js'

/** Asks nobody: whether anybody answers is found by `dns`. */
export const networkCheck: Check = {
  id: 'network',
  title: 'This machine has a network',
  group: 'host',
  roles: 'machine',
  needs: [],
  limitMs: 1000,
  run: ({world}) => Promise.resolve(lookAt(world)),
}

function lookAt(world: CheckContext['world']): CheckResult {
  const interfaces = interfacesOf(world)
  if (!interfaces) {
    const summary = 'not checked: the network interfaces of this machine cannot be read'
    return {status: 'skip', summary}
  }
  const up = Object.entries(interfaces)
    .filter(([, addresses = []]) =>
      // An address that an interface gave itself leads no further than the cable.
      addresses.some(({internal, address}) => !internal && world.classOf(address) !== 'link-local'),
    )
    .map(([name]) => printable(name))
  return up.length > 0
    ? {status: 'pass', summary: `this machine has a network: ${up.slice(0, 4).join(', ')}`}
    : {status: 'skip', summary: 'this machine has no network', known: {isOffline: true}}
}

/** Every address of this machine. */
export function ownAddresses(world: CheckContext['world']): readonly string[] {
  return Object.values(interfacesOf(world) ?? {}).flatMap((addresses = []) =>
    addresses.map(({address}) => address),
  )
}

/** Undefined where a sandbox forbids to look, which says nothing of the network. */
function interfacesOf({interfaces}: CheckContext['world']) {
  try {
    return interfaces()
  } catch {
    return undefined
  }
}
