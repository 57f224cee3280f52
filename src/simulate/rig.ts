import {monitorEventLoopDelay} from 'node:perf_hooks'

import type {Clock} from '../clock.js'
import type {CallReport, RigReport} from '../report/report.js'
import type {SendLateness} from '../report/send-lateness.js'

/** Beyond this inside a measured interval, a latency is at most what was measured. */
const UPPER_BOUND_MS = 10
/** Beyond this the rig itself was the limit. */
const VOID_MS = 50

/** Of one core: a rig that is busy for longer is late where no frame shows it. */
const MOST_CPU = 0.7
/** CPU time of a shorter run is that of its start. */
const LEAST_FOR_CPU_MS = 1000

const RESOLUTION_MS = 10

/** What this process showed of itself while the calls ran. */
export type Watched = {
  /** By how much the p99 turn of the event loop was late. */
  readonly lagP99Ms: number
  /** CPU seconds a second, 1 being one core. */
  readonly cpu?: number
}

/** Watches this process, on the real clock; in virtual time there is nothing to watch. */
export function watchProcess(clock: Clock): {read(): Watched; stop(): void} {
  const histogram = monitorEventLoopDelay({resolution: RESOLUTION_MS})
  histogram.enable()
  const startedAt = clock.now()
  const before = process.cpuUsage()
  return {
    read() {
      // The histogram holds the whole interval between two turns, the timer's own length with it.
      const p99Ms = histogram.percentile(99) / 1e6 - RESOLUTION_MS
      const lagP99Ms = Number.isFinite(p99Ms) ? Math.max(0, round(p99Ms)) : 0
      const tookMs = clock.now() - startedAt
      if (tookMs < LEAST_FOR_CPU_MS) return {lagP99Ms}
      const {user, system} = process.cpuUsage(before)
      return {lagP99Ms, cpu: round((user + system) / 1000 / tookMs)}
    },
    stop() {
      histogram.disable()
    },
  }
}

/**
 * What the rig says about itself, judged inside each measured interval, not over the run.
 * @param watched absent in virtual time
 */
export function judgeRig(
  calls: readonly CallReport[],
  lateness: SendLateness,
  watched: Watched = {lagP99Ms: 0},
): RigReport {
  const sendLatenessMs = {
    p50: lateness.percentile(50),
    p99: lateness.percentile(99),
    max: lateness.percentile(100),
  }
  const {lagP99Ms, cpu} = watched
  return {
    ...verdictOf(worstUncertainty(calls), cpu),
    sendLatenessMs,
    sendLateness: lateness.counts(),
    eventLoopLagMs: {p99: lagP99Ms},
    ...(cpu === undefined ? {} : {rigCpu: cpu}),
  }
}

function worstUncertainty(calls: readonly CallReport[]): number {
  return calls
    .flatMap((call) => call.turns)
    .reduce((most, {uncertaintyMs}) => Math.max(most, uncertaintyMs), 0)
}

function verdictOf(worstMs: number, cpu = 0): Pick<RigReport, 'verdict' | 'reason'> {
  const late = `our own sending was up to ${String(round(worstMs))} ms late inside a measured turn`
  if (worstMs > VOID_MS) {
    const reason = `${late}: its times say more about this machine than about the bot`
    return {verdict: 'void', reason}
  }
  if (cpu > MOST_CPU) {
    const busy = `this process took ${String(Math.round(cpu * 100))} % of a core`
    const reason = `${busy}, over the ${String(MOST_CPU * 100)} % at which it can still be on time`
    return {verdict: 'void', reason}
  }
  if (worstMs <= UPPER_BOUND_MS) return {verdict: 'reliable'}
  return {verdict: 'upper-bound', reason: `${late}: its times are at most what is shown`}
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}
