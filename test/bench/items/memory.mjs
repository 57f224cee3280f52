import {inPairs, rowOf} from '../measure.mjs'
import {driveCalls, unreliable} from '../rig/drive.mjs'
import {heldBy} from '../rig/inspector.mjs'
import {startBare, startServe} from '../rig/servers.mjs'

/**
 * @typedef {import('../measure.mjs').Row} Row
 * @typedef {import('../measure.mjs').Run} Run
 * @typedef {import('../run.mjs').Size} Size
 * @typedef {import('../rig/servers.mjs').Server} Server
 */

/** The call's length at the first reading and at the second, and how long the driver goes on after it. */
const EARLY_S = 10
const LATE_S = 120
const SPARE_S = 2
const AROUND_S = 4

/** @type {import('../items.mjs').Takes} */
export const memoryTakes = ({runs}) => [
  {times: runs, seconds: LATE_S + SPARE_S + AROUND_S, what: 'calls of two minutes'},
  {times: runs, seconds: EARLY_S + SPARE_S + AROUND_S, what: 'the baseline'},
]

/**
 * Memory a call, held after a forced collection, and how it grows over a call of two minutes.
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
export async function memory({runs, quick}) {
  const calls = quick ? 50 : 500
  const [earlyS, lateS] = quick ? [2, 5] : [EARLY_S, LATE_S]
  const made = await inPairs(quick ? 1 : runs, {
    // The baseline keeps nothing that grows, so that ten seconds of it are enough.
    baseline: async () => reading(await startBare({inspected: true}), {calls, earlyS}),
    ours: async () =>
      reading(await startServe(['--bot', 'echo'], {inspected: true}), {calls, earlyS, lateS}),
  })
  const bar = /** @type {const} */ ({at: 'most', value: 60, of: 'ours'})
  return [
    rowOf(made, {
      what: `held a call after ${earlyS} s, ${calls} calls`,
      unit: 'kB',
      key: 'earlyKb',
      bar,
    }),
    rowOf(made, {
      what: `held a call after ${lateS} s, ${calls} calls`,
      unit: 'kB',
      key: 'lateKb',
      bar,
    }),
    rowOf(made, {
      what: `resident size after ${lateS} s against ${earlyS} s`,
      unit: '×',
      key: 'rssGrowth',
      bar: {at: 'most', value: 1.05, of: 'ours'},
    }),
  ]
}

/**
 * @param {Server} server
 * @param {{calls: number, earlyS: number, lateS?: number}} asked
 * @returns {Promise<Run>}
 */
async function reading(server, {calls, earlyS, lateS = earlyS}) {
  const before = await heldBy(server)
  /** @type {ReturnType<typeof take> | undefined} */
  let taken
  const take = async () => {
    await seconds(earlyS)
    const early = await heldBy(server)
    if (lateS === earlyS) return {early}
    await seconds(lateS - earlyS)
    return {early, late: await heldBy(server)}
  }
  const [step] = await driveCalls(server, {
    frameMs: 100,
    steps: [{calls, settleS: 0, seconds: lateS + SPARE_S}],
    onOpen: () => (taken = take()),
  })
  if (taken === undefined || step === undefined) throw new Error('the calls did not open')
  const {early, late} = await taken
  await server.stop()
  const open = calls - step.closed
  /** @param {{heldBytes: number}} held */
  const kbACall = ({heldBytes}) => (heldBytes - before.heldBytes) / open / 1000
  return {
    values: {
      earlyKb: kbACall(early),
      ...(late === undefined
        ? {}
        : {lateKb: kbACall(late), rssGrowth: late.rssBytes / early.rssBytes}),
    },
    unreliable: notAllThere(step),
  }
}

/**
 * Memory of calls that were not there, or got less than their frames, is not that of the calls.
 * @param {import('../rig/drive.mjs').StepResult} step
 * @returns {string | undefined}
 */
export function notAllThere(step) {
  if (step.closed > 0) return `${step.closed} of ${step.calls} streams were closed`
  if (step.missing > 0) return `${step.missing} frames did not come back`
  return unreliable(step)
}

/** @param {number} count */
function seconds(count) {
  return new Promise((resolve) => setTimeout(resolve, count * 1000))
}
