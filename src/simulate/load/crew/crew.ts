import type {CallReport} from '../../../report/report.js'
import type {SendLateness} from '../../../report/send-lateness.js'

/** One call that is to be made. */
export type CallOrder = {
  /** In the whole plan, from 0; the call's own chance, names and caller follow from it. */
  readonly index: number
  readonly scenario: string
  /** When it is to be dialled, on the clock of the run. */
  readonly startAt: number
  /** Of a search for the knee. */
  readonly level?: number
  /** A call that is meant to fail, among more than the bot can bear: nobody will want to hear it. */
  readonly isOverload?: true
}

/** The one call that is made alone before the others; it has a chance of its own. */
export const CALIBRATION = -1

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

/** A call whose recording is wanted, and the file it goes into. */
export type WantedRecording = {readonly index: number; readonly path: string}

export type KeptRecordings = {
  /** The calls whose recording lies there now. */
  readonly kept: readonly number[]
  /** What could not be kept, one sentence each. */
  readonly problems: readonly string[]
}

/** Whoever makes the calls: threads of this process, or this thread itself. */
export type Crew = {
  /** Never waits and never throws: each call that is begun ends, whatever becomes of it. */
  begin(order: CallOrder): void
  /** Writes down what was heard in these calls; only the worst of them are still known. */
  keep(wanted: readonly WantedRecording[]): Promise<KeptRecordings>
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
