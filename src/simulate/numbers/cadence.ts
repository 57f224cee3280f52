import type {CallMemory} from './call-memory.js'

/** A longer break in the arrival of audio is the end of what the bot had to say. */
const BURST_BREAK_MS = 500

type Arrivals = CallMemory['botAudio']

/**
 * How late the bot's media messages were against their own cadence: each is due when the audio
 * before it, counted from its own arrival, has run out. Who sends ahead is not late. On average, as
 * Exotel's own dashboard counts it, and at worst; undefined before two messages of one utterance.
 */
export function interEvent(botAudio: Arrivals): {
  readonly interEventMs?: number
  readonly interEventMaxMs?: number
} {
  let count = 0
  let sumMs = 0
  let mostMs = 0
  let dueMs = Number.NEGATIVE_INFINITY
  for (const {atMs, audioMs} of botAudio) {
    if (atMs <= dueMs + BURST_BREAK_MS) {
      const lateMs = Math.max(0, atMs - dueMs)
      count += 1
      sumMs += lateMs
      mostMs = Math.max(mostMs, lateMs)
    }
    dueMs = Math.max(dueMs, atMs) + audioMs
  }
  return count === 0 ? {} : {interEventMs: sumMs / count, interEventMaxMs: mostMs}
}

/** Seconds of audio to the seconds it took to send them, over runs of at least two messages. */
export function deliveryRatio(botAudio: Arrivals): number | undefined {
  let audioMs = 0
  let takenMs = 0
  for (const [index, next] of botAudio.entries()) {
    const last = botAudio[index - 1]
    if (!last || next.atMs - last.atMs > last.audioMs + BURST_BREAK_MS) continue
    audioMs += last.audioMs
    takenMs += next.atMs - last.atMs
  }
  return takenMs > 0 ? audioMs / takenMs : undefined
}
