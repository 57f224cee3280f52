import {HANDSHAKE_TIMEOUT_MS} from '../../../protocol/limits.js'
import type {MixPart} from '../../../report/load-report.js'
import type {CallReport} from '../../../report/report.js'
import {PATIENCE_MS} from '../../steps/context.js'

/** The calls that were made alone before a search, one of each scenario of the mix. */
export type Alone = readonly CallReport[]

/** From the dial on. */
export function callLengthMs({durationMs, metrics}: CallReport): number {
  return durationMs + (metrics['handshakeMs'] ?? 0)
}

/** A level has to last as the longest of them needs it: else calls of that scenario are never judged. */
export function longestMs(alone: Alone): number {
  return Math.max(0, ...alone.map(callLengthMs))
}

/**
 * What a call takes at most that opens late and of which every turn is answered at the last moment, or
 * not at all: whoever waits so long has seen it end.
 */
export function longestPatienceMs(alone: Alone): number {
  const patienceMs = (call: CallReport) =>
    call.turns.reduce((sum, {withinMs = 0}) => sum + withinMs + PATIENCE_MS, callLengthMs(call))
  return HANDSHAKE_TIMEOUT_MS + Math.max(0, ...alone.map(patienceMs))
}

/** How many answers the mean call of the mix gives. */
export function turnsACall(alone: Alone, mix: readonly MixPart[]): number {
  const weightOf = ({scenario}: CallReport) =>
    mix.find((part) => part.scenario === scenario)?.weight ?? 1
  const turns = alone.reduce(
    (sum, call) => sum + weightOf(call) * call.turns.filter(isQuestion).length,
    0,
  )
  const calls = alone.reduce((sum, call) => sum + weightOf(call), 0)
  return calls === 0 ? 0 : turns / calls
}

/** The one that a call is compared with. */
export function aloneLike(alone: Alone, {scenario}: CallReport): CallReport | undefined {
  return alone.find((call) => call.scenario === scenario) ?? alone[0]
}

function isQuestion({kind}: CallReport['turns'][number]): boolean {
  return kind === 'say' || kind === 'digits'
}
