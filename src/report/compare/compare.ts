import {ExostreamError} from '../../errors.js'
import type {RunReport, Target} from '../report.js'
import {printable} from '../text/plain.js'
import {type Change, findChanges} from './changes.js'
import {differencesOf} from './experiment.js'
import {compareMetrics, type MetricChange, type Tolerances} from './metric-changes.js'

/** Of one of the two runs, what tells it from the other. */
export type Side = {
  readonly startedAt: string
  readonly version: string
  readonly target: Target
  readonly seed: number
  readonly calls: number
  readonly verdict: RunReport['verdict']
  readonly rig: RunReport['rig']['verdict']
}

/** What `report compare --json` prints, schema v1: like the report it grows only by optional fields. */
export type Comparison = {
  readonly schemaVersion: 1
  readonly old: Side
  readonly new: Side
  readonly tolerances: Tolerances
  readonly verdict: 'regression' | 'no-regression' | 'not-compared'
  /** Why nothing was compared. */
  readonly reason?: string
  readonly changes: readonly Change[]
  readonly metrics: readonly MetricChange[]
  /** What was measured in one of the runs only, one sentence each. */
  readonly onlyInOne: readonly string[]
}

export const DEFAULT_TOLERANCES: Tolerances = {relative: 0.1, absoluteMs: 50}

/**
 * What became worse from one run to the next, and what better. A run whose rig was void, or that was
 * interrupted, is not compared: its numbers are not the bot's.
 * @throws ExostreamError EXO_REPORTS_DIFFER when they are not runs of one experiment
 */
export function compareReports(
  old: RunReport,
  next: RunReport,
  tolerances: Tolerances = DEFAULT_TOLERANCES,
): Comparison {
  refuseOtherExperiment(old, next)
  const head = {schemaVersion: 1, old: sideOf(old), new: sideOf(next), tolerances} as const
  const reason = unusable(old, 'old') ?? unusable(next, 'new')
  if (reason !== undefined) {
    return {...head, verdict: 'not-compared', reason, changes: [], metrics: [], onlyInOne: []}
  }
  const [before, after] = [comparable(old), comparable(next)]
  const {metrics, onlyInOne} = compareMetrics(before, after, tolerances)
  const changes = findChanges(before, after, tolerances.relative)
  const isWorse = [...metrics, ...changes].some(({judgement}) => judgement === 'regression')
  return {...head, verdict: isWorse ? 'regression' : 'no-regression', changes, metrics, onlyInOne}
}

function refuseOtherExperiment(old: RunReport, next: RunReport): void {
  const differences = differencesOf(old, next)
  if (differences.length === 0) return
  const told = differences.map(
    ({what, old: before, new: after}) => `${what} (${before || 'none'}, then ${after || 'none'})`,
  )
  throw new ExostreamError(
    'EXO_REPORTS_DIFFER',
    printable(`The reports are of different experiments. What differs: ${told.join('; ')}.`),
  )
}

/** How many calls a search makes at which load follows from what it finds: its knee is compared, not they. */
function comparable(report: RunReport): RunReport {
  return report.load?.knee ? {...report, calls: []} : report
}

function unusable({rig, interrupted, calls}: RunReport, which: string): string | undefined {
  if (interrupted) return `The ${which} run was interrupted.`
  if (calls.length === 0) return `The ${which} run has no calls.`
  if (rig.verdict !== 'void') return undefined
  const why = rig.reason === undefined ? '' : `: ${rig.reason}`
  return `The machine of the ${which} run was too late to measure the bot${why}.`
}

function sideOf({startedAt, tool, target, seed, calls, verdict, rig}: RunReport): Side {
  return {
    startedAt,
    version: tool.version,
    target,
    seed,
    calls: calls.length,
    verdict,
    rig: rig.verdict,
  }
}
