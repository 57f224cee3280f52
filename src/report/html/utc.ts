import type {CallReport} from '../report.js'

/**
 * The wall clock at a time of the call, to find it in a log: the call counts from `start`, which went
 * out when the handshake was done. Absent when nobody noted when the call was dialled.
 */
export function utcAt({startedAt, metrics}: CallReport, atMs: number): string | undefined {
  const dialledMs = Date.parse(startedAt ?? '')
  if (Number.isNaN(dialledMs)) return undefined
  const at = dialledMs + (metrics['handshakeMs'] ?? 0) + atMs
  return Number.isFinite(at) && Math.abs(at) < 8.64e15 ? new Date(at).toISOString() : undefined
}
