import {sumOfLateness, SendLateness} from '../send-lateness.js'
import type {LoadReport} from '../load-report.js'
import type {CallReport, PlanSummary, RunReport, VoidPart} from '../report.js'
import {mergeLoad, type WorstRule} from './merge-load.js'
import {type NamedReport, refuseUnmergeable} from './mergeable.js'
import {voidNotes, voidPartsOf} from './void-parts.js'

/** What only the room that makes the calls knows of them. */
export type MergeRule = WorstRule & {
  /** So many calls are merged at most. */
  readonly mostCalls: number
}

/** What several reports hold together, before anything is judged. */
export type Merged = {
  readonly run: Pick<RunReport, 'tool' | 'startedAt' | 'seed' | 'plan' | 'machine' | 'target'>
  readonly calls: readonly CallReport[]
  readonly interrupted: boolean
  /** How many calls were to be made in all. */
  readonly planned: number
  readonly thresholds: readonly {
    readonly scenario: string
    readonly expressions: readonly string[]
  }[]
  readonly overAll: readonly string[]
  readonly lateness: SendLateness
  /** The busiest of the machines. */
  readonly watched: {readonly lagP99Ms: number; readonly cpu?: number; readonly cores?: number}
  readonly load?: LoadReport
  /** Those that were void by themselves. */
  readonly voidParts: readonly VoidPart[]
  /** What is to be told, one sentence each. */
  readonly notes: readonly string[]
}

/**
 * Adds reports of one plan: the calls are all calls, and every number is to be taken from them anew,
 * so that four shards come to what one machine would have measured. Which report comes first does not
 * matter, nor whether some of them were merged before.
 * @throws ExostreamError EXO_REPORTS_NOT_MERGED
 */
export function mergeReports(parts: readonly NamedReport[], worst: MergeRule): Merged {
  refuseUnmergeable(parts, worst.mostCalls)
  const reports = parts
    .map(({report}) => report)
    .toSorted((one, other) => byText(leadOf(one), leadOf(other)))
  const [lead] = reports
  if (!lead) throw new RangeError('there is no report')
  const calls = reports.flatMap((report) => report.calls).toSorted(inOrder)
  const load = mergeLoad(reports, calls, worst)
  const plan = planOf(reports, lead)
  return {
    run: {
      tool: lead.tool,
      startedAt: lead.startedAt,
      seed: lead.seed,
      plan,
      machine: lead.machine,
      target: lead.target,
    },
    calls,
    interrupted: reports.some(({interrupted}) => interrupted),
    planned: plan.scenarios.length * (plan.repeat ?? 1),
    ...thresholdsOf(reports, plan),
    lateness: sumOfLateness(
      reports.flatMap(({rig}) => (rig.sendLateness ? [SendLateness.from(rig.sendLateness)] : [])),
    ),
    watched: busiestOf(reports),
    ...(load ? {load} : {}),
    voidParts: voidPartsOf(reports),
    notes: [...shardNote(load), ...voidNotes(parts), ...seedNote(reports), ...targetNote(reports)],
  }
}

/** The run that began first gives its name to all: a text that sorts, so that no order of the files does. */
function leadOf({startedAt, seed, machine, target}: RunReport): string {
  return JSON.stringify([startedAt, seed, machine, target])
}

/** By the place in the plan, then as they were dialled. */
function inOrder(one: CallReport, other: CallReport): number {
  const place = (one.index ?? 0) - (other.index ?? 0)
  if (place !== 0) return place
  const keyOf = ({startedAt = '', callSid}: CallReport) => `${startedAt} ${callSid}`
  return byText(keyOf(one), keyOf(other)) || byText(JSON.stringify(one), JSON.stringify(other))
}

/** How often each scenario was called in all; parts of one run were to make the calls of one. */
function planOf(reports: readonly RunReport[], {plan, load}: RunReport): PlanSummary {
  if (load) return plan
  const runs = new Map<string, number>()
  for (const {startedAt, seed, plan: own} of reports) {
    const run = `${startedAt} ${String(seed)}`
    runs.set(run, Math.max(runs.get(run) ?? 0, own.repeat ?? 1))
  }
  const repeat = [...runs.values()].reduce((all, one) => all + one, 0)
  const {repeat: _, ...rest} = plan
  return repeat === 1 ? rest : {...rest, repeat}
}

/** Each report has those of the scenarios it called, in full. */
function thresholdsOf(
  reports: readonly RunReport[],
  {scenarios}: PlanSummary,
): Pick<Merged, 'thresholds' | 'overAll'> {
  const lists = new Map<string | undefined, readonly string[]>()
  for (const {thresholds} of reports) {
    for (const {scenario} of thresholds) {
      if (lists.has(scenario)) continue
      const own = thresholds.filter((threshold) => threshold.scenario === scenario)
      lists.set(
        scenario,
        own.map(({expression}) => expression),
      )
    }
  }
  return {
    thresholds: scenarios.map((scenario) => ({
      scenario,
      expressions: lists.get(scenario) ?? [],
    })),
    overAll: lists.get(undefined) ?? [],
  }
}

function busiestOf(reports: readonly RunReport[]): Merged['watched'] {
  const lagP99Ms = Math.max(...reports.map(({rig}) => rig.eventLoopLagMs.p99))
  const [busiest] = reports
    .flatMap(({rig: {rigCpu, cores}}) =>
      rigCpu === undefined ? [] : [{cpu: rigCpu, ...(cores === undefined ? {} : {cores})}],
    )
    .toSorted((one, other) => shareOf(other) - shareOf(one) || other.cpu - one.cpu)
  return {lagP99Ms, ...busiest}
}

function shareOf({cpu, cores = 1}: {readonly cpu: number; readonly cores?: number}): number {
  return cpu / cores
}

function shardNote(load: LoadReport | undefined): readonly string[] {
  const {shards = [], missing = []} = load ?? {}
  const of = shards[0]?.of ?? 0
  if (missing.length === 0) return []
  const which = `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`
  return [
    `${String(shards.length)} of ${String(of)} shards: ${which}, and what they would have shown is not known: the verdict is not a pass.`,
  ]
}

function seedNote(reports: readonly RunReport[]): readonly string[] {
  const seeds = new Set(reports.map(({seed}) => seed))
  if (seeds.size === 1) return []
  return ['The runs had a seed each; the report names that of the first.']
}

function targetNote(reports: readonly RunReport[]): readonly string[] {
  const urls = new Set(reports.map(({target}) => target.url ?? ''))
  if (urls.size === 1) return []
  return ['The runs called a URL each; the report names that of the first.']
}

function byText(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
