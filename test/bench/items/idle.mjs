import {inPairs, rowOf} from '../measure.mjs'
import {cpuUsOf, rssBytesOf} from '../rig/cpu.mjs'
import {startBare, startServe} from '../rig/servers.mjs'

/**
 * @typedef {import('../measure.mjs').Row} Row
 * @typedef {import('../measure.mjs').Run} Run
 * @typedef {import('../run.mjs').Size} Size
 * @typedef {import('../rig/servers.mjs').Server} Server
 */

const REST_S = 4
const SECONDS = 3

/** @type {import('../items.mjs').Takes} */
export const idleTakes = ({runs}) => [
  {times: 1, seconds: REST_S + 2, what: 'start and rest'},
  {times: 2 * runs, seconds: SECONDS, what: 'readings'},
]

/**
 * Idle: what a server costs that nobody calls.
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
export async function idle({runs, quick}) {
  const bare = await startBare()
  const serve = await startServe(['--bot', 'echo'])
  await new Promise((resolve) => setTimeout(resolve, quick ? 1000 : REST_S * 1000))
  const seconds = quick ? 1 : SECONDS
  const pairs = await inPairs(runs, {
    baseline: () => idleRun(bare, seconds),
    ours: () => idleRun(serve, seconds),
  })
  await Promise.all([bare.stop(), serve.stop()])
  return [
    rowOf(pairs, {what: 'resident size, idle', unit: 'MB', key: 'rssMb'}),
    rowOf(pairs, {what: 'CPU, idle, of a core', unit: '%', key: 'cpuPercent'}),
  ]
}

/**
 * @param {Server} server
 * @param {number} seconds
 * @returns {Promise<Run>}
 */
async function idleRun({pid}, seconds) {
  const before = {at: performance.now(), cpuUs: cpuUsOf(pid)}
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  const cpuUs = cpuUsOf(pid)
  const rssBytes = rssBytesOf(pid)
  const wallUs = (performance.now() - before.at) * 1000
  return {
    values: {
      ...(rssBytes === undefined ? {} : {rssMb: rssBytes / 1e6}),
      ...(cpuUs === undefined || before.cpuUs === undefined
        ? {}
        : {cpuPercent: ((cpuUs - before.cpuUs) / wallUs) * 100}),
    },
  }
}
