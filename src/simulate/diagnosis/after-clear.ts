import type {Span} from '../../report/report.js'
import {firstWhere} from '../numbers/ascending.js'
import {spanAt} from '../numbers/spans.js'
import type {Evidence} from './evidence.js'

export type AfterClear = {
  /** When the clear came. */
  readonly atMs: number
  /** The audio that came after it, while the caller still spoke. */
  readonly audioMs: number
}

/** What was on its way when clear was sent. */
const ON_ITS_WAY_MS = 100
/** How much later than its turn the next chunk of the same reply may come. */
const LATE_MS = 60
/** Less may be a word of consent. */
const LEAST_MS = 200

/**
 * Audio of a turn that was cleared: what comes after `clear` while the caller is still speaking
 * cannot be the answer to what the caller says.
 */
export function audioAfterClear(evidence: Evidence, caller: readonly Span[]): AfterClear[] {
  const {clears} = evidence.flow
  return clears.flatMap(({atMs}, index) => {
    const span = spanAt(caller, atMs)
    if (!span) return []
    const next = clears[index + 1]?.atMs ?? Number.POSITIVE_INFINITY
    if (!goesOn(evidence.flow.audio, atMs)) return []
    const audioMs = evidence.flow.audioMs(atMs + ON_ITS_WAY_MS, Math.min(span.endMs, next))
    return audioMs >= LEAST_MS ? [{atMs, audioMs}] : []
  })
}

/** The chunk after the clear comes when the one before made expect it; a new reply begins of itself. */
function goesOn(audio: Evidence['flow']['audio'], clearMs: number): boolean {
  const next = firstWhere(audio, ({atMs}) => atMs > clearMs)
  const [before, after] = [audio.at(next - 1), audio.at(next)]
  if (!before || !after) return false
  return after.atMs - before.atMs <= before.audioMs + LATE_MS
}
