import {readdir, stat} from 'node:fs/promises'
import {join} from 'node:path'

import {invalid} from '../../record/journal-reader.js'
import type {RunReport} from '../../report/report.js'
import {sumOfLateness} from '../../report/send-lateness.js'
import {packageVersion} from '../../version.js'
import {isOfConformance} from '../plan.js'
import {makeRunReport, type RunFacts} from '../run-report.js'
import {type KeptCall, recomputeCall} from './recompute-call.js'

const JOURNAL = 'journal.ndjson'

export type Recomputed = {
  readonly report: RunReport
  /** What is not as it was kept, one sentence each. */
  readonly notes: readonly string[]
}

/** The report of a run from its kept journals, or from the folders that hold them. */
export async function recompute(paths: readonly string[]): Promise<RunReport> {
  return (await recomputeRun(paths)).report
}

/**
 * The same, with what is to be told of the journals.
 * @throws ExostreamError EXO_JOURNAL_INVALID
 */
export async function recomputeRun(
  paths: readonly string[],
  version = packageVersion(),
): Promise<Recomputed> {
  const kept: KeptCall[] = []
  // One after another, so that no more than one hour of a call is in memory.
  for (const path of await journalsAt(paths)) {
    const call = await recomputeCall(path)
    refuseConformance(call)
    kept.push(call)
  }
  kept.sort(
    ({header: {call: one}}, {header: {call: other}}) =>
      one.index - other.index || (one.flow?.stream ?? 0) - (other.flow?.stream ?? 0),
  )
  const [first] = kept
  if (!first) throw invalid(paths.join(', '), 'there is no journal')
  refuseStrangers(first, kept)
  const {run} = first.header
  const facts = factsOf(kept, {...run, tool: {...run.tool, version}})
  const report = makeRunReport(
    kept.map(({report: call}) => call),
    facts,
  )
  const notes = kept.flatMap((call) => call.notes)
  return {
    report,
    notes: [...notes, ...missing(kept), ...withoutWalk(kept), ...ofOtherVersion(first, version)],
  }
}

function factsOf(kept: readonly KeptCall[], run: RunFacts['run']): RunFacts {
  const thresholds = new Map<string, readonly string[]>()
  for (const {report, header} of kept) {
    if (!thresholds.has(report.scenario)) thresholds.set(report.scenario, header.call.thresholds)
  }
  return {
    run,
    interrupted: kept.some(({footer}) => footer?.interrupted !== false),
    planned: isOfFlow(kept) ? kept.length : (kept[0]?.header.call.of ?? 0),
    thresholds: [...thresholds].map(([scenario, expressions]) => ({scenario, expressions})),
    lateness: sumOfLateness(kept.map(({lateness}) => lateness)),
    watched: kept.at(-1)?.footer?.watched,
  }
}

/** What is told there follows from all calls together, and not from their journals. */
function refuseConformance({path, header}: KeptCall): void {
  if (!isOfConformance(header.run.plan)) return
  throw invalid(
    path,
    'it is a call of a conformance run; its rules are judged over all its calls while they are made. Its report.json has them',
  )
}

/** Journals of two runs make no report: neither its plan nor its thresholds would be one. */
function refuseStrangers(first: KeptCall, kept: readonly KeptCall[]): void {
  const runOf = ({header}: KeptCall) => JSON.stringify(header.run)
  const places = new Set<string>()
  for (const call of kept) {
    if (runOf(call) !== runOf(first)) {
      throw invalid(call.path, `it is of another run than ${first.path}`)
    }
    const {index, flow} = call.header.call
    const place = `${String(index)}.${String(flow?.stream ?? 0)}`
    if (places.has(place)) throw invalid(call.path, 'its call was given twice')
    places.add(place)
  }
}

function missing(kept: readonly KeptCall[]): readonly string[] {
  const of = kept[0]?.header.call.of ?? kept.length
  if (kept.length >= of || isOfFlow(kept)) return []
  return [
    `The run was to make ${String(of)} calls, and ${String(kept.length)} of their journals are here: the verdict is that of a run that was cut short.`,
  ]
}

/** A walk has as many streams as its applets opened. */
function isOfFlow(kept: readonly KeptCall[]): boolean {
  return kept.some(({header}) => header.call.flow !== undefined)
}

function withoutWalk(kept: readonly KeptCall[]): readonly string[] {
  if (!isOfFlow(kept)) return []
  return [
    'The run walked a flow, and journals hold its streams alone: the verdict is without the walk, which report.json has.',
  ]
}

function ofOtherVersion({header}: KeptCall, version: string): readonly string[] {
  const {version: kept} = header.run.tool
  if (kept === version) return []
  return [`Kept by exostream ${kept}; the numbers are those of ${version}.`]
}

async function journalsAt(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map(journalsIn))
  return found.flat()
}

/** A folder holds the journal of its one call, or a folder for each of its calls. */
async function journalsIn(path: string): Promise<readonly string[]> {
  if (await isFile(path)) return [path]
  const own = join(path, JOURNAL)
  if (await isFile(own)) return [own]
  const inside = await readdir(path).catch(() => [])
  const journals: string[] = []
  for (const name of inside.sort()) {
    const journal = join(path, name, JOURNAL)
    if (await isFile(journal)) journals.push(journal)
  }
  if (journals.length === 0) throw invalid(path, `there is no ${JOURNAL}`)
  return journals
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
