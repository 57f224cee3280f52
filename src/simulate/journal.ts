import type {StreamEvent} from '../protocol/events.js'
import type {CallReport, RunReport} from '../report/report.js'
import type {Watched} from './rig.js'

/**
 * A journal is one JSON value a line: a header, the events of one call, a footer. The two hold what
 * the report says and no event does, so that a report can be made again from its journals alone.
 */
export type JournalLine = JournalHeader | StreamEvent | JournalFooter

export type JournalHeader = {
  readonly type: 'run'
  readonly journalVersion: 1
  readonly run: Pick<RunReport, 'tool' | 'startedAt' | 'seed' | 'plan' | 'machine' | 'target'>
  readonly call: {
    /** Its place in the run, from 0, and how many the run was to make. */
    readonly index: number
    readonly of: number
    readonly thresholds: readonly string[]
    /** How this call leaves what Exotel ordinarily does with marks. */
    readonly marks?: string
    /** Of a stream in the walk of a flow, which no journal holds. */
    readonly flow?: {readonly applet: string; readonly stream: number}
  }
}

export type JournalFooter = {
  readonly type: 'end'
  readonly interrupted: boolean
  readonly call: CallFrame
  /** What the process showed of itself until then; absent in virtual time. */
  readonly watched?: Watched
}

/** What is computed from the events of a call, or belongs to the files it was kept in. */
const COMPUTED = [
  'turns',
  'metrics',
  'findings',
  'speech',
  'closing',
  'durationMs',
  'uncertaintyMs',
  'diagnosis',
  'artifacts',
] as const satisfies readonly (keyof CallReport)[]

/** The rest of its report: who called, and how it came out. */
export type CallFrame = Omit<CallReport, (typeof COMPUTED)[number]>

export function frameOf(call: CallReport): CallFrame {
  const computed: readonly string[] = COMPUTED
  // The cast restores the keys, which Object.fromEntries forgets.
  return Object.fromEntries(
    Object.entries(call).filter(([name]) => !computed.includes(name)),
  ) as CallFrame
}
