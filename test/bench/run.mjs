/**
 * Side-by-side measurements, each against a baseline of the same run: a table on stdout, JSON in .results/bench.json.
 * Run after a build: node test/bench/run.mjs [NAME…] [--list] [--quick] [--runs N] [--write]. Exits with 1 when a bar
 * was missed, 3 when one could not be judged, 2 for a mistake in what was asked.
 */
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'

import {barsOf, barsText, exitOf, withoutVerdicts} from './bars.mjs'
import {items, listOf} from './items.mjs'
import {optionsOf} from './options.mjs'
import {withTable} from './readme.mjs'
import {keepResults, merged, readResults, whyNotToWrite} from './results.mjs'
import {root} from './rig/children.mjs'
import {commitNow, machineNow} from './rig/machine.mjs'
import {tableOf} from './table.mjs'

/**
 * What an item is told: how many runs of each side, and whether it is only to be shown that it works. `asked`: runs,
 * where they were asked for.
 * @typedef {{
 *   readonly runs: number, readonly asked?: number | undefined, readonly quick: boolean,
 *   readonly peerUrl?: string | undefined, readonly peerPid?: number | undefined,
 * }} Size
 * @typedef {{
 *   readonly name: string, readonly title: string, readonly at: string, readonly commit?: string,
 *   readonly tookS: number, readonly rows: readonly import('./measure.mjs').Row[], readonly failed?: string,
 * }} ItemResult
 * @typedef {{readonly at: string, readonly commit?: string, readonly machine: import('./rig/machine.mjs').Machine, readonly quick: boolean, readonly items: readonly ItemResult[]}} Results
 */

/** Medians of at least so many. */
const RUNS = 5
const QUICK_RUNS = 2
const USAGE = 2

const options = optionsOf(process.argv.slice(2))
const resultsFile = join(root, '.results/bench.json')
const quickFile = join(root, '.results/bench-quick.json')

if ('mistake' in options) complain(options.mistake)
else await door(options)
// An item that failed may have left processes, which end with this one.
process.exit()

/** @param {import('./options.mjs').Options} asked */
async function door({names, list, quick, write, ...rest}) {
  const size = {runs: rest.asked ?? (quick ? QUICK_RUNS : RUNS), quick, ...rest}
  if (list) console.log(listOf(size))
  else if (write && names.length === 0) writeReadme()
  else {
    await measure(names, size)
    if (write) writeReadme()
  }
}

/**
 * @param {readonly string[]} names all where there are none
 * @param {Size} size
 */
async function measure(names, size) {
  const {quick, peerUrl} = size
  const chosen = items.filter(({name, needsPeer}) =>
    names.length > 0 ? names.includes(name) : !needsPeer || peerUrl !== undefined,
  )
  const commit = commitNow()
  const head = {at: new Date().toISOString(), ...(commit === undefined ? {} : {commit})}
  /** @type {ItemResult[]} */
  const done = []
  const now = () => ({...head, machine: machineNow(), quick, items: done})
  const file = quick ? quickFile : resultsFile
  const before = quick ? undefined : readResults(file)
  for (const item of chosen) {
    process.stderr.write(`${item.name}: ${item.title} …\n`)
    const result = {...(await measured(item, size)), ...head}
    done.push(quick ? withoutVerdicts(result) : result)
    keepResults(file, merged(before, now()))
  }
  console.log(tableOf(now()))
  if (quick) {
    process.exitCode = exitOf({missed: [], open: done.flatMap(({failed}) => failed ?? [])})
    return
  }
  const bars = barsOf(done)
  console.log(`\n${barsText(bars)}`)
  process.exitCode = exitOf(bars)
}

/**
 * An item that fails is told, and does not stop the next one.
 * @param {import('./items.mjs').Item} item
 * @param {Size} size
 */
async function measured({name, title, run}, size) {
  const startedAt = performance.now()
  const tookS = () => Math.round((performance.now() - startedAt) / 1000)
  try {
    return {name, title, rows: await run(size), tookS: tookS()}
  } catch (error) {
    const failed = error instanceof Error ? error.message : String(error)
    process.stderr.write(`${name} failed: ${failed}\n`)
    return {name, title, rows: [], tookS: tookS(), failed}
  }
}

/** The table of the results there are, into the README; nothing is measured. */
function writeReadme() {
  const results = readResults(resultsFile)
  const why = whyNotToWrite(results)
  if (results === undefined || why !== undefined) {
    complain(why ?? '')
    return
  }
  const readme = join(root, 'README.md')
  writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), tableOf(results)))
  console.log(`README.md has the table of ${results.at}.`)
}

/** @param {string} sentence */
function complain(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = USAGE
}
