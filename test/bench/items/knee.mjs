import {inPairs, rowOf} from '../measure.mjs'
import {driveCalls, unreliable} from '../rig/drive.mjs'
import {startBare, startServe} from '../rig/servers.mjs'

/**
 * @typedef {import('../measure.mjs').Row} Row
 * @typedef {import('../measure.mjs').Run} Run
 * @typedef {import('../run.mjs').Size} Size
 * @typedef {import('../rig/drive.mjs').StepResult} StepResult
 */

const FRAMES_MS = [20, 100]

/** Doubling tells about where the knee is; the climbs that count begin below it, or below the last one found. */
const FIRST_CALLS = 100
const MOST_CALLS = 6400
const BELOW = 0.75
const JUST_BELOW = 0.88

/** From below to twice the last good one of the doubling. */
const STEP = 1.05
const MOST_STEPS = 22

const SETTLE_S = 0.3
const SECONDS = 1.2

/** Of a climb: few steps, since it begins just below; opening takes its time, too. */
const CLIMB_S = 11
const ROUGH_S = 14

/** @type {import('../items.mjs').Takes} */
export const kneeTakes = ({runs}) => [
  {times: 2 * FRAMES_MS.length, seconds: ROUGH_S, what: 'doublings'},
  {times: 2 * FRAMES_MS.length * runs, seconds: CLIMB_S, what: 'climbs'},
]

/**
 * The most calls at which an echo comes back within its frame, p99. Where the driver is late first, the
 * knee is not known.
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
export async function knee({runs, quick}) {
  /** @type {Row[]} */
  const rows = []
  for (const frameMs of FRAMES_MS) {
    const bare = await startBare()
    const serve = await startServe(['--bot', 'echo'])
    const pairs = await inPairs(runs, {
      baseline: climber(bare, {frameMs, quick}),
      ours: climber(serve, {frameMs, quick}),
    })
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
  const steps = quick ? 3 : MOST_STEPS
  const seconds = quick ? 0.5 : SECONDS
  /** @type {number | undefined} */
  let startAt
  return async () => {
    startAt ??= (await roughKnee(server, {frameMs, quick})) * BELOW
    const run = await climb(startAt, {
      frameMs,
      steps,
      drive: (sizes) =>
        driveCalls(server, {
          frameMs,
          steps: sizes.map((calls) => ({calls, settleS: SETTLE_S, seconds})),
          stopOverMs: frameMs,
        }),
    })
    startAt = (run.values['calls'] ?? startAt) * JUST_BELOW
    return run
  }
}

/**
 * Up from where it begins until a step breaks. What does not hold even there is looked for below: a server that is
 * weaker today is a result, not a run to be made again.
 * @param {number} startAt
 * @param {{frameMs: number, steps: number, drive: (sizes: readonly number[]) => Promise<readonly StepResult[]>}} how
 * @returns {Promise<Run>}
 */
export async function climb(startAt, {frameMs, steps, drive}) {
  for (let from = Math.max(1, startAt); ; from = Math.max(1, from * BELOW)) {
    const sizes = [
      ...new Set(Array.from({length: steps}, (_, at) => Math.round(from * STEP ** at))),
    ]
    const results = await drive(sizes)
    const best = results.filter((step) => holds(step, frameMs)).at(-1)
    const last = results.at(-1)
    const why = last === undefined ? 'the driver said nothing' : rigsFault(results, best)
    if (why !== undefined) return {values: {}, unreliable: why}
    if (best !== undefined) {
      const isUsedUp = best === last && results.length === sizes.length
      return {values: {calls: best.calls}, ...(isUsedUp ? {atLeast: true} : {})}
    }
    if (sizes[0] === 1) return {values: {calls: 0}}
  }
}

/**
 * Why it is not known whether the server holds more: a step beyond the best one says more of the rig.
 * @param {readonly StepResult[]} results
 * @param {StepResult | undefined} best
 * @returns {string | undefined}
 */
function rigsFault(results, best) {
  const beyond = best === undefined ? results : results.slice(results.indexOf(best) + 1)
  const why = beyond.map(unreliable).find((reason) => reason !== undefined)
  return why === undefined ? undefined : `${why}, at the knee`
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
  return results.filter((step) => holds(step, frameMs)).at(-1)?.calls ?? FIRST_CALLS / 2
}

/**
 * @param {StepResult} step
 * @param {number} frameMs
 */
function holds(step, frameMs) {
  return step.p99Ms < frameMs && step.closed === 0 && unreliable(step) === undefined
}
