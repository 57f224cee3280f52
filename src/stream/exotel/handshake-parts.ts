import type {ClientRequest} from 'node:http'
import type {Socket} from 'node:net'

import type {Clock} from '../../clock.js'

/** How long each part of a handshake took, as far as the socket told; an address needs no DNS. */
export type HandshakeParts = {
  readonly dnsMs?: number
  readonly tcpMs?: number
  readonly tlsMs?: number
  /** From the request to its answer. */
  readonly upgradeMs?: number
}

type Stage = 'dnsMs' | 'tcpMs' | 'tlsMs'

/** Watches the socket of a request; the function returned closes the last part and gives them all. */
export function watchHandshake(request: ClientRequest, clock: Clock): () => HandshakeParts {
  const parts: Partial<Record<keyof HandshakeParts, number>> = {}
  let since = clock.now()
  const ends = (part: keyof HandshakeParts) => {
    const now = clock.now()
    parts[part] = now - since
    since = now
  }
  request.once('socket', (socket: Socket) => {
    const events: readonly (readonly [string, Stage])[] = [
      ['lookup', 'dnsMs'],
      ['connect', 'tcpMs'],
      ['secureConnect', 'tlsMs'],
    ]
    for (const [event, part] of events) {
      socket.once(event, (...[, address, , host]: readonly unknown[]) => {
        // For an address Node tells of a lookup that it did not make.
        if (event !== 'lookup' || address !== host) ends(part)
      })
    }
  })
  return () => {
    ends('upgradeMs')
    return parts
  }
}
