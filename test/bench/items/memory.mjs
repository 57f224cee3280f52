import {rowOf} from '../measure.mjs'
import {driveCalls} from '../rig/drive.mjs'
import {heldBy} from '../rig/inspector.mjs'
import {startBare, startServe} from '../rig/servers.mjs'

/**
 * @typedef {import('../measure.mjs').Row} Row
 * @typedef {import('../measure.mjs').Pair} Pair
 * @typedef {import('../run.mjs').Size} Size
 * @typedef {import('../rig/servers.mjs').Server} Server
 */

/** How many servers are measured at a time: memory does not hang on pace, as long as none is overloaded. */
const TOGETHER = 3

/** The call's length at the first reading and at the second, and how long the driver goes on after it. */
const EARLY_S = 10
const LATE_S = 120
const SPARE_S = 4

/**
 * Memory a call, held after a forced collection, and how it grows over a call of two minutes.
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
export async function memory({runs, quick}) {
  const calls = quick ? 50 : 500
  const [earlyS, lateS] = quick ? [2, 5] : [EARLY_S, LATE_S]
  /** @type {Pair[]} */
  const pairs = []
  while (pairs.length < runs) {
    const now = Math.min(TOGETHER, runs - pairs.length)
    pairs.push(
      ...(await Promise.all(
        Array.from({length: now}, async () => ({
          // The baseline keeps nothing that grows, so that ten seconds of it are enough.
          baseline: await readings(await startBare({inspected: true}), {calls, earlyS}),
          ours: await readings(await startServe(['--bot', 'echo'], {inspected: true}), {
            calls,
            earlyS,
            lateS,
          }),
        })),
      )),
    )
  }
  const made = {asked: runs, pairs, discarded: []}
  return [
    rowOf(made, {
      what: `held a call after ${earlyS} s, ${calls} calls`,
      unit: 'kB',
      key: 'earlyKb',
      bar: {at: 'most', value: 60, of: 'ours'},
    }),
    rowOf(made, {
      what: `held a call after ${lateS} s, ${calls} calls`,
      unit: 'kB',
      key: 'lateKb',
      bar: {at: 'most', value: 60, of: 'ours'},
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
 * @returns {Promise<Record<string, number>>}
 */
async function readings(server, {calls, earlyS, lateS = earlyS}) {
  const before = await heldBy(server)
  /** @param {{heldBytes: number}} held */
  const kbACall = ({heldBytes}) => (heldBytes - before.heldBytes) / calls / 1000
  /** @type {Promise<Record<string, number>> | undefined} */
  let taken
  const take = async () => {
    await seconds(earlyS)
    const early = await heldBy(server)
    if (lateS === earlyS) return {earlyKb: kbACall(early)}
    await seconds(lateS - earlyS)
    const late = await heldBy(server)
    return {
      earlyKb: kbACall(early),
      lateKb: kbACall(late),
      rssGrowth: late.rssBytes / early.rssBytes,
    }
  }
  await driveCalls(server, {
    frameMs: 100,
    steps: [{calls, settleS: 0, seconds: lateS + SPARE_S}],
    onOpen: () => (taken = take()),
  })
  if (taken === undefined) throw new Error('the calls did not open')
  const values = await taken
  await server.stop()
  return values
}

/** @param {number} count */
function seconds(count) {
  return new Promise((resolve) => setTimeout(resolve, count * 1000))
}
