import {arch, availableParallelism, platform} from 'node:os'

import type {Clock} from '../clock.js'
import type {StreamEvent} from '../protocol/events.js'
import {seededRandom} from '../random.js'
import type {CallReport, RunReport} from '../report/report.js'
import {type CallResult, runCall} from './call.js'
import type {CallWorld} from './placed.js'
import {runConformance} from './conformance/run-conformance.js'
import {type Keeper, keepNothing} from './keep.js'
import {type RunPlan, summarisePlan} from './plan.js'
import {type JournalHeader, frameOf} from './journal.js'
import {type Watched, watchProcess} from './rig.js'
import {makeRunReport} from './run-report.js'
import type {Scenario} from './scenario/scenario.js'

export type RunWorld = {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly version: string
  /** Over a WebSocket unless told otherwise. */
  readonly dial?: CallWorld['dial']
  /** Opens what is kept of a call; nothing is kept without it. */
  readonly keep?: (call: PlannedCall) => Promise<Keeper>
  readonly on?: (event: StreamEvent) => void
  /** Hears of each call when it is over. */
  readonly onCall?: (call: CallReport, planned: PlannedCall) => void
}

/** One call of the run: the first has the index 0. */
export type PlannedCall = {
  readonly scenario: Scenario
  readonly index: number
  readonly of: number
}

export type RunResult = {
  readonly report: RunReport
  /** Whether any stream was opened at all. */
  readonly opened: boolean
  /** What could not be kept, one sentence each. */
  readonly problems: readonly string[]
}

/** A plan becomes calls, one after another, and a report. Prints nothing. */
export async function runPlan(plan: RunPlan, world: RunWorld): Promise<RunResult> {
  const {clock, signal} = world
  const startedAt = clock.wallNow().toISOString()
  const run = factsOf(plan, {startedAt, version: world.version})
  const watch = plan.clock === 'virtual' ? undefined : watchProcess(clock)
  if (plan.isConformance) return tryRules(plan, {world, run, watch})
  const made: Made[] = []
  try {
    for (const planned of plannedCalls(plan)) {
      if (signal.aborted) break
      const one = await makeCall(planned, {plan, world, run, watch})
      made.push(one)
      world.onCall?.(one.report, planned)
    }
  } finally {
    watch?.stop()
  }
  const report = makeRunReport(
    made.map((one) => one.report),
    {
      run,
      interrupted: signal.aborted,
      planned: plannedCalls(plan).length,
      thresholds: plan.scenarios.map(({name, thresholds}) => ({
        scenario: name,
        expressions: thresholds,
      })),
      latenessMs: made.flatMap(({latenessMs}) => latenessMs),
      watched: made.at(-1)?.watched,
    },
  )
  return {
    report,
    opened: made.some(({opened}) => opened),
    problems: made.flatMap(({problems}) => problems),
  }
}

async function tryRules(
  plan: RunPlan,
  {world, run, watch}: Omit<Making, 'plan'>,
): Promise<RunResult> {
  const conformance = await runConformance(plan, {...world, run}).finally(() => watch?.stop())
  const {calls, latenessMs, opened, problems} = conformance
  const report = makeRunReport(calls, {
    run,
    interrupted: world.signal.aborted,
    planned: calls.length,
    thresholds: [],
    latenessMs,
    watched: watch?.read(),
    conformance,
  })
  return {report, opened, problems}
}

type Making = {
  readonly plan: RunPlan
  readonly world: RunWorld
  readonly run: JournalHeader['run']
  readonly watch: ReturnType<typeof watchProcess> | undefined
}

type Made = CallResult & {
  readonly problems: readonly string[]
  readonly watched?: Watched | undefined
}

/** One call, with what is kept of it: a header before its events, a footer behind them. */
async function makeCall(planned: PlannedCall, {plan, world, run, watch}: Making): Promise<Made> {
  const {clock, signal, dial, keep, on = () => undefined} = world
  const keeper = await (keep?.(planned) ?? keepNothing)
  keeper.header(headerOf(run, planned, plan))
  const result = await runCall(planned.scenario, plan, {
    clock,
    signal,
    random: seededRandom(plan.seed).fork(`call ${String(planned.index)}`),
    keeper,
    on,
    ...(dial ? {dial} : {}),
  })
  const watched = watch?.read()
  keeper.footer({
    type: 'end',
    interrupted: signal.aborted,
    call: frameOf(result.report),
    ...(watched ? {watched} : {}),
  })
  const {artifacts, problems} = await keeper.close()
  const report = {...result.report, artifacts: result.opened ? artifacts : {}}
  return {...result, report, problems, watched}
}

/** Every scenario in its turn, and all of them again as often as asked: so a slow hour hits each alike. */
function plannedCalls({scenarios, repeat = 1}: RunPlan): readonly PlannedCall[] {
  const of = scenarios.length * repeat
  return Array.from({length: repeat}, (_, round) =>
    scenarios.map((scenario, place) => ({scenario, index: round * scenarios.length + place, of})),
  ).flat()
}

function factsOf(
  plan: RunPlan,
  {startedAt, version}: {startedAt: string; version: string},
): JournalHeader['run'] {
  return {
    tool: {name: 'exostream', version},
    startedAt,
    seed: plan.seed,
    plan: summarisePlan(plan),
    machine: {
      platform: platform(),
      arch: arch(),
      cpus: availableParallelism(),
      node: process.versions.node,
    },
    target: plan.target,
  }
}

function headerOf(
  run: JournalHeader['run'],
  {scenario, index, of}: PlannedCall,
  {marks}: RunPlan,
): JournalHeader {
  const {thresholds} = scenario
  const call = {index, of, thresholds, ...(marks === undefined ? {} : {marks})}
  return {type: 'run', journalVersion: 1, run, call}
}
