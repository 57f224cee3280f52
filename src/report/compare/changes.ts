import type {CallReport, Diagnosis, RunReport} from '../report.js'
import {kneeWords} from '../text/load/knee-text.js'
import type {Judgement} from './metric-changes.js'

/** Something other than a number that is not as it was. */
export type Change = {
  readonly what:
    'verdict' | 'call' | 'expectation' | 'threshold' | 'finding' | 'diagnosis' | 'rule' | 'knee'
  readonly judgement: Exclude<Judgement, 'same'>
  /** One sentence. */
  readonly summary: string
}

/** In the order in which a person would ask. */
export function findChanges(old: RunReport, next: RunReport, relative: number): readonly Change[] {
  return [
    ...verdictChange(old, next),
    ...diagnosisChanges(old, next),
    ...kneeChanges(old, next, relative),
    ...callChanges(old, next, relative),
    ...expectationChanges(old, next, relative),
    ...thresholdChanges(old, next),
    ...findingChanges(old, next),
    ...ruleChanges(old, next),
  ]
}

function verdictChange(old: RunReport, next: RunReport): readonly Change[] {
  if (old.verdict === next.verdict) return []
  const summary = `The verdict was ${old.verdict} and is ${next.verdict}.`
  return [{what: 'verdict', judgement: betterIf(next.verdict === 'pass'), summary}]
}

function diagnosisChanges(old: RunReport, next: RunReport): readonly Change[] {
  const before = causesOf(old)
  const after = causesOf(next)
  const come = [...after].filter(([cause]) => !before.has(cause))
  const gone = [...before].filter(([cause]) => !after.has(cause))
  return [
    ...come.map(([cause, {summary}]) =>
      change('diagnosis', 'regression', `New cause ${cause}: ${summary}`),
    ),
    ...gone.map(([cause]) => change('diagnosis', 'improvement', `The cause ${cause} is gone.`)),
  ]
}

/** A search is exact to 5 %, so that a smaller change is none; a knee that is gone is lost whole. */
function kneeChanges(old: RunReport, next: RunReport, relative: number): readonly Change[] {
  const [before, after] = [old.load?.knee, next.load?.knee]
  if (!before || !after) return []
  const [was, is] = [before.calls ?? 0, after.calls ?? 0]
  const words = `The knee was ${kneeWords(before)} and is ${kneeWords(after)}.`
  if (Math.abs(is - was) <= was * Math.max(relative, KNEE_IS_EXACT_TO)) return []
  return [change('knee', betterIf(is > was), words)]
}

const KNEE_IS_EXACT_TO = 0.05

function causesOf({calls, diagnosis}: RunReport): ReadonlyMap<string, Diagnosis> {
  const all = [diagnosis, ...calls.map((call) => call.diagnosis)]
  return new Map(all.flatMap((one) => (one ? [[one.cause, one] as const] : [])))
}

/** How many of how many were as they should be. */
type Tally = {readonly good: number; readonly of: number}

function callChanges(old: RunReport, next: RunReport, relative: number): readonly Change[] {
  const completed = ({calls}: RunReport) =>
    tallies(calls, (call) => [[call.scenario, call.outcome === 'completed']])
  return compareTallies(completed(old), completed(next), {
    relative,
    what: 'call',
    words: (scenario, {good, of}) =>
      `${String(good)} of ${String(of)} calls of ${scenario} were completed`,
  })
}

/** One that was not measured is neither met nor missed; the verdict tells it. */
function expectationChanges(old: RunReport, next: RunReport, relative: number): readonly Change[] {
  const met = ({calls}: RunReport) =>
    tallies(calls, ({scenario, turns}) =>
      turns.flatMap(({index, kind, expectation, met}) =>
        expectation === undefined || met === undefined
          ? []
          : [[`${scenario}, turn ${String(index)} (${kind}, ${expectation})`, met] as const],
      ),
    )
  return compareTallies(met(old), met(next), {
    relative,
    what: 'expectation',
    words: (turn, {good, of}) => `${turn} was met in ${String(good)} of ${String(of)}`,
  })
}

