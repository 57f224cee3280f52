import {inPairs, rowOf, totalOf} from '../measure.mjs'
import {driveCalls, unreliable} from '../rig/drive.mjs'
import {startBare, startServe} from '../rig/servers.mjs'

/**
 * @typedef {import('../measure.mjs').Row} Row
 * @typedef {import('../measure.mjs').Run} Run
 * @typedef {import('../measure.mjs').Pairs} Pairs
 * @typedef {import('../run.mjs').Size} Size
 * @typedef {{readonly calls: number, readonly frameMs: number, readonly settleS: number, readonly seconds: number}} Load
 */

const FRAMES_MS = [20, 100]
const CALLS = [10, 100, 500, 1000]

/** From so many calls on a second has frames enough, and the machine less to spare. */
const MANY_CALLS = 500
const SETTLE_S = 0.5

/** A driver that starts, opens its calls and waits for the last frames. */
const AROUND_S = 1.3

/** What the bars of the issue are held at. */
const BAR_CALLS = 100
const BAR_S = 6

/** @type {import('../items.mjs').Takes} */
export const echoTakes = ({runs}) =>
  CALLS.map((calls) => ({
    times: 2 * runs * FRAMES_MS.length,
    seconds: secondsOf(calls) + SETTLE_S + AROUND_S,
    what: `runs of ${calls} calls`,
  }))

/** @type {import('../items.mjs').Takes} */
export const relayTakes = ({runs}) => [
  {times: 2 * runs, seconds: BAR_S + SETTLE_S + AROUND_S, what: 'runs'},
]

/** @type {import('../items.mjs').Takes} */
export const peerTakes = ({runs}) => [
  {times: 2 * runs * FRAMES_MS.length, seconds: BAR_S + SETTLE_S + AROUND_S, what: 'runs'},
]

/**
 * The whole server with its default flags against one that parses nothing.
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
export async function echo({runs, quick}) {
  const bare = await startBare()
  const serve = await startServe(['--bot', 'echo'])
  await warmUp([bare, serve], quick)
  /** @type {Row[]} */
  const rows = []
  /** @type {Pairs[]} */
  const all = []
  for (const frameMs of FRAMES_MS) {
    for (const calls of quick ? [10, 50] : CALLS) {
      const seconds = quick ? 2 : secondsOf(calls)
      const load = {calls, frameMs, settleS: SETTLE_S, seconds}
      const pairs = await inPairs(runs, {
        baseline: () => runOf(bare, load),
        ours: () => runOf(serve, load),
      })
      all.push(pairs)
      const of = `${calls} calls, ${frameMs} ms`
      const isBar = calls === BAR_CALLS
      rows.push(
        rowOf(pairs, {
          what: `CPU a frame, ${of}`,
          unit: 'µs',
          key: 'cpuUsPerFrame',
          ...(isBar ? {bar: {at: 'most', value: 1.25, of: 'ratio'}} : {}),
        }),
        rowOf(pairs, {what: `echo p50, ${of}`, unit: 'ms', key: 'p50Ms'}),
        rowOf(pairs, {
          what: `echo p99, ${of}`,
          unit: 'ms',
          key: 'p99Ms',
          ...(isBar ? {bar: {at: 'most', value: 2, of: 'difference'}} : {}),
        }),
      )
    }
  }
  await Promise.all([bare.stop(), serve.stop()])
  return [...rows, ...lostRows(all)]
}

/** @param {number} calls */
function secondsOf(calls) {
  if (calls >= MANY_CALLS) return 3
  return calls === BAR_CALLS ? BAR_S : 4
}

/**
 * What a server lost is its result, not the rig's: of all runs together, and one is too many.
 * @param {readonly Pairs[]} made
 * @returns {Row[]}
 */
