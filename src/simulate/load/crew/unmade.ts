import type {Failure} from '../../../report/failure.js'
import type {CallReport} from '../../../report/report.js'
import {SendLateness} from '../../../report/send-lateness.js'
import {maskNumber} from '../../../mask.js'
import {makeIdentity} from '../../../stream/exotel/identity.js'
import {numbersFor, randomFor} from '../callers/caller-of.js'
import type {CallEnded, CallOrder} from './crew.js'
import type {LoadPlan} from '../plan/load-plan.js'

type Unmade = {
  readonly order: CallOrder
  readonly plan: LoadPlan
  readonly now: Date
  /** On the clock of the run. */
  readonly endedAt: number
  readonly startLateMs: number
  readonly outcome: 'failed' | 'dropped'
  readonly failure: Failure
}

/** A call that was never dialled, or of which nothing is known: under the names it would have had. */
export function unmadeCall(unmade: Unmade): CallEnded {
  const {order, plan, now, endedAt, startLateMs, outcome, failure} = unmade
  const {callSid, streamSid, from, to} = makeIdentity(
    randomFor(order, plan).fork('identity'),
    now,
    numbersFor(order, plan),
  )
  const report: CallReport = {
    callSid,
    streamSid,
    scenario: order.scenario,
    outcome,
    failure,
    startedAt: now.toISOString(),
    from: maskNumber(from),
    to: maskNumber(to),
    durationMs: 0,
    turns: [],
    metrics: {},
    findings: [],
    speech: {caller: [], bot: []},
    artifacts: {},
    startLateMs,
    ...placeOf(order),
  }
  return {order, report, lateness: new SendLateness(), opened: false, endedAt, problems: []}
}

/** Where a call stands in the plan; the one that is made alone stands nowhere. */
export function placeOf({index, level}: CallOrder): Pick<CallReport, 'index' | 'level'> {
  return {...(index < 0 ? {} : {index}), ...(level === undefined ? {} : {level})}
}
