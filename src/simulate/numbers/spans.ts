import type {Span} from '../../report/report.js'

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
  const at = spans.findLastIndex((span) => span.startMs <= atMs)
  let last = spans[at]
  if (!last || last.endMs + UTTERANCE_PAUSE_MS <= atMs) return undefined
  for (const next of spans.slice(at + 1)) {
    if (next.startMs - last.endMs >= UTTERANCE_PAUSE_MS || next.startMs > newFromMs) break
    last = next
  }
  return last.endMs
}

/** The spans of one side with the breaths between them: one for each utterance. */
export function utterances(spans: readonly Span[]): readonly Span[] {
  const whole: {startMs: number; endMs: number}[] = []
  for (const {startMs, endMs} of spans) {
    const last = whole.at(-1)
    if (last && startMs - last.endMs < UTTERANCE_PAUSE_MS) last.endMs = endMs
    else whole.push({startMs, endMs})
  }
  return whole
}

/** Summed time in which a span of one side meets a span of the other. */
export function overlapMs(ones: readonly Span[], others: readonly Span[]): number {
  let sum = 0
  for (const one of ones) {
    for (const other of others) {
      sum += Math.max(0, Math.min(one.endMs, other.endMs) - Math.max(one.startMs, other.startMs))
    }
  }
  return sum
}

export function totalMs(spans: readonly Span[]): number {
  return spans.reduce((sum, {startMs, endMs}) => sum + endMs - startMs, 0)
}