function lostRows(made) {
  const bar = /** @type {const} */ ({at: 'most', value: 0, of: 'ours'})
  return [
    totalOf(made, {
      what: 'frames that never came back, all runs',
      unit: 'frames',
      key: 'missing',
      bar,
    }),
    totalOf(made, {
      what: 'streams closed by the server, all runs',
      unit: 'streams',
      key: 'closed',
      bar,
    }),
  ]
}

/**
 * Another server beside the two, measured by the same driver. Where it runs on another machine, or where nobody told
 * its pid, its CPU is not measured.
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
export async function peer({runs, quick, peerUrl, peerPid}) {
  if (peerUrl === undefined) return []
  const bare = await startBare()
  const other = {name: 'peer', url: peerUrl, pid: peerPid ?? 0}
  await warmUp([bare, other], quick)
  /** @type {Row[]} */
  const rows = []
  /** @type {Pairs[]} */
  const all = []
  for (const frameMs of FRAMES_MS) {
    const calls = quick ? 10 : BAR_CALLS
    const load = {calls, frameMs, settleS: SETTLE_S, seconds: quick ? 2 : BAR_S}
    const pairs = await inPairs(runs, {
      baseline: () => runOf(bare, load),
      ours: () => runOf(other, load),
    })
    all.push(pairs)
    const of = `${calls} calls, ${frameMs} ms`
    rows.push(
      rowOf(pairs, {what: `the peer: CPU a frame, ${of}`, unit: 'µs', key: 'cpuUsPerFrame'}),
      rowOf(pairs, {what: `the peer: echo p50, ${of}`, unit: 'ms', key: 'p50Ms'}),
      rowOf(pairs, {what: `the peer: echo p99, ${of}`, unit: 'ms', key: 'p99Ms'}),
    )
  }
  await bare.stop()
  return [...rows, ...lostRows(all)]
}

/**
 * What a relay before a bot adds to the time of an echo.
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
export async function relay({runs, quick}) {
  const bare = await startBare()
  const before = await startServe(['--bot', 'relay', '--to', bare.url])
  await warmUp([bare, before], quick)
  const calls = quick ? 10 : BAR_CALLS
  const load = {calls, frameMs: 20, settleS: SETTLE_S, seconds: quick ? 2 : BAR_S}
  const pairs = await inPairs(runs, {
    baseline: () => runOf(bare, load),
    ours: () => runOf(before, load),
  })
  await Promise.all([bare.stop(), before.stop()])
  const of = `${calls} calls, 20 ms`
  const against = /** @type {const} */ ('difference')
  return [
    rowOf(pairs, {what: `echo through a relay p50, ${of}`, unit: 'ms', key: 'p50Ms', against}),
    rowOf(pairs, {what: `echo through a relay p99, ${of}`, unit: 'ms', key: 'p99Ms', against}),
    rowOf(pairs, {what: `CPU a frame of the relay, ${of}`, unit: 'µs', key: 'cpuUsPerFrame'}),
    ...lostRows([pairs]),
  ]
}

/**
 * @param {{url: string, pid: number}} server
 * @param {Load} load
 * @returns {Promise<Run>}
 */
async function runOf(server, {calls, frameMs, settleS, seconds}) {
  const [step] = await driveCalls(server, {frameMs, steps: [{calls, settleS, seconds}]})
  if (step === undefined) throw new Error('the driver said nothing')
  const {p50Ms, p99Ms, cpuUsPerFrame, latenessP99Ms, missing, closed} = step
  return {
    values: {
      p50Ms,
      p99Ms,
      latenessP99Ms,
      missing,
      closed,
      ...(cpuUsPerFrame === undefined ? {} : {cpuUsPerFrame}),
    },
    unreliable: unreliable(step),
  }
}

/**
 * Code that has been compiled, in both alike, before anything counts.
 * @param {readonly {url: string, pid: number}[]} servers
 * @param {boolean} quick
 */
async function warmUp(servers, quick) {
  const steps = [{calls: quick ? 20 : 100, settleS: 0, seconds: quick ? 1 : 4}]
  for (const server of servers) await driveCalls(server, {frameMs: 20, steps})
}
