import {fileURLToPath} from 'node:url'

import {rowOf} from '../measure.mjs'
import {runNode, said, startNode} from '../rig/children.mjs'
import {bin} from '../rig/servers.mjs'

/**
 * @typedef {import('../measure.mjs').Row} Row
 * @typedef {import('../run.mjs').Size} Size
 * @typedef {import('../../../src/report/report.js').RunReport} RunReport
 */

const bot = fileURLToPath(new URL('../../rig/capacity-bot/capacity-bot.mjs', import.meta.url))
const CAPACITIES = [60, 120, 300]

/**
 * What `--find-knee` finds where only the bot knows its capacity. One search each: it is an answer, not a speed.
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
export async function findKnee({quick}) {
  /** @type {Row[]} */
  const rows = []
  for (const capacity of quick ? [12] : CAPACITIES) {
    const {calls, searchS} = await search(capacity)
    const found = {asked: 1, discarded: []}
    const pairs = [
      {ours: {calls, off: Math.abs(calls / capacity - 1) * 100, searchS}, baseline: {}},
    ]
    rows.push(
      rowOf(
        {...found, pairs: [{ours: {calls}, baseline: {calls: capacity}}]},
        {what: `knee of a bot that holds ${capacity}`, unit: 'calls', key: 'calls'},
      ),
      rowOf(
        {...found, pairs},
        {what: 'off by', unit: '%', key: 'off', bar: {at: 'most', value: 5, of: 'ours'}},
      ),
      rowOf(
        {...found, pairs},
        {
          what: 'the search took',
          unit: 's',
          key: 'searchS',
          bar: {at: 'most', value: 300, of: 'ours'},
        },
      ),
    )
  }
  return rows
}

/** @param {number} capacity */
async function search(capacity) {
  const running = startNode([bot, '--capacity', String(capacity), '--manner', 'refuses'])
  const port = await said(running, {file: 'stdout', pattern: /^(\d+)$/m})
  const url = `ws://127.0.0.1:${port}/`
  const asked = ['--find-knee', '--bot-pid', String(running.pid), '--scenario', 'basic', '--json']
  const {stdout, stderr} = await runNode([bin, 'load', url, ...asked])
  await running.stop()
  if (!stdout.startsWith('{')) throw new Error(`load did not report: ${stderr || stdout}`)
  /** @type {RunReport} */
  const report = JSON.parse(stdout)
  const knee = report.load?.knee
  if (knee === undefined) throw new Error(`load looked for no knee: ${stdout}`)
  return {calls: knee.calls ?? Number.NaN, searchS: knee.searchMs / 1000}
}
