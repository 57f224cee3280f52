import type {CallReport} from '../../report/report.js'
import type {Check, CheckResult} from '../check.js'
import {faultOf} from './ending.js'
import {requestOf} from './request.js'

/** A process that dies of `stop` is not gone at once. */
const AFTERMATH_MS = 500
/** Only to see that somebody is there. */
const SHORT_CALL_MS = 200
/** The caller's end waits so long for the answer to its close frame. */
const CLOSE_TIMEOUT_MS = 2000
const SLACK_MS = 200

/** The call ends in order, and the next one is answered. */
export const stopCheck: Check = {
  id: 'stop',
  title: 'The bot survives stop',
  group: 'call',
  roles: ['stream'],
  needs: ['call'],
  limitMs: 15_000,
  async run(context): Promise<CheckResult> {
    const {hop, known, world, signal} = context
    const {clock} = world
    await clock.sleepUntil(clock.now() + AFTERMATH_MS, signal)
    const next = await world.placeCall({
      ...requestOf(context),
      caller: 'silence',
      durationMs: SHORT_CALL_MS,
    })
    const fault = faultOf(next, hop)
    if (fault) {
      const {kind, what, ...told} = fault
      const gone = 'after stop the bot takes no further call'
      return {
        status: 'fail',
        ...told,
        summary: kind === 'not-opened' ? gone : `after stop, the next time, ${what}`,
        fix: 'Look in the log of the bot for a crash at stop: clean up the one call, and let neither an error nor the end of a handler end the process or its server.',
      }
    }
    return (
      unanswered(next, known.call) ?? disorder(known.call ? [known.call, next] : [next]) ?? PASSED
    )
  },
}

const PASSED: CheckResult = {
  status: 'pass',
  summary: 'calls end in order at stop, and the next one is answered',
}

const LEAVE_AT_STOP =
  'Leave the loop that reads when stop or the close arrives, clean up without holding up the other calls, and close with 1000.'

const BUSY_AT_START = 'a call of 0.2 s met a bot that was still busy with its start'

/** The close frame of the caller got no answer, so that the connection had to be dropped. */
function unanswered(next: CallReport, whole?: CallReport): CheckResult | undefined {
  const waitedMs = next.durationMs - SHORT_CALL_MS
  if (next.closing?.code !== 1006 || waitedMs < CLOSE_TIMEOUT_MS - SLACK_MS) return undefined
  const detail = 'no close frame came within 2 s of stop and the close of the caller'
  if (whole?.closing && IN_ORDER.includes(whole.closing.code)) {
    // It can, when it is not busy: so short a call meets what a bot loads at start.
    return {...PASSED, detail: `${BUSY_AT_START}: ${detail}`}
  }
  const isMute = [whole, next].every((call) => call?.metrics['firstMediaMs'] === undefined)
  if (!isMute) {
    return {
      status: 'warn',
      summary: 'the bot does not answer the close of the call within 2 s',
      detail,
      fix: LEAVE_AT_STOP,
    }
  }
  return {
    status: 'fail',
    summary: 'the bot opens the stream and then reads nothing, not even the close of the call',
    detail,
    fix: 'Read from the WebSocket all the time, in a task of its own: look in the bot for what blocks its receive loop once the stream is open.',
  }
}

const IN_ORDER: readonly (number | undefined)[] = [1000, 1001, 1005]

function disorder(calls: readonly CallReport[]): CheckResult | undefined {
  const codes = calls.map(({closing}) => closing?.code)
  const code = codes.find((one) => !IN_ORDER.includes(one))
  if (code === undefined) return undefined
  const how =
    code === 1006 ? 'drops the connection without a close frame' : `closes with ${String(code)}`
  return {
    status: 'warn',
    summary: `the bot ${how} at stop`,
    detail: `close code ${String(code)}, after stop and the close of the caller`,
    fix: `Look in the log of the bot for an error at stop. ${LEAVE_AT_STOP}`,
  }
}
