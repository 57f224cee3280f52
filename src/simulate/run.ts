import {arch, availableParallelism, platform} from 'node:os'

import type {Clock} from '../clock.js'
import type {StreamEvent} from '../protocol/events.js'
import {type Random, seededRandom} from '../random.js'
import type {FlowWalk} from '../report/flow-walk.js'
import type {CallReport, RunReport} from '../report/report.js'
import {sumOfLateness} from '../report/send-lateness.js'
import {type CallResult, runCall} from './call.js'
import type {CallWorld, InFlow} from './placed.js'
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
  /** Makes of each planned call the walk of a flow, which opens as many streams as it comes to. */
  readonly walk?: WalkCall
}

export type WalkCall = (planned: PlannedCall, open: OpenStream) => Promise<FlowWalk>

/** One stream of a walk, by a plan of its own; resolves when it is over. */
type OpenStream = (stream: WalkedStream) => Promise<CallResult>

type WalkedStream = {
  /** The id of the applet. */
  readonly applet: string
  readonly plan: RunPlan
  readonly inFlow: InFlow
  readonly dial?: CallWorld['dial']
}

/** One call of the run: the first has the index 0. */
export type PlannedCall = {
  readonly scenario: Scenario
  readonly index: number
  readonly of: number
  /** Of a stream that is part of the call. */
  readonly flow?: StreamOfFlow
}

type StreamOfFlow = {
  readonly applet: string
  /** Its place among the streams of the call, from 0. */
  readonly stream: number
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
  const calls = plannedCalls(plan)
  const walked = await makeCalls(calls, {plan, world, run, watch}).finally(() => watch?.stop())
  const made = walked.flatMap(({streams}) => streams)
  const flows = walked.flatMap(({flow}) => (flow ? [flow] : []))
  const report = makeRunReport(
    made.map((one) => one.report),
    {
      run,
      interrupted: signal.aborted,
      // A walk has made as many calls as it has opened streams.
      planned: made.length + calls.length - walked.length,
      ...(world.walk ? {flows} : {}),
      thresholds: plan.scenarios.map(({name, thresholds}) => ({
        scenario: name,
        expressions: thresholds,
      })),
      lateness: sumOfLateness(made.map(({lateness}) => lateness)),
      watched: made.at(-1)?.watched,
    },
  )
  return {
    report,
    opened: made.some(({opened}) => opened),
    problems: made.flatMap(({problems}) => problems),
  }
}

/** One after another, until all are made or the run is interrupted. */
async function makeCalls(
  calls: readonly PlannedCall[],
  making: Making,
): Promise<readonly Streams[]> {
  const made: Streams[] = []
  for (const planned of calls) {
    if (making.world.signal.aborted) break
    made.push(await makeStreams(planned, making))
  }
  return made
}

async function tryRules(
  plan: RunPlan,
  {world, run, watch}: Omit<Making, 'plan'>,
): Promise<RunResult> {
  const conformance = await runConformance(plan, {...world, run}).finally(() => watch?.stop())
  const {calls, lateness, opened, problems} = conformance
  const report = makeRunReport(calls, {
    run,
    interrupted: world.signal.aborted,
    planned: calls.length,
    thresholds: [],
    lateness,
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

type Streams = {readonly streams: readonly Made[]; readonly flow?: FlowWalk}

/** A call is one stream; the walk of a flow has none, one or several, and what lies between them. */
async function makeStreams(planned: PlannedCall, making: Making): Promise<Streams> {
  const {world} = making
  if (!world.walk) {
    const made = await makeCall(planned, making)
    world.onCall?.(made.report, planned)
    return {streams: [made]}
  }
  const streams: Made[] = []
  let begun = 0
  const flow = await world.walk(planned, async ({applet, plan, inFlow, dial}) => {
    const stream = {...planned, flow: {applet, stream: begun}}
    begun += 1
    const how = dial ? {...world, dial} : world
    const made = await makeCall(stream, {...making, plan, world: how}, inFlow)
    const {id} = plan.profile
    const profile = id === making.plan.profile.id ? {} : {profile: id}
    streams.push({...made, report: {...made.report, ...profile}})
    world.onCall?.(made.report, stream)
    return made
  })
  return {streams, flow}
}

/** One call, with what is kept of it: a header before its events, a footer behind them. */
async function makeCall(
  planned: PlannedCall,
  {plan, world, run, watch}: Making,
  inFlow?: InFlow,
): Promise<Made> {
  const {clock, signal, dial, keep, on = () => undefined} = world
  const keeper = await (keep?.(planned) ?? keepNothing)
  keeper.header(headerOf(run, planned, plan))
  const result = await runCall(scenarioOf(planned, plan), plan, {
    clock,
    signal,
    random: randomOf(planned, plan),
    keeper,
    on,
    ...(dial ? {dial} : {}),
    ...(inFlow ? {inFlow} : {}),
  })
  const ofFlow = planned.flow ? {applet: planned.flow.applet, url: plan.url.shown} : {}
  const told = {...result.report, ...ofFlow}
  const watched = watch?.read()
  keeper.footer({
    type: 'end',
    interrupted: signal.aborted,
    call: frameOf(told),
    ...(watched ? {watched} : {}),
  })
  const {artifacts, problems} = await keeper.close()
  const report = {...told, artifacts: result.opened ? artifacts : {}}
  return {...result, report, problems, watched}
}

/** As the plan has it, whose rate may be another than that of the call's other streams. */
function scenarioOf({scenario}: PlannedCall, {scenarios}: RunPlan): Scenario {
  return scenarios.find(({name}) => name === scenario.name) ?? scenario
}

/** What is chance in a call, from its seed; a walk's own chance is that of its first stream. */
export function randomOf(
  {index, flow}: Pick<PlannedCall, 'index' | 'flow'>,
  {seed}: RunPlan,
): Random {
  const further = flow && flow.stream > 0 ? ` stream ${String(flow.stream)}` : ''
  return seededRandom(seed).fork(`call ${String(index)}${further}`)
}

/** Every scenario in its turn, and all of them again as often as asked: so a slow hour hits each alike. */
function plannedCalls({scenarios, repeat = 1}: RunPlan): readonly PlannedCall[] {
  const of = scenarios.length * repeat
  return Array.from({length: repeat}, (_, round) =>
    scenarios.map((scenario, place) => ({scenario, index: round * scenarios.length + place, of})),
  ).flat()
}

/** What is known of a run before its first call. */
export function factsOf(
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
  {scenario, index, of, flow}: PlannedCall,
  {marks}: RunPlan,
): JournalHeader {
  const {thresholds} = scenario
  const call = {
    index,
    of,
    thresholds,
    ...(marks === undefined ? {} : {marks}),
    ...(flow ? {flow} : {}),
  }
  return {type: 'run', journalVersion: 1, run, call}
}
