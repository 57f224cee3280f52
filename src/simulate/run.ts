import {arch, availableParallelism, platform} from 'node:os'

import type {Clock} from '../clock.js'
import type {StreamEvent} from '../protocol/events.js'
import {seededRandom} from '../random.js'
import type {CallReport, RunReport, ThresholdResult} from '../report/report.js'
import {metricsOf, summarise} from '../report/summary.js'
import {callVerdict} from '../report/verdict.js'
import {type CallResult, type CallWorld, runCall} from './call.js'
import {type Keeper, keepNothing} from './keep.js'
import {type RunPlan, summarisePlan} from './plan.js'
import {judgeRig, watchEventLoop} from './rig.js'
import type {Scenario} from './scenario/scenario.js'
import {judgeThreshold, type Measured} from './thresholds.js'

export type RunWorld = {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly version: string
  /** Over a WebSocket unless told otherwise. */
  readonly dial?: CallWorld['dial']
  /** Opens what is kept of a call; nothing is kept without it. */
  readonly keep?: (scenario: Scenario) => Promise<Keeper>
  readonly on?: (event: StreamEvent) => void
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
  const loop = watchEventLoop()
  const random = seededRandom(plan.seed)
  const results: CallResult[] = []
  const problems: string[] = []
  for (const [index, scenario] of plan.scenarios.entries()) {
    if (signal.aborted) break
    const keeper = await (world.keep?.(scenario) ?? keepNothing)
    const result = await runCall(scenario, plan, {
      clock,
      signal,
      random: random.fork(`call ${String(index)}`),
      keeper,
      on: world.on ?? (() => undefined),
      ...(world.dial ? {dial: world.dial} : {}),
    })
    const kept = await keeper.close()
    problems.push(...kept.problems)
    results.push({
      ...result,
      report: {...result.report, artifacts: result.opened ? kept.artifacts : {}},
    })
  }
  const report = makeReport(plan, results, {world, startedAt, lagP99Ms: loop.stop()})
  return {report, opened: results.some(({opened}) => opened), problems}
}

type Circumstances = {
  readonly world: RunWorld
  readonly startedAt: string
  readonly lagP99Ms: number
}

function makeReport(
  plan: RunPlan,
  results: readonly CallResult[],
  {world, startedAt, lagP99Ms}: Circumstances,
): RunReport {
  const calls = results.map(({report}) => report)
  const thresholds = judgeThresholds(plan.scenarios, calls)
  const isPass =
    // A run that was cut short has not shown what it was to show.
    calls.length === plan.scenarios.length &&
    calls.every((call) => callVerdict(call) === 'pass') &&
    thresholds.every(({status}) => status === 'pass')
  return {
    schemaVersion: 1,
    tool: {name: 'exostream', version: world.version},
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
    interrupted: world.signal.aborted,
    verdict: isPass ? 'pass' : 'fail',
    rig: judgeRig(
      calls,
      results.flatMap(({latenessMs}) => latenessMs),
      lagP99Ms,
    ),
    calls,
    summary: summarise(calls),
    thresholds,
  }
}

/** A scenario's thresholds judge the calls of that scenario. */
function judgeThresholds(
  scenarios: readonly Scenario[],
  calls: readonly CallReport[],
): readonly ThresholdResult[] {
  return scenarios.flatMap(({name, thresholds}) => {
    const values = valuesOf(calls.filter(({scenario}) => scenario === name))
    return thresholds.map((expression) => judgeThreshold(expression, values))
  })
}

function valuesOf(calls: readonly CallReport[]): ReadonlyMap<string, readonly Measured[]> {
  const values = new Map<string, Measured[]>()
  for (const {name, ...measured} of calls.flatMap(metricsOf)) {
    const known = values.get(name)
    if (known) known.push(measured)
    else values.set(name, [measured])
  }
  return values
}
