import type {Clock} from '../../clock.js'

/** How much sound lies ahead of the ear when the next chunk leaves. */
const LEAD_MS = 100

type Speaking = {
  readonly chunks: readonly Int16Array[]
  readonly chunkMs: number
  /** When the ear will be ready for the first chunk. */
  readonly startAt: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly send: (chunk: Int16Array) => void
}

/**
 * Sends chunks at real pace on absolute deadlines: each 100 ms before what is ahead of it runs out,
 * so that at most a chunk and 100 ms can be lost to a barge-in. Resolves when the last is sent:
 * false when the signal cut it short.
 */
export async function speakChunks({
  chunks,
  chunkMs,
  startAt,
  clock,
  signal,
  send,
}: Speaking): Promise<boolean> {
  for (const [index, chunk] of chunks.entries()) {
    try {
      signal.throwIfAborted()
      const dueAt = startAt + index * chunkMs - LEAD_MS
      // The first goes out before this returns, when nothing is ahead of it.
      if (index > 0 || dueAt > clock.now()) await clock.sleepUntil(dueAt, signal)
    } catch {
      // Only the signal makes a sleep reject.
      return false
    }
    send(chunk)
  }
  return true
}
