import type {Clock} from '../../clock.js'
import type {StreamSocket} from '../../stream/socket.js'

/** As often as the server pings its callers; it also keeps the proxies in between from closing. */
const PING_MS = 30_000
/** One pong may be late, while a bot loads a model. */
const MOST_MISSED = 2

type PulseOptions = {
  readonly clock: Clock
  /** Aborts when the stream is over. */
  readonly signal: AbortSignal
  /** How many messages have come so far. */
  readonly messages: () => number
}

/** Resolves to true when the other end is gone without a word, and to false when the stream is over. */
export async function isLost(
  socket: StreamSocket,
  {clock, signal, messages}: PulseOptions,
): Promise<boolean> {
  if (!socket.ping) return false
  let before = messages()
  for (let missed = 0; missed < MOST_MISSED;) {
    await clock.sleepUntil(clock.now() + PING_MS, signal).catch(() => undefined)
    if (signal.aborted) return false
    const roundTripMs = await socket.ping()
    missed = roundTripMs === undefined && messages() === before ? missed + 1 : 0
    before = messages()
  }
  return !signal.aborted
}
