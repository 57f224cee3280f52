import type {Clock} from '../../clock.js'
import {ExostreamError} from '../../errors.js'
import type {RunReport} from '../../report/report.js'
import {makeFolders} from '../../workspace.js'
import {factsOf} from '../run.js'
import {plannedCalls} from './traffic/arrivals.js'
import {calibrationOf} from './calibrate.js'
import {CALIBRATION, type CallEnded, type Crew, type CrewAudience} from './crew/crew.js'
import {crewOf} from './crew/crew-of.js'
import {keepWorst, type KeptWorst} from './worst/keep-worst.js'
import type {LoadLive} from './live.js'
import type {LoadPlan} from './plan/load-plan.js'
import {makeCalls} from './traffic/make-calls.js'
import {makeLoadReport} from './make-load-report.js'
import type {OpenStreams} from './crew/open-streams.js'
import {shareOf} from './plan/shard.js'
import {LoadState} from './state.js'

export type LoadWorld = {
  readonly clock: Clock
  /** Aborted: no more calls start, those under way hang up, and the report is made of what there is. */
  readonly signal: AbortSignal
  readonly version: string
  /** Threads of this process unless told otherwise. */
  readonly crew?: (plan: LoadPlan, audience: CrewAudience, streams: OpenStreams) => Promise<Crew>
  /** The code of a thread, where it is not the one beside this file; it has to be JavaScript. */
  readonly threadFile?: URL
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
export async function runLoad(plan: LoadPlan, world: LoadWorld): Promise<LoadResult> {
  const {clock, version, keepIn} = world
  if (keepIn !== undefined) await makeFolder(keepIn)
  const run = factsOf(plan.run, {startedAt: clock.wallNow().toISOString(), version})
  const planned = plannedCalls(plan.arrivals)
  const state = new LoadState(plan, {
    ...world,
    planned: planned === undefined ? undefined : shareOf(planned, plan.shard),
  })
  let crew: Crew | undefined
  try {
    crew = await openCrew(plan, state, world)
    const alone = await callsAlone(plan, state, crew)
    const unopened = alone.find(({opened}) => !opened)
    const reports = alone.map((one) => one.report)
    const made = unopened ? {} : await makeCalls(plan, {state, crew, alone: reports})
    const kept = await keep(state, crew, world)
    const report = makeLoadReport(plan, {
      ...made,
      run,
      state,
      calibration: calibrationOf(alone[0]),
      kept,
    })
    return {
      report,
      opened: !unopened,
      problems: [...notOpened(unopened), ...state.ledger.problems, ...kept.problems],
    }
  } finally {
    await state.end()
    await crew?.close()
  }
}

/** @throws ExostreamError EXO_DATA_DIR */
async function makeFolder(folder: string): Promise<void> {
  try {
    await makeFolders(folder, 0o700)
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause)
    throw new ExostreamError('EXO_DATA_DIR', `${folder} cannot be made: ${words}.`, {cause})
  }
}

function openCrew(plan: LoadPlan, state: LoadState, world: LoadWorld): Promise<Crew> {
  const {crew, clock, keepIn, threadFile} = world
  const {audience, streams} = state
  if (crew) return crew(plan, audience, streams)
  return crewOf(plan, audience, {clock, streams, audioIn: keepIn, threadFile})
}

/** One call before all others, so that there is something to compare them with. */
async function callAlone(
  {scenario, isOneOfMany}: {readonly scenario: string; readonly isOneOfMany: boolean},
  state: LoadState,
  crew: Crew,
): Promise<CallEnded> {
  const ended = state.callAlone()
  state.doing(isOneOfMany ? `one call of ${scenario} alone first` : 'one call alone first')
  crew.begin({index: CALIBRATION, scenario, startAt: state.clock.now()})
  // Behind it, because whoever has stopped by now is to end this call, too.
  const undo = state.onStop(() => {
    crew.hangUp()
  })
  return ended.finally(() => {
    state.doing(undefined)
    undo()
  })
}

/**
 * A search needs to know of each scenario how long a call of it takes, and what it measures; any other run
 * has the first of them for its calibration.
 */
async function callsAlone(
  {mix, knee}: LoadPlan,
  state: LoadState,
  crew: Crew,
): Promise<readonly [CallEnded, ...CallEnded[]]> {
  const [first = '', ...more] = mix.map(({scenario}) => scenario)
  const others = knee ? more : []
  const isOneOfMany = others.length > 0
  const ended: [CallEnded, ...CallEnded[]] = [
    await callAlone({scenario: first, isOneOfMany}, state, crew),
  ]
  for (const scenario of others) {
    if (state.stop.aborted || ended.some(({opened}) => !opened)) break
    ended.push(await callAlone({scenario, isOneOfMany}, state, crew))
  }
  return ended
}

function notOpened(unopened: CallEnded | undefined): readonly string[] {
  if (!unopened) return []
  const {order, report} = unopened
  const why = report.failure?.message ?? ''
  return [
    `A call alone, of ${order.scenario}, was not opened, so the run itself was not begun: ${why}`,
  ]
}

async function keep({ledger}: LoadState, crew: Crew, {keepIn}: LoadWorld): Promise<KeptWorst> {
  if (keepIn === undefined) return {worst: [], problems: []}
  try {
    return await keepWorst(ledger, crew, keepIn)
  } catch (error) {
    // A full disk costs the recordings, never the report.
    const words = error instanceof Error ? error.message : String(error)
    return {worst: [], problems: [`The recordings of the worst calls were not kept: ${words}.`]}
  }
}
