import {monitorEventLoopDelay} from 'node:perf_hooks'

import {percentile} from '../report/summary.js'
import type {CallReport, RigReport} from '../report/report.js'

/** Beyond this inside a measured interval, a latency is at most what was measured. */
const UPPER_BOUND_MS = 10
/** Beyond this the rig itself was the limit. */
const VOID_MS = 50

const RESOLUTION_MS = 10

/** Watches this process's event loop; `stop` says by how much its p99 turn was late. */
export function watchEventLoop(): {stop(): number} {
  const histogram = monitorEventLoopDelay({resolution: RESOLUTION_MS})
  histogram.enable()
  return {
    stop() {
      histogram.disable()
      // The histogram holds the whole interval between two turns, the timer's own length with it.
      const p99Ms = histogram.percentile(99) / 1e6 - RESOLUTION_MS
      return Number.isFinite(p99Ms) ? Math.max(0, round(p99Ms)) : 0
    },
  }
}

/** What the rig says about itself, judged inside each measured interval, not over the run. */
export function judgeRig(
  calls: readonly CallReport[],
  latenessMs: readonly number[],
  lagP99Ms: number,
): RigReport {
  const sorted = [...latenessMs].sort((one, other) => one - other)
  const sendLatenessMs = {
    p50: at(sorted, 50),
    p99: at(sorted, 99),
    max: at(sorted, 100),
  }
  const worst = calls
    .flatMap((call) => call.turns)
    .reduce((most, {uncertaintyMs}) => Math.max(most, uncertaintyMs), 0)
  const measured = {sendLatenessMs, eventLoopLagMs: {p99: lagP99Ms}}
  if (worst <= UPPER_BOUND_MS) return {verdict: 'reliable', ...measured}
  const late = `our own sending was up to ${String(round(worst))} ms late inside a measured turn`
  return worst > VOID_MS
    ? {
        verdict: 'void',
        reason: `${late}: its times say more about this machine than about the bot`,
        ...measured,
      }
    : {verdict: 'upper-bound', reason: `${late}: its times are at most what is shown`, ...measured}
}

/** A run without a frame was never late. */
function at(sorted: readonly number[], p: number): number {
  return sorted.length === 0 ? 0 : round(percentile(sorted, p))
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}
