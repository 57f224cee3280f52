import {fileURLToPath} from 'node:url'

import {alone, rowOf} from '../measure.mjs'
import {runNode} from '../rig/children.mjs'
import {machineTicks, stolenShare} from '../rig/cpu.mjs'
import {MOST_LATENESS_MS, stolenTooMuch} from '../rig/drive.mjs'
import {bin, startBare} from '../rig/servers.mjs'

/**
 * @typedef {import('../measure.mjs').Row} Row
 * @typedef {import('../measure.mjs').Run} Run
 * @typedef {import('../measure.mjs').Pairs} Pairs
 * @typedef {import('../run.mjs').Size} Size
 * @typedef {import('../../../src/report/report.js').RunReport} RunReport
 * @typedef {{
 *   readonly rig: Pick<RunReport['rig'], 'verdict' | 'sendLatenessMs' | 'rigCpu'>,
 *   readonly load: Pick<NonNullable<RunReport['load']>, 'peak' | 'opened' | 'atPace'>,
 *   readonly calls: readonly {readonly closing?: {readonly by: string}}[],
 * }} Told
 */

/** What the bars ask for. */
const BARS = [
  {frameMs: 20, profile: 'docs-strings', calls: 500},
  {frameMs: 100, profile: '100ms', calls: 1000},
]

/** Nearly all of the calls have to be at real pace, and open at once. */
const NEARLY_ALL = 0.99

/** Where one looks for what it carries: up when the bar was passed, else down until it holds. */
const UP = [1.15, 1.3, 1.5, 1.75, 2]
const DOWN = [0.85, 0.7, 0.5, 0.35, 0.2, 0.1]

/** All calls are open at once when the ramp is shorter than a call. */
const RAMP = '4s'
const scenario = fileURLToPath(new URL('../scenarios/turns.yaml', import.meta.url))

/** A call alone, the ramp, a call, and the start of a process. */
const RUN_S = 8 + 4 + 8 + 2
const LOOKS = 3

/** @type {import('../items.mjs').Takes} */
export const loadTakes = ({runs}) => [
  {times: BARS.length * runs, seconds: RUN_S, what: 'runs at the bars'},
  {times: BARS.length * LOOKS, seconds: RUN_S, what: 'looks for what it carries'},
]

/**
 * Calls at real pace that one thread of `load` makes, with turns that are measured, the bot being one that costs
 * next to nothing; at the size of the bar, and then the most that holds.
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
export async function load({runs, quick}) {
  const bare = await startBare()
  /** @type {Row[]} */
  const rows = []
  for (const {frameMs, profile, calls: bar} of BARS) {
    const asked = quick ? 10 : bar
    /** @param {number} calls */
    const run = (calls) => loadRun({url: bare.url, profile, calls})
    const made = await alone(quick ? 1 : runs, () => run(asked))
    const of = `${asked} asked, ${frameMs} ms, one thread`
    rows.push(...rowsOf(made, {asked, of}))
    rows.push(await capacity(made, {asked, run, quick, frameMs}))
  }
  await bare.stop()
  return rows
}

/**
 * @param {Pairs} made
 * @param {{asked: number, of: string}} run
 * @returns {Row[]}
 */
function rowsOf(made, {asked, of}) {
  const nearly = Math.ceil(asked * NEARLY_ALL)
  return [
    rowOf(made, {
      what: `calls at real pace, ${of}`,
      unit: 'calls',
      key: 'atPace',
      bar: {at: 'least', value: nearly, of: 'ours'},
    }),
    rowOf(made, {
      what: `calls open at once, ${of}`,
      unit: 'calls',
      key: 'peak',
      bar: {at: 'least', value: nearly, of: 'ours'},
    }),
    rowOf(made, {
      what: `send lateness p99, ${of}`,
      unit: 'ms',
      key: 'latenessP99Ms',
      bar: {at: 'most', value: MOST_LATENESS_MS, of: 'ours'},
    }),
    rowOf(made, {
      what: `rig reliable (100) or not (0), ${of}`,
      unit: '%',
      key: 'reliablePercent',
      bar: {at: 'least', value: 100, of: 'ours'},
    }),
    rowOf(made, {what: `CPU of load, ${of}`, unit: '% of a core', key: 'cpuPercent'}),
  ]
}

/**
 * @param {Pairs} atBar
 * @param {{asked: number, run: (calls: number) => Promise<Run>, quick: boolean, frameMs: number}} how
 * @returns {Promise<Row>}
 */
