import {
  CALLBACK_FORMS,
  type CallFacts,
  postStatusCallback,
} from '../../../stream/exotel-http/status-callback.js'
import type {Calls} from '../calls.js'
import type {Trial} from '../trial.js'

const TRIED = 'Posted once as multipart/form-data, once urlencoded and once as JSON.'

/** C35: what is posted when a call is over, in each of the forms it may come in. */
export const statusCallback: Trial = {
  rule: 'status-callback-wrong',
  isBesideCalls: true,
  missing: ({plan, isOverNetwork}) => {
    if (plan.statusCallback === undefined) {
      return 'No status callback was named; give --status-callback URL.'
    }
    return isOverNetwork ? undefined : 'In virtual time nothing is asked over HTTP.'
  },
  run: async (calls) => {
    const {plan, clock, signal} = calls
    const {statusCallback: url = ''} = plan
    const facts = factsOf(calls)
    if (!facts) return {status: 'not-tried', tried: 'There was no call to tell of.'}
    const faults: string[] = []
    for (const form of CALLBACK_FORMS) {
      const {violations} = await postStatusCallback(url, {form, facts, clock, signal})
      faults.push(...violations.flatMap(({detail}) => (detail === undefined ? [] : [detail])))
    }
    if (faults.length === 0) return {status: 'pass', tried: TRIED}
    return {status: 'warn', tried: TRIED, detail: faults.join(' ')}
  },
}

/** Of a call that the bot may know by its sid, where there was one. */
function factsOf({seen, clock}: Calls): CallFacts | undefined {
  const told = seen.findLast(({isOpened}) => isOpened) ?? seen.at(-1)
  if (!told) return undefined
  const {identity, report} = told
  const startedAt = report.startedAt === undefined ? clock.wallNow() : new Date(report.startedAt)
  return {identity, startedAt, durationMs: report.durationMs}
}
