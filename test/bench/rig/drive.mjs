import {fileURLToPath} from 'node:url'

import {runNode} from './children.mjs'

/**
 * @typedef {{
 *   readonly calls: number, readonly frames: number, readonly missing: number, readonly closed: number,
 *   readonly p50Ms: number, readonly p99Ms: number, readonly latenessP50Ms: number, readonly latenessP99Ms: number,
 *   readonly driverCpu: number, readonly stolen?: number, readonly cpuUsPerFrame?: number, readonly serverCpu?: number,
 * }} StepResult
 * @typedef {{readonly calls: number, readonly settleS: number, readonly seconds: number}} Step
 * @typedef {{readonly frameMs: number, readonly steps: readonly Step[], readonly stopOverMs?: number, readonly onOpen?: () => void}} Drive
 */

const driver = fileURLToPath(new URL('driver.mjs', import.meta.url))

/** More lateness of our own, or more of the machine taken away by its host, and a run is no run. */
export const MOST_LATENESS_MS = 10
const MOST_STOLEN = 0.03

/**
 * Drives calls at a server, from a process of its own.
 * @param {{url: string, pid: number}} server
 * @param {Drive} drive
 * @returns {Promise<StepResult[]>}
 */
export async function driveCalls({url, pid}, {onOpen, ...drive}) {
  /** @type {StepResult[]} */
  const steps = []
  const {exit, stderr} = await runNode([driver, JSON.stringify({url, pid, ...drive})], (line) => {
    /** @type {{event: string} & StepResult & {p50Ms: number | null, p99Ms: number | null}} */
    const {event, ...result} = JSON.parse(line)
    if (event === 'open') onOpen?.()
    // JSON has no infinity.
    else steps.push({...result, p50Ms: result.p50Ms ?? Infinity, p99Ms: result.p99Ms ?? Infinity})
  })
  if (exit !== 0) throw new Error(`the driver failed: ${stderr}`)
  return steps
}

/**
 * Why a run says more of the rig than of the server; undefined when it does not.
 * @param {Pick<StepResult, 'latenessP99Ms' | 'stolen'>} step
 * @returns {string | undefined}
 */
export function unreliable({latenessP99Ms, stolen}) {
  if (latenessP99Ms > MOST_LATENESS_MS) {
    return `the driver sent late, p99 ${latenessP99Ms.toFixed(1)} ms`
  }
  return stolenTooMuch(stolen)
}

/**
 * @param {number | undefined} stolen where it is not known, nothing is said of it
 * @returns {string | undefined}
 */
export function stolenTooMuch(stolen = 0) {
  if (stolen <= MOST_STOLEN) return undefined
  return `${(stolen * 100).toFixed(0)} % of the machine was stolen`
}
