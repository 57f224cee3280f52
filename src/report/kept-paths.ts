import {isAbsolute, join, relative, resolve, sep} from 'node:path'

import type {CallReport} from './report.js'

type WithCalls = {readonly calls?: readonly CallReport[]}

/**
 * The report as it is written into the folder: recordings and journals are named from there, so that
 * a folder which is moved, or comes from another machine, still finds its own and never another's.
 */
export function namedFrom<Report extends WithCalls>(folder: string, report: Report): Report {
  const base = resolve(folder)
  return withPaths(report, (path) => relative(base, resolve(path)).split(sep).join('/'))
}

/** The report as it was read from the folder: its paths lead there from here. */
export function foundIn<Report extends WithCalls>(folder: string, report: Report): Report {
  return withPaths(report, (path) => (isAbsolute(path) ? path : join(folder, path)))
}

function withPaths<Report extends WithCalls>(
  report: Report,
  change: (path: string) => string,
): Report {
  const {calls} = report
  if (calls === undefined) return report
  return {
    ...report,
    calls: calls.map((call) => {
      const {recording, journal} = call.artifacts
      if (recording === undefined && journal === undefined) return call
      const artifacts = {
        ...call.artifacts,
        ...(recording === undefined ? {} : {recording: change(recording)}),
        ...(journal === undefined ? {} : {journal: change(journal)}),
      }
      return {...call, artifacts}
    }),
  }
}
