import type {CallReport} from '../../report.js'
import {LEAST_FOR_P95, percentile} from '../../summary.js'

/** What the calls of a run showed in one step of its time. */
export type Moment = {
  readonly atMs: number
  /** Most calls that were open in it. */
  readonly open: number
  /** Calls that ended in it and did not complete. */
  readonly failed: number
  /** Of the answers of the last ten steps; absent while they are fewer than a p95 takes. */
  readonly responseP95Ms?: number
}

export type Course = {readonly stepMs: number; readonly moments: readonly Moment[]}

/** A page has no more points than these; a longer run has longer steps. */
const MOST_STEPS = 600
const STEP_MS = 1000
/** Answers of a single second are too few to say what the slowest in twenty are. */
const WINDOW_STEPS = 10

/** The run in steps of a second, from when each call was dialled; undefined where the calls do not say. */
export function courseOf(calls: readonly CallReport[], startedAt: string): Course | undefined {
  const runAt = Date.parse(startedAt)
  const spans = calls.flatMap((call) => spanOf(call, runAt))
  if (!Number.isFinite(runAt) || spans.length === 0) return undefined
  const lastMs = spans.reduce((most, {endMs}) => Math.max(most, endMs), 0)
  const stepMs = STEP_MS * Math.max(1, Math.ceil((lastMs + 1) / STEP_MS / MOST_STEPS))
  const steps = Math.floor(lastMs / stepMs) + 1
  const open = openIn(spans, {stepMs, steps})
  const failed = Array.from({length: steps}, () => 0)
  const answers = Array.from({length: steps}, (): number[] => [])
  for (const {call, startMs, endMs} of spans) {
    const end = Math.floor(endMs / stepMs)
    if (call.outcome !== 'completed') failed[end] = (failed[end] ?? 0) + 1
    for (const {responseMs, startMs: turnMs} of call.turns) {
      if (responseMs !== undefined)
        answers[Math.min(end, Math.max(0, Math.floor((startMs + turnMs) / stepMs)))]?.push(
          responseMs,
        )
    }
  }
  const moments = open.map((most, at) => ({
    atMs: at * stepMs,
    open: most,
    failed: failed[at] ?? 0,
    ...p95Of(answers.slice(Math.max(0, at + 1 - WINDOW_STEPS), at + 1).flat()),
  }))
  return {stepMs, moments}
}

type CallSpan = {readonly call: CallReport; readonly startMs: number; readonly endMs: number}

/** Times that another clock has written may be anything: what lies before the run is left out. */
function spanOf(call: CallReport, runAt: number): readonly CallSpan[] {
  const startMs = Date.parse(call.startedAt ?? '') - runAt
  const endMs = startMs + (call.metrics['handshakeMs'] ?? 0) + call.durationMs
  const isSane = startMs >= 0 && endMs >= startMs && endMs < MOST_MS
  return isSane ? [{call, startMs, endMs}] : []
}

/** A week: no run is longer, and a wrong clock soon is. */
const MOST_MS = 7 * 86_400_000

type Grid = {readonly stepMs: number; readonly steps: number}

/** By sweeping over starts and ends: as quick for a hundred thousand calls as sorting them. */
function openIn(spans: readonly CallSpan[], {stepMs, steps}: Grid): readonly number[] {
  const edges = spans
    .filter(({call}) => call.closing !== undefined)
    .flatMap(({startMs, endMs}) => [
      {atMs: startMs, by: 1},
      {atMs: endMs, by: -1},
    ])
    .toSorted((one, other) => one.atMs - other.atMs || one.by - other.by)
  const most = Array.from({length: steps}, () => 0)
  let open = 0
  let reached = 0
  for (const {atMs, by} of edges) {
    const step = Math.floor(atMs / stepMs)
    for (let at = reached + 1; at <= step; at += 1) most[at] = open
    reached = step
    open += by
    most[step] = Math.max(most[step] ?? 0, open)
  }
  return most
}

function p95Of(values: readonly number[]): {readonly responseP95Ms?: number} {
  if (values.length < LEAST_FOR_P95) return {}
  return {
    responseP95Ms: percentile(
      values.toSorted((one, other) => one - other),
      95,
    ),
  }
}
