import {Bench} from 'tinybench'

import {inPairs} from '../measure.mjs'
import {root} from './children.mjs'

/**
 * @typedef {import('../measure.mjs').Pairs} Pairs
 * @typedef {import('../run.mjs').Size} Size
 * @typedef {{readonly baseline: () => unknown, readonly ours: () => unknown, readonly each: number}} Sides
 */

const TIME_MS = 300

/** One timing, with its warm-up. */
export const SPEED_S = (TIME_MS * (1 + 1 / 3)) / 1000

/**
 * Microseconds for each of the things that one run of a function does, the two sides in turn.
 * @param {Size} size
 * @param {Sides} sides
 * @returns {Promise<Pairs>}
 */
export function speeds({runs, quick}, {baseline, ours, each}) {
  const time = quick ? 50 : TIME_MS
  /** @param {() => unknown} work */
  const timed = async (work) => {
    const bench = new Bench({time, warmupTime: time / 3})
    bench.add('work', () => {
      work()
    })
    const [task] = await bench.run()
    const result = task?.result
    if (result === undefined || !('latency' in result)) throw new Error('nothing was timed')
    return {values: {us: (result.latency.p50 * 1000) / each}}
  }
  return inPairs(runs, {baseline: () => timed(baseline), ours: () => timed(ours)})
}

/**
 * A module as it was built, which is what users run.
 * @param {string} path in `dist/`
 * @returns {Promise<unknown>}
 */
export function built(path) {
  return import(new URL(`dist/${path}`, `file://${root}`).href)
}
