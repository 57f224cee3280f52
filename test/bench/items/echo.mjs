import {inPairs, rowOf} from '../measure.mjs'
import {driveCalls, unreliable} from '../rig/drive.mjs'
import {startBare, startServe} from '../rig/servers.mjs'

/**
 * @typedef {import('../measure.mjs').Row} Row
 * @typedef {import('../measure.mjs').Run} Run
 * @typedef {import('../run.mjs').Size} Size
 * @typedef {{readonly calls: number, readonly frameMs: number, readonly settleS: number, readonly seconds: number}} Load
 */

const FRAMES_MS = [20, 100]
const CALLS = [10, 100, 500, 1000]

/** From so many calls on a second has frames enough, and the machine less to spare. */
const MANY_CALLS = 500

/** What the bars of the issue are held at. */
const BAR_CALLS = 100

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
  for (const frameMs of FRAMES_MS) {
    for (const calls of quick ? [10, 50] : CALLS) {
      const seconds = quick ? 2 : calls < MANY_CALLS ? 8 : 6
      const load = {calls, frameMs, settleS: quick ? 0.5 : 1, seconds}
      const pairs = await inPairs(runs, {
        baseline: () => runOf(bare, load),
        ours: () => runOf(serve, load),
      })
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
  return rows
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
  for (const frameMs of FRAMES_MS) {
    const calls = quick ? 10 : BAR_CALLS
    const load = {calls, frameMs, settleS: 1, seconds: quick ? 2 : 8}
    const pairs = await inPairs(runs, {
      baseline: () => runOf(bare, load),
      ours: () => runOf(other, load),
    })
    const of = `${calls} calls, ${frameMs} ms`
    rows.push(
      rowOf(pairs, {what: `the peer: CPU a frame, ${of}`, unit: 'µs', key: 'cpuUsPerFrame'}),
      rowOf(pairs, {what: `the peer: echo p50, ${of}`, unit: 'ms', key: 'p50Ms'}),
      rowOf(pairs, {what: `the peer: echo p99, ${of}`, unit: 'ms', key: 'p99Ms'}),
    )
  }
  await bare.stop()
  return rows
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
  const load = {calls, frameMs: 20, settleS: 1, seconds: quick ? 2 : 8}
  const pairs = await inPairs(runs, {
    baseline: () => runOf(bare, load),
    ours: () => runOf(before, load),
  })
  await Promise.all([bare.stop(), before.stop()])
  const of = `echo through serve --bot relay, ${calls} calls, 20 ms`
  return [
    rowOf(pairs, {what: `p50 of an ${of}`, unit: 'ms', key: 'p50Ms'}),
    rowOf(pairs, {what: `p99 of an ${of}`, unit: 'ms', key: 'p99Ms'}),
    rowOf(pairs, {what: `CPU a frame of the ${of}`, unit: 'µs', key: 'cpuUsPerFrame'}),
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
  const lost = closed > 0 ? `${closed} streams were closed` : undefined
  return {
    values: {
      p50Ms,
      p99Ms,
      latenessP99Ms,
      missing,
      ...(cpuUsPerFrame === undefined ? {} : {cpuUsPerFrame}),
    },
    unreliable: unreliable(step) ?? lost,
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