function tallies(
  calls: readonly CallReport[],
  read: (call: CallReport) => readonly (readonly [string, boolean])[],
): ReadonlyMap<string, Tally> {
  const found = new Map<string, Tally>()
  for (const [name, isGood] of calls.flatMap(read)) {
    const {good, of} = found.get(name) ?? {good: 0, of: 0}
    found.set(name, {good: good + (isGood ? 1 : 0), of: of + 1})
  }
  return found
}

type Telling = {
  readonly relative: number
  readonly what: Change['what']
  readonly words: (name: string, tally: Tally) => string
}

function compareTallies(
  before: ReadonlyMap<string, Tally>,
  after: ReadonlyMap<string, Tally>,
  {relative, what, words}: Telling,
): readonly Change[] {
  return [...after].flatMap(([name, now]) => {
    const then = before.get(name)
    if (!then) return []
    const lost = then.good / then.of - now.good / now.of
    if (Math.abs(lost) <= relative) return []
    const was = `${String(then.good)} of ${String(then.of)}`
    return [change(what, betterIf(lost < 0), `${words(name, now)}, before in ${was}.`)]
  })
}

function thresholdChanges(old: RunReport, next: RunReport): readonly Change[] {
  const keyOf = (expression: string, scenario = '') => `${scenario}\n${expression}`
  const before = new Map(
    old.thresholds.map(({expression, scenario, status}) => [keyOf(expression, scenario), status]),
  )
  return next.thresholds.flatMap(({expression, scenario, status}) => {
    // A report of an earlier version does not say whose calls it judges.
    const was = before.get(keyOf(expression, scenario)) ?? before.get(keyOf(expression))
    if (was === undefined || was === status) return []
    const summary = `The threshold ${expression} was ${spoken(was)} and is ${spoken(status)}.`
    if (was !== 'pass' && status !== 'pass') return [change('threshold', 'not-judged', summary)]
    return [change('threshold', betterIf(status === 'pass'), summary)]
  })
}

/** A new error is a regression; a new warning is told, as it may come and go with the network. */
function findingChanges(old: RunReport, next: RunReport): readonly Change[] {
  const before = new Map(old.summary.findings.map((finding) => [finding.rule, finding]))
  const after = new Map(next.summary.findings.map((finding) => [finding.rule, finding]))
  const come = [...after.values()].filter(({rule, severity}) => {
    const was = before.get(rule)
    return !was || (severity === 'error' && was.severity !== 'error')
  })
  const gone = [...before.values()].filter(({rule}) => !after.has(rule))
  return [
    ...come.map(({ref, rule, severity, summary}) =>
      change(
        'finding',
        severity === 'error' ? 'regression' : 'not-judged',
        `New ${severity} ${ref} ${rule}: ${summary}`,
      ),
    ),
    ...gone.map(({ref, rule, severity}) =>
      change(
        'finding',
        severity === 'error' ? 'improvement' : 'not-judged',
        `The ${severity} ${ref} ${rule} is gone.`,
      ),
    ),
  ]
}

function ruleChanges(old: RunReport, next: RunReport): readonly Change[] {
  const before = new Map((old.conformance ?? []).map(({rule, status}) => [rule, status]))
  return (next.conformance ?? []).flatMap(({rule, ref, status}) => {
    const was = before.get(rule)
    if (was === undefined || was === status) return []
    const summary = `${ref} ${rule} was ${spoken(was)} and is ${spoken(status)}.`
    if (status === 'fail') return [change('rule', 'regression', summary)]
    return [
      change('rule', was === 'fail' && status === 'pass' ? 'improvement' : 'not-judged', summary),
    ]
  })
}

function spoken(status: string): string {
  return status.replace('-', ' ')
}

function betterIf(isBetter: boolean): 'improvement' | 'regression' {
  return isBetter ? 'improvement' : 'regression'
}

function change(what: Change['what'], judgement: Change['judgement'], summary: string): Change {
  return {what, judgement, summary}
}
