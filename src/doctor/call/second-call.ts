import type {Finding} from '../../protocol/events.js'
import type {CallReport} from '../../report/report.js'
import {printable} from '../../report/text/plain.js'
import {inSeconds} from '../../report/text/units.js'
import type {Check, CheckContext, CheckResult} from '../check.js'
import {type Fault, faultOf, isOwnEnd, streamMembers} from './ending.js'
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
    const fault = faultOfTwo([first, second], context)
    if (fault) return {status: 'fail', ...fault}
    return endedByItself([first, second]) ?? mixedUp([first, second], context.known.call) ?? PASSED
  },
}

const PASSED: CheckResult = {status: 'pass', summary: 'two calls at the same time both stayed open'}

const PER_CONNECTION =
  'Keep the state of a call with its connection, keyed by stream_sid and never in globals'
const NO_LIMIT = 'let neither the bot nor a proxy before it limit the connections to one'

type Told = Pick<Fault, 'detail' | 'fix' | 'exotelError'> & {readonly summary: string}

function place(context: CheckContext): Promise<CallReport> {
  return context.world.placeCall({
    ...requestOf(context),
    caller: 'speech',
    durationMs: CALL_MS,
  })
}

function faultOfTwo(
  [first, second]: readonly [CallReport, CallReport],
  {hop, known}: CheckContext,
): Told | undefined {
  const [dropped, refused] = [faultOf(first, hop), faultOf(second, hop)]
  if (
    dropped?.kind === 'broken' &&
    (refused?.kind === 'broken' || refused?.kind === 'not-opened')
  ) {
    return died(dropped, refused)
  }
  if (dropped) return lost(dropped, 'with two calls at the same time, the first is lost')
  if (refused?.kind === 'not-opened') return notOpened(refused)
  if (refused) return lost(refused, 'while one call goes on, a second one is lost')
  return known.call ? hungUp([first, second], known.call) : undefined
}

/** A process that dies takes all its connections with it. */
function died(first: Fault, second: Fault): Told {
  return {
    summary: 'when a second call comes, the bot dies, and both calls are lost',
    detail: `${first.what}\n${first.detail}\n${second.what}\n${second.detail}`,
    fix: `Look in the log of the bot for a crash at that moment. ${PER_CONNECTION}, and let no error in one call end the process.`,
    ...shownOf(first),
  }
}

function lost(fault: Fault, summary: string): Told {
  return {
    summary,
    detail: `${fault.what}\n${fault.detail}`,
    fix: `${PER_CONNECTION}, and ${NO_LIMIT}.`,
    ...shownOf(fault),
  }
}

function notOpened(fault: Fault): Told {
  return {
    summary: 'while one call goes on, a second one is not opened',
    detail: fault.detail,
    fix: `Look for a limit of connections or workers, and ${NO_LIMIT}. ${PER_CONNECTION}.`,
    ...shownOf(fault),
  }
}

function shownOf({exotelError}: Fault): Pick<Told, 'exotelError'> {
  return exotelError === undefined ? {} : {exotelError}
}

/** In good order, but earlier than when it was alone: the other call is why. */
function hungUp(calls: readonly CallReport[], alone: CallReport): Told | undefined {
  const ended = calls.find(isOwnEnd)
  if (!ended || isOwnEnd(alone)) return undefined
  const {durationMs, closing} = ended
  return {
    summary: `with two calls at the same time, the bot hangs up on ${ended === calls[0] ? 'the first' : 'the second'}`,
    detail: `close code ${String(closing?.code)} after ${inSeconds(durationMs)}; alone, a call of ${inSeconds(alone.durationMs)} stayed open`,
    fix: `${PER_CONNECTION}, and ${NO_LIMIT}.`,
    exotelError: streamMembers({by: 'bot'}),
  }
}

/** Whether two can stay cannot be seen of a bot that ends each of its calls so soon. */
function endedByItself(calls: readonly CallReport[]): CheckResult | undefined {
  const ended = calls.find(isOwnEnd)
  if (!ended) return undefined
  return {
    status: 'skip',
    summary: `not judged: the bot hung up by itself after ${inSeconds(ended.durationMs)}`,
    mayGoOn: true,
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
