/**
 * Side-by-side measurements, each a ratio to a baseline of the same run: a table on stdout, JSON in
 * .results/bench.json. Run after a build: node test/bench/run.mjs [NAME…] [--list] [--quick] [--runs N] [--write]
 */
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {parseArgs} from 'node:util'

import {items} from './items.mjs'
import {machineNow} from './rig/machine.mjs'
import {root} from './rig/children.mjs'
import {withTable} from './readme.mjs'
import {tableOf} from './table.mjs'

/**
 * What an item is told: how many runs of each side, and whether it is only to be shown that it works.
 * @typedef {{readonly runs: number, readonly quick: boolean, readonly peerUrl?: string | undefined, readonly peerPid?: number | undefined}} Size
 * @typedef {{readonly name: string, readonly title: string, readonly tookS: number, readonly rows: readonly import('./measure.mjs').Row[], readonly failed?: string}} ItemResult
 * @typedef {{readonly at: string, readonly machine: import('./rig/machine.mjs').Machine, readonly quick: boolean, readonly runs: number, readonly items: readonly ItemResult[]}} Results
 */

/** Medians of at least so many. */
const RUNS = 5

const {values: flags, positionals: names} = parseArgs({
  allowPositionals: true,
  options: {
    list: {type: 'boolean', default: false},
    quick: {type: 'boolean', default: false},
    write: {type: 'boolean', default: false},
    runs: {type: 'string'},
    'peer-url': {type: 'string'},
    'peer-pid': {type: 'string'},
  },
})
const resultsFile = join(root, '.results/bench.json')

if (flags.list) list()
else if (flags.write && names.length === 0) writeReadme()
else await main()

function list() {
  for (const {name, title, minutes, byName} of items) {
    const when = byName ? ', only by name' : ''
    console.log(`${name.padEnd(10)} ${title} (about ${minutes} min${when})`)
  }
  const minutes = items.reduce((total, item) => total + (item.byName ? 0 : item.minutes), 0)
  console.log(`all that need no name: about ${Math.round(minutes)} min`)
}

/** The table of the results there are, into the README; nothing is measured. */
function writeReadme() {
  /** @type {Results} */
  const results = JSON.parse(readFileSync(resultsFile, 'utf8'))
  const readme = join(root, 'README.md')
  writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), tableOf(results)))
  console.log(`README.md has the table of ${results.at}.`)
}

async function main() {
  const unknown = names.filter((name) => !items.some((item) => item.name === name))
  if (unknown.length > 0) throw new Error(`no such item: ${unknown.join(', ')}; see --list`)
  const {quick} = flags
  const peerUrl = flags['peer-url']
  const runs = Number(flags.runs ?? (quick ? 2 : RUNS))
  const size = {
    runs,
    quick,
    peerUrl,
    peerPid: flags['peer-pid'] === undefined ? undefined : Number(flags['peer-pid']),
  }
  const chosen = items.filter(({name, byName}) =>
    names.length > 0 ? names.includes(name) : name === 'peer' ? peerUrl !== undefined : !byName,
  )
  /** @type {ItemResult[]} */
  const done = []
  for (const item of chosen) {
    process.stderr.write(`${item.name}: ${item.title} …\n`)
    done.push(await measured(item, size))
    save({at: new Date().toISOString(), machine: machineNow(), quick, runs, items: done})
  }
  const results = {at: new Date().toISOString(), machine: machineNow(), quick, runs, items: done}
  console.log(tableOf(results))
  if (done.some(({failed}) => failed !== undefined)) process.exitCode = 1
  if (flags.write) writeReadme()
  // An item that failed may have left processes, which end with this one.
  process.exit()
}

/**
 * An item that fails is told, and does not stop the next one.
 * @param {import('./items.mjs').Item} item
 * @param {Size} size
 * @returns {Promise<ItemResult>}
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

/** @param {Results} results */
function save(results) {
  mkdirSync(join(root, '.results'), {recursive: true})
  writeFileSync(resultsFile, `${JSON.stringify(results, undefined, 2)}\n`)
}
