import type {CallReport} from '../../report/report.js'
import type {SendLateness} from '../../report/send-lateness.js'

/** One call that is to be made. */
export type CallOrder = {
  /** In the whole plan, from 0; the call's own chance, names and caller follow from it. */
  readonly index: number
  readonly scenario: string
  /** When it is to be dialled, on the clock of the run. */
  readonly startAt: number
  /** Of a search for the knee. */
  readonly level?: number
}

/** What became of it. */
export type CallEnded = {
  readonly order: CallOrder
  /** With `index`, `startLateMs`, `sendLatenessP99Ms` and `level`. */
  readonly report: CallReport
  readonly lateness: SendLateness
  readonly opened: boolean
  /** On the clock of the run. */
  readonly endedAt: number
  /** What could not be kept, one sentence each. */
  readonly problems: readonly string[]
}

/** What the threads show of themselves, twice a second. */
export type CrewPulse = {
  /** Calls whose stream is open. */
  readonly open: number
  /** Of the frames sent since the last pulse. */
  readonly lateness: SendLateness
  /** By how much the p99 turn of the slowest event loop was late, since the start. */
  readonly lagP99Ms: number
}

/** Whoever makes the calls: threads of this process, or this thread itself. */
export type Crew = {
  begin(order: CallOrder): void
  /** Every call that is under way hangs up; each still ends. */
  hangUp(): void
  /** When all calls are over. */
  close(): Promise<void>
}

export type CrewAudience = {
  readonly onEnded: (ended: CallEnded) => void
  readonly onPulse: (pulse: CrewPulse) => void
  /** A thread that failed: the run cannot go on. */
  readonly onFailed: (error: unknown) => void
}
