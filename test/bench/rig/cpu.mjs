import {readFileSync, readdirSync} from 'node:fs'

/** What Linux tells of a process and of the machine; elsewhere a value is undefined, never 0. */

/**
 * CPU time of all threads of a process, in microseconds.
 * @param {number} pid
 * @returns {number | undefined}
 */
export function cpuUsOf(pid) {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`)
    // Nanoseconds on the processor; the ticks of /proc/PID/stat are 10 ms each, too coarse for ten calls.
    const ns = tasks.map((task) =>
      Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
    )
    return ns.reduce((total, one) => total + one, 0) / 1000
  } catch {
    return undefined
  }
}

/**
 * @param {number} pid
 * @returns {number | undefined}
 */
export function rssBytesOf(pid) {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kib === undefined ? undefined : Number(kib) * 1024
  } catch {
    return undefined
  }
}

/**
 * A reading of the machine's clock ticks; two of them make the share that was stolen from it.
 * @returns {{total: number, stolen: number} | undefined}
 */
export function machineTicks() {
  try {
    const line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? ''
    const ticks = line.split(/\s+/).slice(1, 9).map(Number)
    return {total: ticks.reduce((total, one) => total + one, 0), stolen: ticks[7] ?? 0}
  } catch {
    return undefined
  }
}

/**
 * @param {ReturnType<typeof machineTicks>} before
 * @param {ReturnType<typeof machineTicks>} after
 * @returns {number | undefined}
 */
export function stolenShare(before, after) {
  if (before === undefined || after === undefined || after.total === before.total) return undefined
  return (after.stolen - before.stolen) / (after.total - before.total)
}
