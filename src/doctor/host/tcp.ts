import type {Check, CheckContext} from '../check.js'
import {portOf} from '../endpoint.js'
import {isHeard} from '../machine/place.js'
import {judgeAttempts} from './tcp-result.js'
import {type Attempt, CONNECT_LIMIT_MS, tryConnect} from './try-connect.js'

const MOST_ADDRESSES = 4
/** Of each address before the next, as dialers do (RFC 8305, section 5). */
const HEAD_START_MS = 100

export const tcpCheck: Check = {
  id: 'tcp',
  title: 'The port accepts connections',
  group: 'host',
  roles: ['stream', 'dynamic', 'passthru'],
  needs: ['address'],
  after: ['public-ip', 'listening'],
  limitMs: CONNECT_LIMIT_MS + 2000,
  async run(context) {
    const {url, addresses = []} = context.hop
    if (!url || addresses.length === 0)
      return {status: 'skip', summary: 'not tried: no address is known'}
    const attempts = await tryAll(addresses.slice(0, MOST_ADDRESSES), portOf(url), context)
    const result = judgeAttempts(url, attempts, context)
    if (result.status !== 'fail' || !isToldByListening(addresses, context)) return result
    return {status: 'skip', summary: `${result.summary}: listening tells why`}
  },
}

/** Whoever listens does so on another address of this machine. */
function isToldByListening(
  addresses: readonly string[],
  {hop, known, world}: CheckContext,
): boolean {
  const {listeners = []} = known
  if (hop.role !== 'stream' || hop.isHere !== true || listeners.length === 0) return false
  return !addresses.some((address) => isHeard(address, listeners, world))
}

function tryAll(
  addresses: readonly string[],
  port: number,
  {world: {clock}, signal}: CheckContext,
): Promise<readonly Attempt[]> {
  const beganAt = clock.now()
  return Promise.all(
    addresses.map(async (address, at) => {
      if (at > 0) await clock.sleepUntil(beganAt + at * HEAD_START_MS, signal)
      return tryConnect(address, {port, clock, signal})
    }),
  )
}
