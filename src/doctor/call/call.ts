import type {CallReport} from '../../report/report.js'
import {inSeconds} from '../../report/text/units.js'
import type {Check, CheckResult} from '../check.js'
import {faultOf, isOwnEnd, withNote} from './ending.js'
import {requestOf} from './request.js'

const CALL_MS = 6000
/** What is said ends with a tick of the line, and the call at any moment. */
const TICK_MS = 20

/** The stream opens once more, and stays open as long as the caller speaks. */
export const callCheck: Check = {
  id: 'call',
  title: 'A call stays open',
  group: 'call',
  roles: ['stream'],
  needs: ['upgrade'],
  limitMs: 20_000,
  async run(context): Promise<CheckResult> {
    const {hop, world} = context
    const call = await world.placeCall({
      ...requestOf(context),
      caller: 'speech',
      durationMs: CALL_MS,
    })
    const known = {call}
    const fault = faultOf(call, hop)
    if (fault) {
      const {kind, what, ...told} = fault
      const summary = kind === 'not-opened' ? 'the stream opened once, and not again' : what
      return {status: 'fail', summary, ...told, known}
    }
    if (isOwnEnd(call)) return {status: 'warn', ...ownEnd(call), known}
    return {status: 'pass', summary: 'the stream stayed open as long as the caller spoke', known}
  },
}

/** In good order, and still a fault where the bot had more to say: only its maker knows. */
function ownEnd(call: CallReport): {readonly summary: string; readonly fix: string} {
  const {durationMs, speech} = call
  const isCutOff = speech.caller.some(({endMs}) => endMs >= durationMs - TICK_MS)
  const meanwhile = isCutOff ? 'while the caller spoke' : 'while the caller was still on the line'
  return {
    summary: `the bot hung up after ${inSeconds(durationMs)}, ${meanwhile}`,
    fix: withNote(
      'Nothing, if it had said all it had to say; else keep the WebSocket open until stop arrives.',
      call,
    ),
  }
}
