import type {Span} from '../../report/report.js'
import {firstWhere} from './ascending.js'

/** A shorter pause is part of one utterance; people breathe. */
const UTTERANCE_PAUSE_MS = 500

/**
 * The end of the utterance that goes on at `atMs`; undefined when nothing was being said.
 * @param newFromMs speech that begins after this is another utterance, however short the pause
 */
export function utteranceEndAt(
  spans: readonly Span[],
  atMs: number,
  newFromMs = Number.POSITIVE_INFINITY,
): number | undefined {
  const after = firstWhere(spans, ({startMs}) => startMs > atMs)
  let last = spans[after - 1]
  if (!last || last.endMs + UTTERANCE_PAUSE_MS <= atMs) return undefined
  for (let at = after; at < spans.length; at += 1) {
    const next = spans[at]
    if (!next || next.startMs - last.endMs >= UTTERANCE_PAUSE_MS || next.startMs > newFromMs) break
    last = next
  }
  return last.endMs
}

/** The spans of one side with the breaths between them: one for each utterance. */
export function utterances(spans: readonly Span[]): readonly Span[] {
  return joinedSpans(spans, UTTERANCE_PAUSE_MS)
}

/** The spans of one side, those with a shorter pause between them in one piece. */
export function joinedSpans(spans: readonly Span[], pauseMs: number): readonly Span[] {
  const whole: {startMs: number; endMs: number}[] = []
  for (const {startMs, endMs} of spans) {
    const last = whole.at(-1)
    if (last && startMs - last.endMs < pauseMs) last.endMs = endMs
    else whole.push({startMs, endMs})
  }
  return whole
}

/** The first span that begins after one moment, and by another. */
export function firstAfter(
  spans: readonly Span[],
  afterMs: number,
  untilMs = Number.POSITIVE_INFINITY,
): Span | undefined {
  const first = spans[firstWhere(spans, ({startMs}) => startMs > afterMs)]
  return first && first.startMs <= untilMs ? first : undefined
}

/** The span that a moment lies in: at its start, or before its end. */
export function spanAt(spans: readonly Span[], atMs: number): Span | undefined {
  const last = spanBefore(spans, atMs)
  return last && atMs < last.endMs ? last : undefined
}

/** The last span that had begun by a moment. */
export function spanBefore(spans: readonly Span[], atMs: number): Span | undefined {
  return spans[firstWhere(spans, ({startMs}) => startMs > atMs) - 1]
}

/** Summed time in which a span of one side meets a span of the other; each side speaks in order. */
export function overlapMs(ones: readonly Span[], others: readonly Span[]): number {
  let sum = 0
  for (const one of ones) {
    for (
      let at = firstWhere(others, ({endMs}) => endMs > one.startMs);
      at < others.length;
      at += 1
    ) {
      const other = others[at]
      if (!other || other.startMs >= one.endMs) break
      sum += Math.min(one.endMs, other.endMs) - Math.max(one.startMs, other.startMs)
    }
  }
  return sum
}

export function totalMs(spans: readonly Span[]): number {
  return spans.reduce((sum, {startMs, endMs}) => sum + endMs - startMs, 0)
}
