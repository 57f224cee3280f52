import {ExostreamError} from '../../errors.js'
import {differencesOf} from '../compare/experiment.js'
import type {CallReport, RunReport} from '../report.js'
import {withoutControls} from '../../mask.js'
import {countsOf} from '../load-counts.js'
import {grouped} from '../text/load/load-words.js'
import {printable} from '../text/plain.js'

/** A report, and what an error calls it. */
export type NamedReport = {readonly name: string; readonly report: RunReport}

/**
 * Refuses what cannot be added up: reports of two plans, the same calls twice, and runs whose calls
 * were made one by one for what the one before had shown.
 * @throws ExostreamError EXO_REPORTS_NOT_MERGED, in one sentence with the files and the field
 */
export function refuseUnmergeable(parts: readonly NamedReport[], mostCalls: number): void {
  const [first, ...others] = parts
  if (!first) throw notMerged('There is no report to merge.')
  refuseTooMany(parts, mostCalls)
  refuseSameFile(parts)
  for (const part of parts) refuseKind(part)
  for (const other of others) refuseOtherPlan(first, other)
  refuseShards(parts)
  refuseTwice(parts)
  for (const part of parts) refuseWrongCounts(part)
}

/** More calls than one run makes: what is merged is a report that can be merged again. */
export function refuseTooMany(parts: readonly NamedReport[], mostCalls: number): void {
  const calls = parts.reduce((sum, {report}) => sum + report.calls.length, 0)
  if (calls <= mostCalls) return
  throw notMerged(
    `These are over ${grouped(mostCalls)} calls, and so many make one report at most; merge fewer of them.`,
  )
}

/** By its name, or a copy by what is in it. */
function refuseSameFile(parts: readonly NamedReport[]): void {
  const names = new Set<string>()
  const runs = new Map<string, string>()
  for (const {name, report} of parts) {
    if (names.has(name)) throw notMerged(`${name} is given twice.`)
    names.add(name)
    const {startedAt, seed, calls} = report
    const run = JSON.stringify([startedAt, seed, calls.map(({callSid}) => callSid)])
    const known = runs.get(run)
    if (known !== undefined && calls.length > 0) {
      throw notMerged(`${known} and ${name} hold the same report.`)
    }
    runs.set(run, name)
  }
}

/** Counts that are not those of the calls beside them: the file was changed by hand, or cut. */
function refuseWrongCounts({name, report: {load, calls}}: NamedReport): void {
  if (!load) return
  const counts = countsOf(calls)
  for (const what of ['opened', 'atPace'] as const) {
    if (load[what] === counts[what]) continue
    throw notMerged(
      `${name} is not whole: it says ${what} ${grouped(load[what])}, and its calls come to ${grouped(counts[what])}.`,
    )
  }
}

function refuseKind({name, report}: NamedReport): void {
  const {conformance, flows, load, rig} = report
  if (conformance)
    throw notMerged(`${name} is a run of the conformance rules, which one run judges.`)
  if (flows) throw notMerged(`${name} is the walk of a flow, and only plain calls are merged.`)
  if (load?.knee)
    throw notMerged(`${name} is a search for the knee, which one machine makes alone.`)
  if (!rig.sendLateness) {
    throw notMerged(`${name} does not say how late each frame was sent; make its report again.`)
  }
}

function refuseOtherPlan(first: NamedReport, other: NamedReport): void {
  const [difference] = [
    ...identityOf(first.report, other.report),
    // How often a scenario was called adds up.
    ...differencesOf(first.report, other.report).filter(({what}) => what !== 'repeat'),
    ...thresholdsOf(first.report, other.report),
  ]
  if (!difference) return
  const {what, old, new: next} = difference
  const told = `${first.name} and ${other.name} are of different plans: ${what} is ${old} in the one and ${next} in the other.`
  // A seed is as long as a telephone number, and is none.
  throw what === SEED ? notMergedUnmasked(told + SAME_SEED) : notMerged(told)
}

