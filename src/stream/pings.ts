import type {WebSocket} from 'ws'

import type {Clock} from '../clock.js'

/** A pong that is later than this is not waited for. */
export const PONG_LIMIT_MS = 5000
/** No more pings are on their way at once, whoever does not answer them. */
const MOST_WAITING = 100

/**
 * Pings the other end of an open socket. Resolves to the round trip in ms; to undefined when there
 * was no pong within 5 s or before the close.
 */
export function pingsOver(ws: WebSocket, clock: Clock): () => Promise<number | undefined> {
  const waiting = new Map<number, () => void>()
  const closed = new AbortController()
  let count = 0
  ws.on('pong', (payload: Buffer) => {
    const answered = Number(payload.toString('latin1'))
    if (!waiting.has(answered)) return
    // One pong may stand for all the pings before it (RFC 6455, section 5.5.3).
    for (const [number, settle] of waiting) if (number <= answered) settle()
  })
  ws.once('close', () => {
    closed.abort()
  })
  return async () => {
    if (ws.readyState !== ws.OPEN || waiting.size >= MOST_WAITING) return undefined
    count += 1
    const number = count
    const sentAt = clock.now()
    const settled = new AbortController()
    let tookMs: number | undefined
    waiting.set(number, () => {
      tookMs = clock.now() - sentAt
      settled.abort()
    })
    ws.ping(String(number))
    const over = AbortSignal.any([settled.signal, closed.signal])
    await clock.sleepUntil(sentAt + PONG_LIMIT_MS, over).catch(() => undefined)
    waiting.delete(number)
    return tookMs
  }
}
