import type {KneeReport, LevelReport} from './load-report.js'

/** What broke a step in which hardly a call came to its end: no threshold, for the few may hold them all. */
export const TOO_FEW_ENDED = 'calls'

/** `rig` and `bot` say through whom there is no number to rely on. */
export type KneeOutcome = 'found' | 'rig' | 'bot'

/**
 * What a search came to. A number is found when more of them broke, or when nothing broke up to the
 * ceiling; where this machine gave out first, what was reached says only that the bot holds so many.
 */
export function kneeOutcome({bound, calls, broken, levels}: KneeReport): KneeOutcome {
  const fault = broken?.fault
  if (bound === 'none' || calls === undefined) return fault === 'bot' ? 'bot' : 'rig'
  if (bound === 'exact') return 'found'
  if (fault === 'rig' || searched(levels).at(-1)?.verdict === 'void') return 'rig'
  return fault ?? 'found'
}

/** When all have hung up, something of the calls is still there, or the bot is not. */
export function hasLeak({leak}: KneeReport): boolean {
  return leak?.verdict === 'leaks' || leak?.verdict === 'gone'
}

/** The steps that decide: more than the bot can bear, and what comes after, is no part of the search. */
export function searched(levels: readonly LevelReport[]): readonly LevelReport[] {
  return levels.filter(({phase}) => phase !== 'overload' && phase !== 'after')
}

/** Once where it could not be held again, or was not tried. */
export function hasHeldTwice({calls, heldTwice, levels}: KneeReport): boolean {
  return (
    heldTwice ??
    levels.some(
      ({phase, concurrency, verdict}) =>
        (phase === 'hold' || phase === 'step-back') && concurrency === calls && verdict === 'held',
    )
  )
}
