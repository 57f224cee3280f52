import {inPairs, rowOf} from '../measure.mjs'
import {runNode} from '../rig/children.mjs'
import {bin} from '../rig/servers.mjs'

/**
 * @typedef {import('../measure.mjs').Row} Row
 * @typedef {import('../run.mjs').Size} Size
 */

/** A start is short, so that more of them cost nothing and say more. */
const TIMES_AS_OFTEN = 3
const LINES = ['--help', 'simulate --help', 'load --help']

/** @type {import('../items.mjs').Takes} */
export const helpTakes = ({runs}) => [
  {times: LINES.length * TIMES_AS_OFTEN * runs, seconds: 0.25, what: 'pairs of starts'},
]

/**
 * Whole processes, from the built bin.
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
export async function help({runs}) {
  /** @type {Row[]} */
  const rows = []
  for (const line of LINES) {
    const args = [bin, ...line.split(' ')]
    await timed(args)
    const pairs = await inPairs(runs * TIMES_AS_OFTEN, {
      baseline: () => timed(['-e', '0']),
      ours: () => timed(args),
    })
    const bar = /** @type {const} */ ({at: 'most', value: 4, of: 'ratio'})
    rows.push(rowOf(pairs, {what: `exostream ${line}`, unit: 'ms', key: 'ms', bar}))
  }
  return rows
}

/** @param {readonly string[]} args */
async function timed(args) {
  const startedAt = performance.now()
  const {exit, stderr} = await runNode(args)
  if (exit !== 0) throw new Error(`node ${args.join(' ')} exited with ${String(exit)}: ${stderr}`)
  return {values: {ms: performance.now() - startedAt}}
}
