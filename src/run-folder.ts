import {stat} from 'node:fs/promises'
import {join} from 'node:path'

import {systemClock} from './clock.js'
import {ExostreamError} from './errors.js'
import type {RunReport} from './report/report.js'
import {writeReport} from './simulate/keep.js'
import {openWorkspace} from './workspace.js'

export type RunFolder = {
  /** Absent where nothing is kept. */
  readonly folder?: string
  /** What was found there, one sentence each. */
  readonly notes: readonly string[]
}

/** Where recordings and report of a run go: the last 50 stay in the data folder; one of one's own is never tidied. */
export async function openRunFolder(
  {out, dataDir}: {readonly out?: string | undefined; readonly dataDir?: string | undefined},
  name: string,
): Promise<RunFolder> {
  if (out !== undefined) return {folder: out, notes: await noteEarlier(out)}
  if (dataDir === undefined) return {notes: []}
  const workspace = await openWorkspace(dataDir)
  const folder = await workspace.newCallFolder(name, systemClock.wallNow())
  await workspace.pruneCalls()
  return {folder, notes: []}
}

/** Writes the report of the run; returns why it could not, one sentence. */
export async function keepReport(folder: string, report: RunReport): Promise<readonly string[]> {
  try {
    await writeReport(folder, report)
    return []
  } catch (error) {
    // A full disk costs the file, never the answer.
    if (error instanceof ExostreamError) return [error.message]
    throw error
  }
}

/** What lies in a folder from before might be taken for this run's. */
async function noteEarlier(folder: string): Promise<readonly string[]> {
  const earlier = await stat(join(folder, 'report.json')).catch(() => undefined)
  if (!earlier?.isFile()) return []
  return [
    `${folder} held an earlier run: its report.json was replaced, and what else is in it was left.`,
  ]
}
