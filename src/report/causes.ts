import type {CallReport, TurnReport} from './report.js'
import type {Tolerated} from './tolerates.js'
import {callVerdict} from './verdict.js'

/** One reason for which calls did not pass, and how many it hit. */
export type CauseCount = {
  readonly kind: 'failed' | 'dropped' | 'not-passed'
  /** An error code, a cause of the diagnosis, a rule or a turn. */
  readonly cause: string
  /** Of the first call it hit, one sentence. */
  readonly message: string
  readonly hint?: string
  readonly count: number
}

/** Whether a threshold says how many calls may end so, and so many did at most. */
export function isTolerated({kind}: CauseCount, may: Tolerated): boolean {
  return kind === 'dropped' ? may.dropped : may.failed
}

type Cause = Omit<CauseCount, 'count'>

/** Why the calls that did not pass did not: each reason once, the most frequent first. */
export function countCauses(calls: readonly CallReport[]): readonly CauseCount[] {
  const counts = new Map<string, {cause: Cause; count: number}>()
  for (const call of calls) {
    const cause = causeOf(call)
    if (!cause) continue
    const key = keyOf(cause)
    const known = counts.get(key)
    if (known) known.count += 1
    else counts.set(key, {cause, count: 1})
  }
  return [...counts]
    .toSorted(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
    .map(([, {cause, count}]) => ({...cause, count}))
}

function causeOf(call: CallReport): Cause | undefined {
  const {outcome, failure} = call
  if (outcome === 'dropped') {
    const {code = 'dropped', message = 'The call could not be started in time.'} = failure ?? {}
    return {kind: 'dropped', cause: code, message}
  }
  if (failure) {
    const {code, message, hint} = failure
    return {kind: 'failed', cause: code, message, hint}
  }
  if (callVerdict(call) === 'pass') return undefined
  return {kind: outcome === 'failed' ? 'failed' : 'not-passed', ...whatOf(call)}
}

/** Of a call that came to its end: what is known to be wrong, then what was seen, then what could not be. */
function whatOf({scenario, diagnosis, turns, findings}: CallReport): Omit<Cause, 'kind'> {
  if (diagnosis) {
    return {cause: diagnosis.cause, message: diagnosis.summary, hint: diagnosis.fix}
  }
  const named = ({index, kind}: TurnReport) => `${scenario}, turn ${String(index)} (${kind})`
  const unmet = turns.find(({met}) => met === false)
  if (unmet) return {cause: named(unmet), message: unmet.why ?? unmet.label}
  const error = findings.find(({severity}) => severity === 'error')
  if (error) {
    return {cause: `${error.ref} ${error.rule}`, message: error.summary, hint: error.fix}
  }
  const open = turns.find(({met, expectation}) => met === undefined && expectation !== undefined)
  if (open) return {cause: `${named(open)}, not measured`, message: open.why ?? open.label}
  return {cause: 'unknown', message: 'The call failed.'}
}

/** Failures of one code are told apart by what they say, but not by the times in it. */
function keyOf({kind, cause, message}: Cause): string {
  const said =
    kind === 'not-passed' ? '' : message.replace(/\d+(?:\.\d+)?(?= ?(?:ms|s|bytes)\b)/g, 'N')
  return [kind, cause, said].join('\n')
}
