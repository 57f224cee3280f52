import {PACKET_MS} from '../../protocol/limits.js'
import type {Span} from '../../report/report.js'
import type {CallMemory} from './call-memory.js'

/**
 * The worst lateness of our own within a span: what a time that was measured there may be off by. A
 * tick each side counts too: what happens between two ticks shows at the second.
 */
export function worstLateness({frames, lateTicks}: CallMemory, {startMs, endMs}: Span): number {
  const span = {startMs: startMs - PACKET_MS, endMs: endMs + PACKET_MS}
  return Math.max(frames.worstIn(span), lateTicks.worstIn(span))
}
