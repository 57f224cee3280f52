import {readFile, stat} from 'node:fs/promises'
import {dirname, join} from 'node:path'

import {ExostreamError} from '../errors.js'
import type {NamedReport} from '../report/merge/mergeable.js'

/**
 * Reports to be merged, one after the other: no more of them than can make one report.
 * @throws ExostreamError EXO_REPORT_INVALID, with each file that is no report; EXO_REPORTS_NOT_MERGED
 */
export async function readReportsAt(
  paths: readonly string[],
  mostCalls: number,
): Promise<readonly NamedReport[]> {
  const {refuseTooMany} = await import('../report/merge/mergeable.js')
  const read: NamedReport[] = []
  const invalid: string[] = []
  for (const path of paths) {
    try {
      read.push(await readReportAt(path))
    } catch (error) {
      if (!(error instanceof ExostreamError)) throw error
      invalid.push(error.message)
    }
    refuseTooMany(read, mostCalls)
  }
  if (invalid.length > 0) throw new ExostreamError('EXO_REPORT_INVALID', invalid.join(' '))
  return read
}

/**
 * A report by the path of its file, or of the folder it was kept in; its recordings are looked for there.
 * @throws ExostreamError EXO_REPORT_INVALID
 */
export async function readReportAt(path: string): Promise<NamedReport> {
  const {readReport} = await import('../report/report-reader.js')
  const {foundIn} = await import('../report/kept-paths.js')
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  const name = isFolder ? join(path, 'report.json') : path
  const text = await readFile(name, 'utf8').catch((cause: unknown) => {
    throw new ExostreamError('EXO_REPORT_INVALID', `${name} cannot be read.`, {cause})
  })
  return {name, report: foundIn(dirname(name), readReport(text, name))}
}
