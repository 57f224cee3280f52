import {isIP} from 'node:net'

import type {Hop} from '../check.js'
import type {DoctorWorld} from '../world.js'

/**
 * A lookup for whoever dials a hop: the addresses that `dns` decided on, which may be the world's where
 * this machine has others; or else what the world knows.
 */
export function lookupFor(
  {addresses}: Pick<Hop, 'addresses'>,
  {lookup}: Pick<DoctorWorld, 'lookup'>,
): DoctorWorld['lookup'] {
  const known = addresses?.map((address) => ({address, family: isIP(address)}))
  return known ? () => Promise.resolve(known) : lookup
}
