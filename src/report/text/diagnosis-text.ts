import type {CallReport, Diagnosis, RunReport} from '../report.js'
import {hang} from './cells.js'
import type {Look} from './look.js'
import {printable} from './plain.js'

type Section = {readonly title: string; readonly lines: readonly string[]}

/** So many causes of single calls are told; a run that has more has one that is common to them. */
const MOST_CAUSES = 3

/** What is most likely wrong and how to mend it: of the run, then of its calls, one section a cause. */
export function describeDiagnoses(report: RunReport, look: Look): readonly Section[] {
  const {diagnosis, conformance} = report
  // Of a conformance run only the first call is an ordinary one, and what all show together is more.
  const ordinary = diagnosis ? [] : report.calls.slice(0, 1)
  const calls = conformance ? ordinary : report.calls
  const ofRun = diagnosis ? [sectionOf(diagnosis, '', look)] : []
  const byCause = new Map<string, {diagnosis: Diagnosis; calls: number[]}>()
  calls.forEach((call, at) => {
    if (!call.diagnosis || call.diagnosis.cause === diagnosis?.cause) return
    const known = byCause.get(call.diagnosis.cause)
    if (known) known.calls.push(at + 1)
    else byCause.set(call.diagnosis.cause, {diagnosis: call.diagnosis, calls: [at + 1]})
  })
  const ofCalls = [...byCause.values()]
    .slice(0, MOST_CAUSES)
    .map((one) => sectionOf(one.diagnosis, whichCalls(one.calls, calls), look))
  return [...ofRun, ...ofCalls]
}

function sectionOf({cause, summary, fix, evidence}: Diagnosis, which: string, look: Look): Section {
  return {
    title: `Most likely cause${which}: ${printable(cause)}`,
    lines: [
      ...hang('  ', printable(summary), look.width),
      ...hang('  Fix: ', printable(fix), look.width),
      ...evidence.flatMap((one) => hang('  - ', printable(one), look.width)),
    ],
  }
}

function whichCalls(numbers: readonly number[], {length}: readonly CallReport[]): string {
  if (length === 1) return ''
  if (numbers.length === length) return ', every call'
  const [first = 0, ...others] = numbers
  if (others.length === 0) return `, call ${String(first)}`
  return others.length < 6
    ? `, calls ${numbers.join(', ')}`
    : `, ${String(numbers.length)} of ${String(length)} calls`
}
