import {inSeconds} from '../../report/text/units.js'
import type {Check, CheckResult} from '../check.js'
import {faultOf, isOwnEnd} from './ending.js'
import {requestOf} from './request.js'

const CALL_MS = 6000

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
    if (isOwnEnd(call)) {
      return {
        status: 'warn',
        summary: `the bot ended the call by itself after ${inSeconds(call.durationMs)}, in good order`,
        fix: 'Nothing, if it had said all it had to say; else keep the WebSocket open until stop arrives.',
        known,
      }
    }
    return {status: 'pass', summary: 'the stream stayed open as long as the caller spoke', known}
  },
}
