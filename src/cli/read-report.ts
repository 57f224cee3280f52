import {constants} from 'node:buffer'
import type {Stats} from 'node:fs'
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
  const invalid: ExostreamError[] = []
  for (const path of paths) {
    try {
      read.push(await readReportAt(path))
    } catch (error) {
      if (!(error instanceof ExostreamError)) throw error
      invalid.push(error)
    }
    refuseTooMany(read, mostCalls)
  }
  if (invalid.length === 0) return read
  const messages = invalid.map(({message}) => message)
  const hints = new Set(invalid.map(({hint}) => hint))
  throw new ExostreamError('EXO_REPORT_INVALID', messages.join(' '), {hint: [...hints].join(' ')})
}

/**
 * A report by the path of its file, or of the folder it was kept in; its recordings are looked for there.
 * @throws ExostreamError EXO_REPORT_INVALID
 */
export async function readReportAt(path: string): Promise<NamedReport> {
  const {readReport} = await import('../report/report-reader.js')
  const {foundIn} = await import('../report/kept-paths.js')
  const isFolder = (await foundAt(path))?.isDirectory() === true
  const name = isFolder ? join(path, 'report.json') : path
  refuseTooLarge(name, (await foundAt(name))?.size ?? 0)
  const text = await readFile(name, 'utf8').catch((cause: unknown) => {
    throw new ExostreamError('EXO_REPORT_INVALID', `${name} cannot be read.`, {cause})
  })
  return {name, report: foundIn(dirname(name), readReport(text, name))}
}

const MEGABYTE = 1024 ** 2

/** What is longer than a string can be is no report that anything here could work with. */
function refuseTooLarge(name: string, bytes: number): void {
  const most = constants.MAX_STRING_LENGTH
  if (bytes <= most) return
  const [is, mostIs] = [Math.ceil(bytes / MEGABYTE), Math.floor(most / MEGABYTE)].map(String)
  throw new ExostreamError(
    'EXO_REPORT_INVALID',
    `${name} is ${is} MB, and a report of more than ${mostIs} MB cannot be read.`,
    {
      hint: 'Make runs of fewer calls, or of shorter ones: a report is as long as its calls together.',
    },
  )
}

async function foundAt(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined)
}
