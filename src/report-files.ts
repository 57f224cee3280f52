import {constants} from 'node:fs'
import {access, stat, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'

import {ExostreamError} from './errors.js'
import type {StreamEvent} from './protocol/events.js'
import {readJournalFile} from './record/journal-reader.js'
import {readRecording} from './record/recording-reader.js'
import {placesOnPage, type ReportMedia, renderHtml} from './report/html/html.js'
import {renderJunit} from './report/junit.js'
import type {RunReport} from './report/report.js'
import {makeFolders} from './workspace.js'

/** Where a report goes besides the terminal; the doors join it to the recordings that it plays. */
export type ReportFiles = {readonly junit?: string | undefined; readonly html?: string | undefined}

/**
 * Makes sure that the files can be written, before a minute of calls is spent. Writes nothing: a file
 * that is there and empty would be taken for a report.
 * @throws ExostreamError EXO_DATA_DIR
 */
export async function reserveReportFiles({junit, html}: ReportFiles): Promise<void> {
  for (const path of [junit, html]) {
    if (path === undefined) continue
    try {
      await makeFolders(dirname(path))
      await access(dirname(path), constants.W_OK)
      const found = await stat(path).catch(() => undefined)
      if (found) await access(path, constants.W_OK)
      if (found?.isDirectory() === true) throw new Error('it is a folder')
    } catch (cause) {
      throw new ExostreamError('EXO_DATA_DIR', `The file ${path} cannot be written.`, {cause})
    }
  }
}

export type WrittenFiles = {
  /** What could not be written, one sentence each. */
  readonly unwritten: readonly string[]
  /** What the files are without, one sentence each. */
  readonly notes: readonly string[]
}

/** Writes what was asked for. */
export async function writeReportFiles(
  report: RunReport,
  {junit, html}: ReportFiles,
): Promise<WrittenFiles> {
  const unwritten: string[] = []
  const notes: string[] = []
  const write = async (path: string | undefined, render: () => string | Promise<string>) => {
    if (path === undefined) return
    try {
      await writeFile(path, await render(), {mode: 0o600})
    } catch (error) {
      unwritten.push(`${path} could not be written: ${(error as Error).message}.`)
    }
  }
  await write(junit, () => renderJunit(report))
  await write(html, async () => {
    const {calls, missing, wanted} = await mediaOf(report)
    if (missing.length > 0) notes.push(missingWords(missing, wanted))
    return renderHtml(report, {calls})
  })
  return {unwritten, notes}
}

type Media = {
  readonly calls: ReportMedia['calls']
  /** Recordings that the page should have had. */
  readonly missing: readonly string[]
  readonly wanted: number
}

/** Of the calls that the page shows; a recording or a journal that is not there leaves its call without. */
async function mediaOf(report: RunReport): Promise<Media> {
  const shown = new Set(placesOnPage(report))
  const missing: string[] = []
  let wanted = 0
  const calls = await Promise.all(
    report.calls.map(async ({artifacts: {recording, journal}}, at) => {
      if (!shown.has(at)) return {}
      if (recording !== undefined) wanted += 1
      const audio = recording && (await readRecording(recording).catch(() => undefined))
      if (recording !== undefined && !audio) missing.push(recording)
      const events = journal && (await drawnEvents(journal).catch(() => undefined))
      return {...(audio ? {audio} : {}), ...(events ? {events} : {})}
    }),
  )
  return {calls, missing: missing.toSorted(), wanted}
}

function missingWords(missing: readonly string[], wanted: number): string {
  const were = wanted === 1 ? 'recording was' : 'recordings were'
  return `${String(missing.length)} of ${String(wanted)} ${were} not found, or could not be read; the page is without: ${missing.join(', ')}.`
}

/** What the page marks on its timeline; of more than these it draws a part anyway. */
const MOST_EVENTS = 10_000
const DRAWN: ReadonlySet<unknown> = new Set(['gap', 'cleared', 'mark-echoed'])

async function drawnEvents(journal: string): Promise<readonly StreamEvent[]> {
  const events: StreamEvent[] = []
  for await (const line of readJournalFile(journal)) {
    if (events.length >= MOST_EVENTS) break
    // Its own type says what it is: this process has just written it.
    if ('value' in line && isDrawn(line.value)) events.push(line.value)
  }
  return events
}

function isDrawn(value: unknown): value is StreamEvent {
  return typeof value === 'object' && value !== null && 'type' in value && DRAWN.has(value.type)
}
