import {type ErrorCode, errorCatalogue, ExostreamError} from '../errors.js'
import type {Closing} from '../protocol/events.js'
import type {Failure} from '../report/failure.js'

/** A bot may end the call in order once nothing more is expected of it. */
const ORDERLY_CODES: readonly (number | undefined)[] = [1000, 1001, 1005]
/** What our own end closes with when a message is too large or none at all (RFC 6455, 7.4.1). */
const REFUSAL_CODES: readonly (number | undefined)[] = [1002, 1007, 1009]

type End = {
  /** Steps that should have been played and were not. */
  readonly missing: number
  readonly of: number
  /** When the call ended, for a person. */
  readonly at: string
  /** The code that the scenario wants the bot to close with. */
  readonly wantedCode?: number | undefined
}

/** Why a call that ended so has failed; undefined when it has not. */
export function failureOfEnd({by, code}: Closing, end: End): Failure | undefined {
  const {missing, of, at, wantedCode} = end
  const isRefused = by === 'caller' && REFUSAL_CODES.includes(code)
  const isOrderly =
    by === 'bot' ? [...ORDERLY_CODES, wantedCode].includes(code) : by === 'caller' && !isRefused
  if (missing === 0 && isOrderly) return undefined
  const steps =
    missing === 0 ? 'no step was left' : `${String(missing)} of ${String(of)} steps were left`
  switch (by) {
    case 'caller':
      if (isRefused) {
        return failureFrom(
          'EXO_MESSAGE_REFUSED',
          `The bot sent what Exotel's side could not take, and was refused with ${String(code)} at ${at}; ${steps}.`,
        )
      }
      return failureFrom('EXO_SESSION_LIMIT', `The longest session was over at ${at}; ${steps}.`)
    case 'network':
      return failureFrom(
        'EXO_CONNECTION_LOST',
        `The connection broke at ${at} without a close frame; ${steps}.`,
      )
    case 'bot':
      return failureFrom(
        'EXO_BOT_CLOSED',
        `The bot closed the stream with ${String(code)} at ${at}; ${steps}.`,
      )
  }
}

/** Why no stream was opened. What is no failure of the world is thrown on. */
export function failureOfDial(error: unknown, signal: AbortSignal): Failure {
  if (signal.aborted)
    return failureFrom('EXO_INTERRUPTED', 'The run was interrupted while the call was dialled.')
  if (!(error instanceof ExostreamError)) throw error
  return asFailure(error)
}

export function asFailure({code, message, hint, exotelError}: ExostreamError): Failure {
  return {code, message, hint, ...(exotelError === undefined ? {} : {exotelError})}
}

export function failureFrom(code: ErrorCode, message: string): Failure {
  return {code, message, hint: errorCatalogue[code].hint}
}
