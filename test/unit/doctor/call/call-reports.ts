import {virtualClock} from '../../../../src/clock.js'
import type {Check, CheckResult, Hop, Known} from '../../../../src/doctor/check.js'
import type {DoctorTarget} from '../../../../src/doctor/target.js'
import type {PlaceCall} from '../../../../src/doctor/world.js'
import type {Finding} from '../../../../src/protocol/events.js'
import type {CallReport} from '../../../../src/report/report.js'
import {labWorld, targetOf} from '../../../rig/doctor/examine.js'

type Request = Parameters<PlaceCall>[0]

/** A call of six seconds in which all went well. */
export function callReport(given: Partial<CallReport> = {}): CallReport {
  return {
    callSid: '0'.repeat(32),
    streamSid: '1'.repeat(32),
    scenario: 'doctor',
    outcome: 'completed',
    closing: {by: 'caller', code: 1000, reason: 'callended'},
    durationMs: 6000,
    turns: [],
    metrics: {firstMediaMs: 400},
    findings: [],
    speech: {caller: [{startMs: 100, endMs: 1600}], bot: [{startMs: 500, endMs: 2000}]},
    artifacts: {},
    ...given,
  }
}

export function finding(
  rule: Finding['rule'],
  severity: Finding['severity'],
  summary: string,
): Finding {
  return {rule, ref: 'C0', severity, count: 3, summary, fix: `Mend ${rule}.`, firstAtMs: 0}
}

type Situation = {
  /** What becomes of the calls that the check makes, in order. */
  readonly calls?: readonly CallReport[]
  readonly known?: Known
  readonly target?: Partial<DoctorTarget>
  readonly hop?: Partial<Hop>
}

/** Runs one check in virtual time over calls that are made up. */
export async function run(
  check: Check,
  {calls = [], known = {}, target = {}, hop = {}}: Situation,
): Promise<CheckResult & {readonly asked: readonly Request[]}> {
  const clock = virtualClock()
  const asked: Request[] = []
  const placeCall: PlaceCall = (request) => {
    const call = calls[asked.length]
    asked.push(request)
    return call ? Promise.resolve(call) : Promise.reject(new Error('no call was expected'))
  }
  const result = await clock.run(() =>
    check.run({
      target: targetOf('ws://bot.test/media', target),
      hop: {role: 'stream', text: 'ws://bot.test/media', ...hop},
      known,
      failed: [],
      world: labWorld({clock, placeCall}),
      signal: new AbortController().signal,
    }),
  )
  return {...result, asked}
}
