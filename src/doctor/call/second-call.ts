import type {Finding} from '../../protocol/events.js'
import type {CallReport} from '../../report/report.js'
import {printable} from '../../report/text/plain.js'
import type {Check, CheckContext, CheckResult} from '../check.js'
import {type Fault, faultOf} from './ending.js'
import {requestOf} from './request.js'

const CALL_MS = 2000
/** The first call is well under way when the second comes. */
const APART_MS = 300

/** Two calls go on side by side. */
export const secondCallCheck: Check = {
  id: 'second-call',
  title: 'Two calls at the same time',
  group: 'call',
  roles: ['stream'],
  // A server that did not survive stop takes no call at all.
  needs: ['call', 'stop'],
  limitMs: 16_000,
  async run(context): Promise<CheckResult> {
    const {clock} = context.world
    const secondAt = clock.now() + APART_MS
    const [first, second] = await Promise.all([
      place(context),
      clock.sleepUntil(secondAt, context.signal).then(() => place(context)),
    ])
    const fault = firstFault([first, second], context)
    if (fault) return {status: 'fail', ...fault}
    return mixedUp([first, second], context.known.call) ?? PASSED
  },
}

const PASSED: CheckResult = {status: 'pass', summary: 'two calls at the same time both stayed open'}

const PER_CONNECTION =
  'Keep the state of a call with its connection, keyed by stream_sid and never in globals'

function place(context: CheckContext): Promise<CallReport> {
  return context.world.placeCall({
    ...requestOf(context),
    caller: 'speech',
    durationMs: CALL_MS,
  })
}

function firstFault([first, second]: readonly [CallReport, CallReport], {hop}: CheckContext) {
  const dropped = faultOf(first, hop)
  if (dropped) return told(dropped, 'with two calls at the same time, the first is lost')
  const refused = faultOf(second, hop)
  if (!refused) return undefined
  const how = refused.kind === 'not-opened' ? 'is not opened' : 'is lost'
  return told(refused, `while one call goes on, a second one ${how}`)
}

function told({what, detail, exotelError}: Fault, summary: string) {
  return {
    summary,
    detail: `${what}\n${detail}`,
    fix: `${PER_CONNECTION}, and let neither the bot nor a proxy before it limit the connections to one.`,
    ...(exotelError === undefined ? {} : {exotelError}),
  }
}

/** The audio of one call under the name of the other; a bot that gets it wrong by itself is told so before. */
function mixedUp(calls: readonly CallReport[], alone?: CallReport): CheckResult | undefined {
  const [finding] = calls.flatMap(wrongSids)
  if (!finding || (alone && wrongSids(alone).length > 0)) return undefined
  return {
    status: 'warn',
    summary: 'with two calls at the same time, the bot names the stream of another call',
    detail: printable(finding.summary),
    fix: `${PER_CONNECTION}.`,
  }
}

function wrongSids({findings}: CallReport): readonly Finding[] {
  return findings.filter(({rule}) => rule === 'stream-sid-mismatch')
}
