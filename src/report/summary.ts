import type {Finding} from '../protocol/events.js'
import type {CallReport, MetricSummary, RunSummary, TurnReport} from './report.js'
import {uncertaintyOf} from './uncertainty.js'
import {callVerdict} from './verdict.js'

/** The metrics that stand on a turn, by name; `talkOverMs` of the turns is summed over the call. */
const TURN_METRICS = [
  'responseMs',
  'firstAudioMs',
  'greetingMs',
  'bargeInStopMs',
  'clearMs',
  'recoveryMs',
  'unheardMs',
  'falseYield',
  'spuriousResponse',
  'answerMs',
  'promptMs',
] as const satisfies readonly (keyof TurnReport)[]

/** One value of a metric, with what the rig may have been off by. */
export type MetricValue = {
  readonly name: string
  readonly value: number
  readonly uncertaintyMs: number
}

/** With fewer values a 95th percentile would only be another word for the maximum. */
export const LEAST_FOR_P95 = 20

const SEVERITIES = ['error', 'warning', 'info']

/**
 * What many calls come to. A call has passed only when everything it promised was measured and
 * held; one that was started and did not pass has failed.
 */
export function summarise(calls: readonly CallReport[]): RunSummary {
  const dropped = calls.filter((call) => call.outcome === 'dropped').length
  const passed = calls.filter((call) => callVerdict(call) === 'pass').length
  return {
    calls: calls.length,
    passed,
    failed: calls.length - passed - dropped,
    dropped,
    metrics: summariseMetrics(calls),
    findings: mergeFindings(calls.flatMap((call) => call.findings)),
  }
}

/**
 * The nearest-rank percentile of ascending values: the smallest value that at least `p` percent of
 * them do not exceed. It is always one of the values, never a mean of two.
 */
export function percentile(sorted: readonly number[], p: number): number {
  if (!(p >= 0 && p <= 100)) throw new RangeError(`${String(p)} is not a percentage`)
  const rank = Math.max(1, Math.ceil((p / 100) * sorted.length))
  const value = sorted[rank - 1]
  if (value === undefined) throw new RangeError('there is no percentile of no values')
  return value
}

/** One finding a rule: counts added, the earliest time, errors before warnings before the rest. */
export function mergeFindings(findings: readonly Finding[]): readonly Finding[] {
  const byRule = new Map<string, Finding>()
  for (const finding of findings) {
    const known = byRule.get(finding.rule)
    byRule.set(finding.rule, known ? addFindings(known, finding) : finding)
  }
  return [...byRule.values()].sort(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      b.count - a.count ||
      // The order in which they came would differ from one way of merging to another.
      (a.rule < b.rule ? -1 : 1),
  )
}

function summariseValues(values: readonly number[]): MetricSummary {
  const sorted = values.toSorted((a, b) => a - b)
  return {
    n: sorted.length,
    p50: percentile(sorted, 50),
    ...(sorted.length >= LEAST_FOR_P95 && {p95: percentile(sorted, 95)}),
    max: percentile(sorted, 100),
  }
}

function summariseMetrics(calls: readonly CallReport[]): Readonly<Record<string, MetricSummary>> {
  const named = [...valuesByName(calls)].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    named.map(([name, all]) => [name, summariseValues(all.map(({value}) => value))]),
  )
}

/** Every value of every metric that was measured in the calls, in their order. */
export function valuesByName(
  calls: readonly CallReport[],
): ReadonlyMap<string, readonly MetricValue[]> {
  const values = new Map<string, MetricValue[]>()
  for (const measured of calls.flatMap(metricsOf)) {
    const known = values.get(measured.name)
    if (known) known.push(measured)
    else values.set(measured.name, [measured])
  }
  return values
}

/** Over before the call began, so that no frame of it could blur them. */
const BEFORE_THE_CALL = ['handshakeMs', 'dnsMs', 'tcpMs', 'tlsMs', 'upgradeMs']

/** What a turn lost to a `clear`, and what the end of the call cut off, are two losses. */
const LEFT_AT_THE_END = 'unheardMs'

/** A metric that stands on the turns of a call is not counted again from the call as a whole. */
export function metricsOf(call: CallReport): readonly MetricValue[] {
  const {uncertaintyMs: lateMs = 0} = call
  const ofTurns = call.turns.flatMap(turnMetrics)
  const onTurns = new Set(ofTurns.map(({name}) => name))
  const ofCall = Object.entries(call.metrics)
    .filter(([name]) => !onTurns.has(name) || name === LEFT_AT_THE_END)
    .map(([name, value]) => ({name, value, uncertaintyMs: isBlurred(name) ? lateMs : 0}))
  return [...ofTurns, ...ofCall]
}

function turnMetrics(turn: TurnReport): readonly MetricValue[] {
  return TURN_METRICS.flatMap((name) => {
    const value = turn[name]
    const uncertaintyMs = isBlurred(name) ? uncertaintyOf(turn, name) : 0
    return value === undefined ? [] : [{name, value, uncertaintyMs}]
  })
}

/** Of which lateness inside it would show in a number. */
export function hasMeasuredTime(turn: TurnReport): boolean {
  return TURN_METRICS.some((name) => turn[name] !== undefined && isBlurred(name))
}

/** A lateness of ours blurs times, not what was counted. */
function isBlurred(name: string): boolean {
  return name.endsWith('Ms') && !BEFORE_THE_CALL.includes(name)
}

function addFindings(a: Finding, b: Finding): Finding {
  return {...a, count: a.count + b.count, firstAtMs: Math.min(a.firstAtMs, b.firstAtMs)}
}
