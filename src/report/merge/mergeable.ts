import {ExostreamError} from '../../errors.js'
import {differencesOf} from '../compare/experiment.js'
import type {CallReport, RunReport} from '../report.js'
import {printable} from '../text/plain.js'

/** A report, and what an error calls it. */
export type NamedReport = {readonly name: string; readonly report: RunReport}

/**
 * Refuses what cannot be added up: reports of two plans, the same calls twice, and runs whose calls
 * were made one by one for what the one before had shown.
 * @throws ExostreamError EXO_REPORTS_NOT_MERGED, in one sentence with the files and the field
 */
export function refuseUnmergeable(parts: readonly NamedReport[]): void {
  const [first, ...others] = parts
  if (!first) throw notMerged('There is no report to merge.')
  for (const part of parts) refuseKind(part)
  for (const other of others) refuseOtherPlan(first, other)
  refuseShards(parts)
  refuseTwice(parts)
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
  throw notMerged(
    `${first.name} and ${other.name} are of different plans: ${what} is ${old} in the one and ${next} in the other.`,
  )
}

/** What differs without any consequence for a comparison, and is another plan all the same. */
function identityOf(one: RunReport, other: RunReport): ReturnType<typeof differencesOf> {
  const pairs: readonly (readonly [what: string, old: string, next: string])[] = [
    ['the version of exostream', one.tool.version, other.tool.version],
    ['the kind of target', one.target.kind, other.target.kind],
    ['the bot', one.target.bot ?? 'none', other.target.bot ?? 'none'],
    // The calls of a load run follow from its seed; runs of their own have seeds of their own.
    ['the seed', seedOf(one), seedOf(other)],
    ['the number of callers', callersOf(one), callersOf(other)],
  ]
  return pairs.flatMap(([what, old, next]) => (old === next ? [] : [{what, old, new: next}]))
}

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
  return new ExostreamError('EXO_REPORTS_NOT_MERGED', printable(message))
}
