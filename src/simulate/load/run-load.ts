import type {Clock} from '../../clock.js'
import type {RunReport} from '../../report/report.js'
import type {Crew, CrewAudience} from './crew.js'
import type {LoadLive} from './live.js'
import type {LoadPlan} from './load-plan.js'

export type LoadWorld = {
  readonly clock: Clock
  /** Aborted: no more calls start, those under way hang up, and the report is made of what there is. */
  readonly signal: AbortSignal
  readonly version: string
  /** Threads of this process unless told otherwise. */
  readonly crew?: (plan: LoadPlan, audience: CrewAudience) => Promise<Crew>
  /** Where the recordings of the worst calls go; nothing is kept without it. */
  readonly keepIn?: string
  readonly onLive?: (live: LoadLive) => void
}

export type LoadResult = {
  readonly report: RunReport
  /** Whether any stream was opened at all. */
  readonly opened: boolean
  readonly problems: readonly string[]
}

/** A plan becomes calls by the hundred, and a report of the same schema as that of a single one. */
export async function runLoad(_plan: LoadPlan, _world: LoadWorld): Promise<LoadResult> {
  await Promise.resolve()
  throw new Error('not built yet')
}