/** What differs without any consequence for a comparison, and is another plan all the same. */
function identityOf(one: RunReport, other: RunReport): ReturnType<typeof differencesOf> {
  const pairs: readonly (readonly [what: string, old: string, next: string])[] = [
    ['the version of exostream', one.tool.version, other.tool.version],
    ['the kind of target', one.target.kind, other.target.kind],
    ['the bot', one.target.bot ?? 'none', other.target.bot ?? 'none'],
    // The calls of a load run follow from its seed; runs of their own have seeds of their own.
    [SEED, seedOf(one), seedOf(other)],
    ['the number of callers', callersOf(one), callersOf(other)],
  ]
  return pairs.flatMap(([what, old, next]) => (old === next ? [] : [{what, old, new: next}]))
}

const SEED = 'the seed'
const SAME_SEED =
  ' Machines that share one plan are given the same --seed, and each its --shard; two runs of their own are no parts of one.'

function seedOf({load, seed}: RunReport): string {
  return load ? String(seed) : 'its own'
}

function callersOf({load}: RunReport): string {
  return String(load?.callers ?? 'none')
}

/** A run has those of the scenarios it called: of two lists one may be missing, but not another. */
function thresholdsOf(one: RunReport, other: RunReport): ReturnType<typeof differencesOf> {
  const [before, after] = [expressionsOf(one), expressionsOf(other)]
  return [...after].flatMap(([scenario, next]) => {
    const old = before.get(scenario)
    const isOver = scenario === ''
    if ((old === undefined && !isOver) || old === next) return []
    const what = isOver ? 'the list of thresholds' : `the list of thresholds of ${scenario}`
    return [{what, old: old ?? 'empty', new: next}]
  })
}

/** By scenario, those over all calls by none. */
function expressionsOf({thresholds}: RunReport): ReadonlyMap<string, string> {
  const lists = new Map([['', 'empty']])
  for (const {expression, scenario = ''} of thresholds) {
    const known = lists.get(scenario)
    const isFirst = known === undefined || known === 'empty'
    lists.set(scenario, isFirst ? expression : `${known}, ${expression}`)
  }
  return lists
}

function refuseShards(parts: readonly NamedReport[]): void {
  const seen = new Map<number, string>()
  const [first] = parts
  const of = ({report}: NamedReport) => report.load?.shards?.[0]?.of
  for (const part of parts) {
    if (first && of(part) !== of(first)) {
      const told = [first, part].map((one) => `${one.name} ${cutInto(of(one))}`)
      throw notMerged(`${told.join(' and ')}: they are not cut the same way.`)
    }
    for (const shard of part.report.load?.shards ?? []) {
      const known = seen.get(shard.part)
      if (known !== undefined || shard.of !== of(part)) {
        const where = known === undefined ? part.name : `${known} and ${part.name}`
        throw notMerged(`Shard ${String(shard.part)} is in ${where}, and would be counted twice.`)
      }
      seen.set(shard.part, part.name)
    }
  }
}

function cutInto(of: number | undefined): string {
  return of === undefined ? 'is a whole run' : `is of ${String(of)} shards`
}

function refuseTwice(parts: readonly NamedReport[]): void {
  const seen = new Map<string, string>()
  const keys = parts.flatMap(({name, report}) =>
    report.calls.flatMap(keysOf).map((key) => ({key, name})),
  )
  for (const {key, name} of keys) {
    const known = seen.get(key)
    if (known !== undefined) {
      const where = known === name ? `twice in ${name}` : `in ${known} and in ${name}`
      throw notMerged(`${key} is ${where}, and would be counted twice.`)
    }
    seen.set(key, name)
  }
}

/** Calls that were never made have no CallSid, and may have no place either: they are told by nothing. */
function keysOf({callSid, index}: CallReport): readonly string[] {
  return [
    ...(callSid === '' ? [] : [`The call ${callSid}`]),
    ...(index === undefined ? [] : [`The call with the index ${String(index)}`]),
  ]
}

function notMerged(message: string): ExostreamError {
  return notMergedUnmasked(printable(message))
}

function notMergedUnmasked(message: string): ExostreamError {
  return new ExostreamError('EXO_REPORTS_NOT_MERGED', withoutControls(message))
}
