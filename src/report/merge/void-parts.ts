import type {RunReport, VoidPart} from '../report.js'
import {printable} from '../text/plain.js'
import type {NamedReport} from './mergeable.js'

const NO_REASON = 'this machine was too late to measure the bot'

/** The parts that were void by themselves, by what they are called in any grouping, each once. */
export function voidPartsOf(reports: readonly RunReport[]): readonly VoidPart[] {
  return reports.flatMap(ofReport).toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
}

/** The same for a person who has the files before him. */
export function voidNotes(parts: readonly NamedReport[]): readonly string[] {
  return parts
    .filter(({report}) => report.rig.verdict === 'void')
    .map(({name, report: {rig}}) =>
      printable(`${name} is void, and makes the whole so: ${rig.reason ?? NO_REASON}.`),
    )
}

/** What was merged before has the names of its parts with it. */
function ofReport(report: RunReport): readonly VoidPart[] {
  const {verdict, reason = NO_REASON, voidParts} = report.rig
  if (verdict !== 'void') return []
  return voidParts ?? [{part: nameOf(report), reason}]
}

function nameOf({load, startedAt}: RunReport): string {
  const {shards = []} = load ?? {}
  const [first] = shards
  if (!first) return `the run of ${startedAt}`
  const parts = shards.map(({part}) => String(part)).join(', ')
  return `${shards.length === 1 ? 'shard' : 'shards'} ${parts} of ${String(first.of)}`
}

function keyOf({part, reason}: VoidPart): string {
  // Numbers in their order: shard 2 before shard 10.
  return `${part.replace(/\d+/g, (digits) => digits.padStart(6, '0'))} ${reason}`
}
