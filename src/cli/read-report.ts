import {readFile, stat} from 'node:fs/promises'
import {join} from 'node:path'

import {ExostreamError} from '../errors.js'
import type {NamedReport} from '../report/merge/mergeable.js'

/**
 * A report by the path of its file, or of the folder it was kept in.
 * @throws ExostreamError EXO_REPORT_INVALID
 */
export async function readReportAt(path: string): Promise<NamedReport> {
  const {readReport} = await import('../report/report-reader.js')
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  const name = isFolder ? join(path, 'report.json') : path
  const text = await readFile(name, 'utf8').catch((cause: unknown) => {
    throw new ExostreamError('EXO_REPORT_INVALID', `${name} cannot be read.`, {cause})
  })
  return {name, report: readReport(text, name)}
}
