import {inPairs, rowOf} from '../measure.mjs'
import {driveCalls, unreliable} from '../rig/drive.mjs'
import {startBare, startServe} from '../rig/servers.mjs'

/**
 * @typedef {import('../measure.mjs').Row} Row
 * @typedef {import('../measure.mjs').Run} Run
 * @typedef {import('../run.mjs').Size} Size
 */

/** Doubling tells about where the knee is; the climbs that count begin below it, or below the last one found. */
const FIRST_CALLS = 100
const MOST_CALLS = 6400
const BELOW = 0.75
const JUST_BELOW = 0.88

/** From below to twice the last good one of the doubling. */
const STEP = 1.05
const MOST_STEPS = 22

/**
 * The most calls at which an echo comes back within its frame, p99. Where the driver is late first, the
 * knee is not known.
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
export async function knee({runs, quick}) {
  /** @type {Row[]} */
  const rows = []
  for (const frameMs of [20, 100]) {
    const bare = await startBare()
    const serve = await startServe(['--bot', 'echo'])
    const climbs = {
      bare: climber(bare, {frameMs, quick}),
      serve: climber(serve, {frameMs, quick}),
    }
    const pairs = await inPairs(runs, {baseline: climbs.bare, ours: climbs.serve})
    await Promise.all([bare.stop(), serve.stop()])
    rows.push(
      rowOf(pairs, {
        what: `knee, ${frameMs} ms`,
        unit: 'calls',
        key: 'calls',
        bar: {at: 'least', value: 0.85, of: 'ratio'},
      }),
    )
  }
  return rows
}

/**
 * Finds the knee of a server anew each time it is called.
 * @param {{url: string, pid: number}} server
 * @param {{frameMs: number, quick: boolean}} how
 * @returns {() => Promise<Run>}
 */
function climber(server, {frameMs, quick}) {
  /** @type {number | undefined} */
  let startAt
  return async () => {
    startAt ??= (await roughKnee(server, {frameMs, quick})) * BELOW
    const from = startAt
    const steps = Array.from({length: quick ? 3 : MOST_STEPS}, (_, at) => ({
      calls: Math.round(from * STEP ** at),
      settleS: 0.3,
      seconds: quick ? 0.5 : 1.2,
    }))
    const results = await driveCalls(server, {frameMs, steps, stopOverMs: frameMs})
    const calls = lastGood(results, frameMs)
    const last = results.at(-1)
    const late = last === undefined ? 'the driver said nothing' : unreliable(last)
    startAt = calls === undefined ? from * BELOW : calls * JUST_BELOW
    if (calls === undefined) return {values: {}, unreliable: late ?? 'not even the first step held'}
    return {values: {calls}, ...(late === undefined ? {} : {unreliable: `${late}, at the knee`})}
  }
}

/**
 * @param {{url: string, pid: number}} server
 * @param {{frameMs: number, quick: boolean}} how
 * @returns {Promise<number>}
 */
async function roughKnee(server, {frameMs, quick}) {
  const doubling = Array.from({length: 8}, (_, at) => FIRST_CALLS * 2 ** at)
  const steps = doubling
    .filter((calls) => calls <= (quick ? 200 : MOST_CALLS))
    .map((calls) => ({calls, settleS: 0.5, seconds: quick ? 0.5 : 1.5}))
  const results = await driveCalls(server, {frameMs, steps, stopOverMs: frameMs})
  return lastGood(results, frameMs) ?? FIRST_CALLS / 2
}

/**
 * @param {readonly import('../rig/drive.mjs').StepResult[]} results
 * @param {number} frameMs
 * @returns {number | undefined}
 */
function lastGood(results, frameMs) {
  return results
    .filter((step) => step.p99Ms < frameMs && step.closed === 0 && unreliable(step) === undefined)
    .at(-1)?.calls
}