async function capacity(atBar, {asked, run, quick, frameMs}) {
  const what = `calls that hold all of that, ${frameMs} ms, one thread`
  const row = {what, unit: 'calls', key: 'calls', note: 'one run a size'}
  if (atBar.pairs.length < atBar.asked) return rowOf(atBar, row)
  const held = atBar.pairs.filter(({ours}) => ours['holds'] === 1).length
  /** @param {number} calls */
  const holds = async (calls) => {
    const {pairs} = await alone(1, () => run(calls))
    return pairs.length === 0 ? undefined : pairs[0]?.ours['holds'] === 1
  }
  const found = await mostThatHolds(asked, {
    atAsked: 2 * held > atBar.pairs.length,
    holds,
    looks: quick ? 1 : Infinity,
  })
  const pairs = found.calls === undefined ? [] : [{ours: {calls: found.calls}, baseline: {}}]
  const made = {asked: 1, pairs: pairs.map((pair) => ({...pair, ...found.more})), discarded: []}
  const told = rowOf(made, row)
  return pairs.length === 0
    ? {
        ...told,
        runs: 0,
        note: found.isUnknown
          ? 'a run at a smaller size could not be relied on'
          : 'none of the sizes tried held',
      }
    : told
}

/**
 * @param {number} asked
 * @param {{atAsked: boolean, holds: (calls: number) => Promise<boolean | undefined>, looks?: number}} how
 * @returns {Promise<{calls: number | undefined, more?: {atLeast: readonly 'ours'[]}, isUnknown?: boolean}>}
 *   more, where nothing broke; unknown, where a run could not be relied on
 */
export async function mostThatHolds(asked, {atAsked, holds, looks = Infinity}) {
  /** @param {number} times */
  const size = (times) => Math.max(1, Math.round(asked * times))
  if (!atAsked) {
    for (const times of DOWN.slice(0, looks)) {
      const isHeld = await holds(size(times))
      if (isHeld === undefined) return {calls: undefined, isUnknown: true}
      if (isHeld) return {calls: size(times)}
    }
    return {calls: undefined}
  }
  let calls = asked
  for (const times of UP.slice(0, looks)) {
    const isHeld = await holds(size(times))
    if (isHeld === undefined) break
    if (!isHeld) return {calls}
    calls = size(times)
  }
  return {calls, more: {atLeast: ['ours']}}
}

/**
 * @param {{url: string, profile: string, calls: number}} asked
 * @returns {Promise<Run>}
 */
async function loadRun({url, profile, calls}) {
  const flags = ['--calls', String(calls), '--ramp', RAMP, '--workers', '1', '--json']
  const before = machineTicks()
  const {stdout, stderr} = await runNode([
    ...[bin, 'load', url, ...flags],
    ...['--scenario', scenario, '--profile', profile],
  ])
  const report = readReport(stdout)
  if (report?.load === undefined) throw new Error(`load did not report: ${stderr || stdout}`)
  const stolen = stolenShare(before, machineTicks())
  return runOf({...report, load: report.load}, {calls, stolen})
}

/**
 * That a run was late is what is measured: only what load can do nothing for is discarded.
 * @param {Told} report
 * @param {{calls: number, stolen: number | undefined}} asked
 * @returns {Run}
 */
export function runOf({rig, load: {peak, opened, atPace}, calls: made}, {calls, stolen}) {
  const latenessP99Ms = rig.sendLatenessMs?.p99 ?? Infinity
  const isReliable = rig.verdict === 'reliable'
  const least = calls * NEARLY_ALL
  const isOnTime = latenessP99Ms <= MOST_LATENESS_MS && atPace >= least
  const holds = isReliable && isOnTime && peak >= least && opened >= least
  const closed = made.filter(({closing}) => closing?.by === 'bot').length
  return {
    values: {
      atPace,
      peak,
      latenessP99Ms,
      reliablePercent: isReliable ? 100 : 0,
      holds: holds ? 1 : 0,
      ...(rig.rigCpu === undefined ? {} : {cpuPercent: rig.rigCpu * 100}),
    },
    unreliable:
      closed > 0 ? `${closed} streams were closed by the baseline` : stolenTooMuch(stolen),
  }
}

/**
 * @param {string} text
 * @returns {RunReport | undefined}
 */
function readReport(text) {
  try {
    return /** @type {RunReport} our own */ (JSON.parse(text))
  } catch {
    return undefined
  }
}
