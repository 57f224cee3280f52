import {writeFileSync} from 'node:fs'
import {join} from 'node:path'

import {alone, rowOf} from '../measure.mjs'
import {runNode, startNode} from '../rig/children.mjs'
import {MOST_LATENESS_MS} from '../rig/drive.mjs'
import {bin, startBare} from '../rig/servers.mjs'

/**
 * @typedef {import('../measure.mjs').Row} Row
 * @typedef {import('../measure.mjs').Run} Run
 * @typedef {import('../run.mjs').Size} Size
 * @typedef {import('../../../src/report/report.js').RunReport} RunReport
 */

/** What the bars ask for, and where one looks further. */
const BARS = [
  {frameMs: 20, profile: 'docs-strings', calls: 500},
  {frameMs: 100, profile: '100ms', calls: 1000},
]
const UP = [1.15, 1.3, 1.5, 1.75, 2]
const DOWN = [0.85, 0.7, 0.5, 0.35, 0.2]

/** All calls are open at once when the ramp is shorter than a call. */
const RAMP = '4s'
const SPEECH_MS = 8000

/**
 * How many calls one thread of `load` carries at their real pace, the bot being one that costs next to nothing.
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
export async function load({runs, quick}) {
  const bare = await startBare()
  const scenario = scenarioFile()
  /** @type {Row[]} */
  const rows = []
  for (const {frameMs, profile, calls: bar} of BARS) {
    /** @param {number} calls */
    const run = (calls) => loadRun({url: bare.url, scenario, profile, calls})
    const calls = quick ? 10 : await mostCalls(bar, run)
    const made = await alone(runs, () => run(calls))
    const of = `${frameMs} ms, one thread`
    rows.push(
      rowOf(made, {
        what: `calls at their real pace, ${of}`,
        unit: 'calls',
        key: 'calls',
        bar: {at: 'least', value: bar, of: 'ours'},
      }),
      rowOf(made, {
        what: `send lateness p99 with them, ${of}`,
        unit: 'ms',
        key: 'latenessP99Ms',
        bar: {at: 'most', value: 10, of: 'ours'},
      }),
      rowOf(made, {what: `CPU of load with them, ${of}`, unit: '% of a core', key: 'cpuPercent'}),
    )
  }
  await bare.stop()
  return rows
}

/**
 * From the bar up to where it breaks, or down to where it holds.
 * @param {number} bar
 * @param {(calls: number) => Promise<Run>} run
 * @returns {Promise<number>}
 */
async function mostCalls(bar, run) {
  /** @param {number} times */
  const holds = async (times) => (await run(Math.round(bar * times))).unreliable === undefined
  if (!(await holds(1))) {
    for (const times of DOWN) if (await holds(times)) return Math.round(bar * times)
    return Math.round(bar * (DOWN.at(-1) ?? 1))
  }
  let best = 1
  for (const times of UP) {
    if (!(await holds(times))) break
    best = times
  }
  return Math.round(bar * best)
}

/**
 * @param {{url: string, scenario: string, profile: string, calls: number}} asked
 * @returns {Promise<Run>}
 */
async function loadRun({url, scenario, profile, calls}) {
  const flags = ['--calls', String(calls), '--ramp', RAMP, '--workers', '1', '--json']
  const {stdout, stderr} = await runNode([
    ...[bin, 'load', url, ...flags],
    ...['--scenario', scenario, '--profile', profile],
  ])
  const report = readReport(stdout)
  if (report?.load === undefined) throw new Error(`load did not report: ${stderr || stdout}`)
  const {rig} = report
  const {peak, opened} = report.load
  const latenessP99Ms = rig.sendLatenessMs?.p99 ?? Infinity
  const few = opened < calls || peak < calls * 0.98
  const late =
    latenessP99Ms > MOST_LATENESS_MS
      ? `load sent late, p99 ${latenessP99Ms.toFixed(1)} ms`
      : undefined
  const why = rig.verdict === 'reliable' ? late : `load says that it was ${rig.verdict} itself`
  return {
    values: {
      calls: peak,
      latenessP99Ms,
      ...(rig.rigCpu === undefined ? {} : {cpuPercent: rig.rigCpu * 100}),
    },
    unreliable: few ? `${peak} of ${calls} calls were open at once` : why,
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

/** A caller who only stays: what is measured is the pace, not what is said. */
function scenarioFile() {
  // A process that has ended at once leaves its folder until the whole run is over.
  const {folder} = startNode(['-e', '0'])
  const file = join(folder, 'stays.yaml')
  const text = `version: 1\nname: stays\ndescription: A caller who stays on the line.\nsteps:\n  - silence: {ms: ${SPEECH_MS}}\n  - hangUp: stop\n`
  writeFileSync(file, text)
  return file
}
