import {fileURLToPath} from 'node:url'

import {alone, rowOf} from '../measure.mjs'
import {runNode, said, startNode} from '../rig/children.mjs'
import {machineTicks, stolenShare} from '../rig/cpu.mjs'
import {stolenTooMuch} from '../rig/drive.mjs'
import {bin} from '../rig/servers.mjs'

/**
 * @typedef {import('../measure.mjs').Row} Row
 * @typedef {import('../measure.mjs').Run} Run
 * @typedef {import('../measure.mjs').Pairs} Pairs
 * @typedef {import('../run.mjs').Size} Size
 * @typedef {import('../../../src/report/report.js').RunReport} RunReport
 * @typedef {import('../../../src/report/load-report.js').KneeReport} KneeReport
 * @typedef {'refuses' | 'collapses'} Manner
 * @typedef {{readonly run: Run, readonly told: string}} Search
 */

const bot = fileURLToPath(new URL('../../rig/capacity-bot/capacity-bot.mjs', import.meta.url))
const scenario = fileURLToPath(new URL('../scenarios/short.yaml', import.meta.url))

/** Where the search begins: its own default is far below each of them. */
const CAPACITIES = [60, 120, 300]

/** One search each is an answer; more of them only by --runs. */
const RUNS = 1

/** The search itself, the overload, and the bot's rest. */
const SEARCH_S = 125

/** What the overload of a bot is to be told as. */
const TOLD_AS = /** @type {const} */ ({refuses: 'sheds', collapses: 'collapses'})

/** @type {import('../items.mjs').Takes} */
export const findKneeTakes = ({asked = RUNS}) => [
  {times: CAPACITIES.length * asked, seconds: SEARCH_S, what: 'searches'},
]

/**
 * What `--find-knee` finds where only the bot knows its capacity, and whether it tells a bot that sheds what is too
 * much from one that collapses. The manners take turns, so that one search of each capacity shows both.
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
export async function findKnee({asked = RUNS, quick}) {
  /** @type {Row[]} */
  const rows = []
  /** @type {Record<Manner, Search[]>} */
  const byManner = {refuses: [], collapses: []}
  for (const [place, capacity] of (quick ? [12] : CAPACITIES).entries()) {
    let made = 0
    const pairs = await alone(quick ? 1 : asked, async () => {
      const manner = (place + made) % 2 === 0 ? 'refuses' : 'collapses'
      const found = await search(capacity, manner)
      if (found.run.unreliable === undefined) {
        byManner[manner].push(found)
        made += 1
      }
      return found.run
    })
    rows.push(...rowsOf(pairs, capacity))
  }
  return [...rows, ...overloadRows(byManner)]
}

/**
 * @param {Pairs} found
 * @param {number} capacity
 * @returns {Row[]}
 */
function rowsOf(found, capacity) {
  const against = found.pairs.map((pair) => ({...pair, baseline: {calls: capacity}}))
  const callMs = found.pairs[0]?.ours['callMs']
  const note = callMs === undefined ? {} : {note: `calls of ${(callMs / 1000).toFixed(1)} s`}
  const of = `a bot that holds ${capacity}`
  return [
    rowOf(
      {...found, pairs: against},
      {what: `knee of ${of}`, unit: 'calls', key: 'calls', ...note},
    ),
    rowOf(found, {
      what: `off by, ${of}`,
      unit: '%',
      key: 'offPercent',
      bar: {at: 'most', value: 5, of: 'ours'},
    }),
    rowOf(found, {
      what: `the search took, ${of}`,
      unit: 's',
      key: 'searchS',
      bar: {at: 'most', value: 300, of: 'ours'},
    }),
  ]
}

/**
 * @param {Record<Manner, readonly Search[]>} byManner
 * @returns {Row[]}
 */
export function overloadRows(byManner) {
  return /** @type {const} */ (['refuses', 'collapses']).flatMap((manner) => {
    const found = byManner[manner]
    if (found.length === 0) return []
    const right = found.filter(({told}) => told === TOLD_AS[manner]).length
    const values = {right: (100 * right) / found.length}
    const row = rowOf(
      {asked: 1, pairs: [{ours: values, baseline: {}}], discarded: []},
      {
        what: `overload of a bot that ${manner}, told as ${TOLD_AS[manner]}`,
        unit: '% of searches',
        key: 'right',
        bar: {at: 'least', value: 100, of: 'ours'},
        note: `told as: ${found.map(({told}) => told).join(', ')}`,
      },
    )
    return [{...row, runs: found.length}]
  })
}

/**
 * @param {number} capacity
 * @param {Manner} manner
 * @returns {Promise<Search>}
 */
async function search(capacity, manner) {
  const running = startNode([bot, '--capacity', String(capacity), '--manner', manner])
  const port = await said(running, {file: 'stdout', pattern: /^(\d+)$/m})
  const url = `ws://127.0.0.1:${port}/`
  const asked = ['--find-knee', '--bot-pid', String(running.pid), '--scenario', scenario, '--json']
  const before = machineTicks()
  const {stdout, stderr} = await runNode([bin, 'load', url, ...asked])
  const stolen = stolenShare(before, machineTicks())
  await running.stop()
  if (!stdout.startsWith('{')) throw new Error(`load did not report: ${stderr || stdout}`)
  /** @type {RunReport} */
  const report = JSON.parse(stdout)
  const knee = report.load?.knee
  if (knee === undefined) throw new Error(`load looked for no knee: ${stdout}`)
  return searchOf(knee, {capacity, stolen})
}

/**
 * A search that this machine ended says nothing of how well it searches.
 * @param {Pick<KneeReport, 'calls' | 'bound' | 'broken' | 'callMs' | 'searchMs' | 'overload'>} knee
 * @param {{capacity: number, stolen: number | undefined}} asked
 * @returns {Search}
 */
export function searchOf(knee, {capacity, stolen}) {
  const {calls = 0, bound, broken, callMs, searchMs, overload} = knee
  const isEndedByRig = bound !== 'exact' && broken?.fault === 'rig'
  return {
    run: {
      values: {
        calls,
        callMs,
        offPercent: Math.abs(calls / capacity - 1) * 100,
        searchS: searchMs / 1000,
      },
      unreliable: isEndedByRig ? 'this machine was the limit of the search' : stolenTooMuch(stolen),
    },
    told: overload?.verdict ?? 'not-measured',
  }
}
