/** Turns that a level has to show at least: a p95 takes as many values. */
const LEAST_TURNS = 20
/** A new call begins within this part of a call length at the least, however few there are. */
const LEAST_RAMP = 0.2
/** What a call may take longer than alone, and still be over in time to be judged. */
const PATIENCE = 0.25
const LEAST_PATIENCE_MS = 1000
/** Few calls at once would need long for many turns; what they cannot show in so many lengths is said. */
const MOST_LENGTHS = 12
/** The hold at the last good level is so many calls longer: more than twice as many are judged. */
const LENGTHS_MORE = 2

export type LevelNeeds = {
  /** How many calls are open before it. */
  readonly from: number
  readonly to: number
  /** How long one call takes. */
  readonly callMs: number
  /** Of the mean call: a mix may hold scenarios that ask nothing. */
  readonly turnsACall: number
  /** For twice the calls: the hold at the last good level, and whatever is tried a second time. */
  readonly isLong: boolean
  /** A second try is judged by thirds, each of which takes its values. */
  readonly isAgain: boolean
}

/** How long a level is approached and kept. */
export function levelTime(needs: LevelNeeds): {readonly rampMs: number; readonly holdMs: number} {
  const {from, to, callMs, isLong} = needs
  const share = (2 * Math.max(0, to - from)) / to
  // Spread over a whole call, the new ones are never all at the same place of the scenario: else a
  // whole step would end a moment too late to be judged, or all calls would be answered at once.
  const rampMs = callMs * Math.min(1, Math.max(LEAST_RAMP, share))
  // The call that a slot has when the level is reached began before it, and is not judged.
  const lengths = 1 + callsASlot(needs) + (isLong ? LENGTHS_MORE : 0)
  const patienceMs = Math.max(LEAST_PATIENCE_MS, PATIENCE * callMs)
  return {
    rampMs: Math.round(to > from ? rampMs : 0),
    holdMs: Math.round(lengths * callMs + patienceMs),
  }
}

function callsASlot({to, turnsACall, isAgain}: LevelNeeds): number {
  const turns = isAgain ? 3 * LEAST_TURNS : LEAST_TURNS
  const calls = Math.ceil(turnsACall > 0 ? turns / turnsACall : turns)
  return Math.min(MOST_LENGTHS, Math.max(1, Math.ceil(calls / to)))
}
