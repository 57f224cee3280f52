import {cpus} from 'node:os'

import type {Clock} from '../../../clock.js'
import {measureCpu} from '../../rig.js'

/** What each core of the machine has done since it was started, in milliseconds. */
type Cores = readonly {
  readonly times: {readonly idle: number} & Readonly<Record<string, number>>
}[]

/**
 * CPU seconds a second that all others on this machine take from now on, the bot among them where it
 * runs here; undefined until it means something, and where the system does not tell.
 */
export function measureOthersCpu(
  clock: Clock,
  {
    cores = cpus,
    own = measureCpu(clock),
  }: {cores?: () => Cores; own?: () => number | undefined} = {},
): () => number | undefined {
  const before = timesOf(cores())
  return () => {
    const ownCpu = own()
    const after = timesOf(cores())
    const passedMs = after.allMs - before.allMs
    if (ownCpu === undefined || passedMs <= 0) return undefined
    const busy = ((after.busyMs - before.busyMs) / passedMs) * after.cores
    return Math.max(0, Math.round((busy - ownCpu) * 100) / 100)
  }
}

function timesOf(cores: Cores): {
  readonly allMs: number
  readonly busyMs: number
  readonly cores: number
} {
  const allMs = cores.reduce((sum, {times}) => sum + total(times), 0)
  const idleMs = cores.reduce((sum, {times}) => sum + times.idle, 0)
  return {allMs, busyMs: allMs - idleMs, cores: cores.length}
}

function total(times: Readonly<Record<string, number>>): number {
  return Object.values(times).reduce((sum, ms) => sum + ms, 0)
}
