import {monitorEventLoopDelay} from 'node:perf_hooks'

import type {Clock} from '../clock.js'
import type {CallReport, RigReport, TurnReport} from '../report/report.js'
import type {SendLateness} from '../report/send-lateness.js'
import {MOST_CPU, UPPER_BOUND_MS, VOID_MS} from './rig-limits.js'

/** So many of the measured turns, in hundredths, may hold a lateness: of thousands some always do. */
const MOST_LATE_PERCENT = 1
/** CPU time of a shorter run is that of its start. */
const LEAST_FOR_CPU_MS = 1000

const RESOLUTION_MS = 10

/** In cores; the bot is in it where it runs here. */
const LEAST_OTHERS_CPU = 0.5

/** What this process showed of itself while the calls ran. */
export type Watched = {
  /** By how much the p99 turn of the event loop was late. */
  readonly lagP99Ms: number
  /** CPU seconds a second, 1 being one core. */
  readonly cpu?: number
  /** How many cores it could have taken; 1 when absent, as where the calls are made one after another. */
  readonly cores?: number
  /** CPU seconds a second that others took on this machine, whose cores may be more than these calls may take. */
  readonly othersCpu?: number
  /** What ended the run before its time, one sentence: nothing that it measured can be relied on. */
  readonly failure?: string
}

/** CPU seconds a second of this process from now on, 1 being one core; undefined until it means something. */
export function measureCpu(clock: Clock, leastMs = LEAST_FOR_CPU_MS): () => number | undefined {
  const startedAt = clock.now()
  const before = process.cpuUsage()
  return () => {
    const tookMs = clock.now() - startedAt
    if (tookMs < leastMs || tookMs === 0) return undefined
    const {user, system} = process.cpuUsage(before)
    return round((user + system) / 1000 / tookMs)
  }
}

/** Watches this process, on the real clock; in virtual time there is nothing to watch. */
export function watchProcess(clock: Clock): {read(): Watched; stop(): void} {
  const histogram = monitorEventLoopDelay({resolution: RESOLUTION_MS})
  histogram.enable()
  const cpuNow = measureCpu(clock)
  return {
    read() {
      // The histogram holds the whole interval between two turns, the timer's own length with it.
      const p99Ms = histogram.percentile(99) / 1e6 - RESOLUTION_MS
      const lagP99Ms = Number.isFinite(p99Ms) ? Math.max(0, round(p99Ms)) : 0
      const cpu = cpuNow()
      return cpu === undefined ? {lagP99Ms} : {lagP99Ms, cpu}
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
  const turns = calls.flatMap((call) => call.turns)
  return {...verdictOf(lateTurns(turns), watched), ...rigFigures(lateness, watched)}
}

/** What was measured of the rig, beside what it comes to. */
export function rigFigures(
  lateness: SendLateness,
  {lagP99Ms, cpu, cores}: Watched,
): Omit<RigReport, keyof RigVerdict> {
  return {
    sendLatenessMs: {
      p50: lateness.percentile(50),
      p99: lateness.percentile(99),
      max: lateness.percentile(100),
    },
    sendLateness: lateness.counts(),
    eventLoopLagMs: {p99: lagP99Ms},
    ...(cpu === undefined ? {} : {rigCpu: cpu}),
    ...(cores === undefined ? {} : {cores}),
  }
}

export type RigVerdict = Pick<RigReport, 'verdict' | 'reason'>

type LateTurns = {
  readonly turns: number
  readonly overUpperBound: number
  readonly overVoid: number
  readonly worstMs: number
}

export function lateTurns(turns: readonly TurnReport[]): LateTurns {
  const counted = {turns: 0, overUpperBound: 0, overVoid: 0, worstMs: 0}
  for (const {uncertaintyMs} of turns) {
    counted.turns += 1
    if (uncertaintyMs > UPPER_BOUND_MS) counted.overUpperBound += 1
    if (uncertaintyMs > VOID_MS) counted.overVoid += 1
    counted.worstMs = Math.max(counted.worstMs, uncertaintyMs)
  }
  return counted
}

/** @param late of the turns that are judged */
export function verdictOf(late: LateTurns, watched: Watched): RigVerdict {
  const {cpu = 0, cores = 1, failure} = watched
  if (failure !== undefined) return {verdict: 'void', reason: failure}
  const isMany = (count: number) => count * 100 > late.turns * MOST_LATE_PERCENT
  if (isMany(late.overVoid)) {
    const meaning = 'say more about this machine than about the bot'
    return {verdict: 'void', reason: lateWords(late, VOID_MS, meaning) + adviceFor(watched)}
  }
  if (cpu > MOST_CPU * cores) {
    return {verdict: 'void', reason: busyWords(cpu, cores) + adviceFor(watched)}
  }
  if (!isMany(late.overUpperBound)) return {verdict: 'reliable'}
  const reason = lateWords(late, UPPER_BOUND_MS, 'are at most what is shown')
  return {verdict: 'upper-bound', reason: reason + adviceFor(watched)}
}

/** Where one turn is more than a hundredth of them, it is the one that is told of. */
function lateWords(late: LateTurns, boundMs: number, meaning: string): string {
  const worst = String(round(late.worstMs))
  if (late.turns < 100 / MOST_LATE_PERCENT) {
    return `our own sending was up to ${worst} ms late inside a measured turn: its times ${meaning}`
  }
  const count = boundMs === VOID_MS ? late.overVoid : late.overUpperBound
  const [some, all] = [count, late.turns].map((number) => number.toLocaleString('en-US'))
  return `${some ?? ''} of ${all ?? ''} measured turns hold a lateness of ours over ${String(boundMs)} ms, the worst ${worst} ms: their times ${meaning}`
}

function busyWords(cpu: number, cores: number): string {
  const busy = `this process took ${String(Math.round(cpu * 100))} % of a core`
  const most = `${String(Math.round(MOST_CPU * cores * 100))} %`
  const its = cores === 1 ? most : `${most} (of ${String(cores)} cores)`
  return `${busy}, over the ${its} at which it can still be on time`
}

/** Of a load run, which can be made smaller or spread. */
export function adviceFor({cores, othersCpu = 0}: Watched): string {
  if (cores === undefined) return ''
  const others =
    othersCpu < LEAST_OTHERS_CPU
      ? ''
      : `; other work on this machine took ${othersCpu.toFixed(1)} of its cores`
  return `${others}; let this machine make fewer calls, on as many --workers as it has cores to spare, or share them out with --shard`
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}
