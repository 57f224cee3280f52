import {PACKET_MS} from '../../protocol/limits.js'
import type {Span} from '../../report/report.js'
import {firstWhere} from './ascending.js'
import type {CallMemory, Lateness} from './call-memory.js'

/**
 * The worst lateness of our own within a span: what a time that was measured there may be off by. A
 * tick each side counts too: what happens between two ticks shows at the second.
 */
export function worstLateness({frames, lateTicks}: CallMemory, {startMs, endMs}: Span): number {
  const span = {startMs: startMs - PACKET_MS, endMs: endMs + PACKET_MS}
  return Math.max(worstIn(frames, span), worstIn(lateTicks, span))
}

function worstIn(all: readonly Lateness[], {startMs, endMs}: Span): number {
  let worst = 0
  for (
    let at = firstWhere(all, ({intendedMs}) => intendedMs >= startMs);
    at < all.length;
    at += 1
  ) {
    const one = all[at]
    if (!one || one.intendedMs > endMs) break
    worst = Math.max(worst, one.latenessMs)
  }
  return worst
}
