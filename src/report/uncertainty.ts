import type {TurnReport} from './report.js'

/** What a time of the turn may be off by: the rig's worst lateness where it was measured. */
export function uncertaintyOf(turn: TurnReport, metric: string): number {
  return turn.uncertaintiesMs?.[metric] ?? turn.uncertaintyMs
}
