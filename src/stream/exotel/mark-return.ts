import type {Clock} from '../../clock.js'

/** What becomes of a mark whose audio has ended: Exotel returns it; the others are for trials. */
export type MarkMode = 'return' | 'withhold' | 'late' | 'twice'

/** A late mark comes this long after it was due. */
const LATE_MARK_MS = 2000

type Mark = {readonly name: string; readonly receivedAtMs: number}

export type MarkReturnOptions = {
  readonly mode: MarkMode
  readonly clock: Clock
  /** Aborts when the stream is over. */
  readonly signal: AbortSignal
}

/** Hands a mark that is due to `give`: at once, later, twice or never. */
export function returnMark(
  mark: Mark,
  give: (mark: Mark) => void,
  {mode, clock, signal}: MarkReturnOptions,
): void {
  if (mode === 'withhold') return
  if (mode === 'late') {
    clock.sleepUntil(clock.now() + LATE_MARK_MS, signal).then(
      () => {
        give(mark)
      },
      // Aborted: nobody waits for it any more.
      () => undefined,
    )
    return
  }
  give(mark)
  if (mode === 'twice') give(mark)
}
