import {randomInt} from 'node:crypto'

import {systemClock} from './clock.js'
import {silentLogger} from './log.js'
import type {StreamEvent} from './protocol/events.js'
import type {ProfileId} from './protocol/profiles.js'
import {keepIn, writeReport} from './simulate/keep.js'
import {makePlan, type RunPlan} from './simulate/plan.js'
import {type RunResult, runPlan} from './simulate/run.js'
import type {Bot} from './stream/bot.js'
import {openTarget, type OpenTarget} from './target.js'
import {packageVersion} from './version.js'
import {openWorkspace} from './workspace.js'

/** What the simulate command and `simulateCall` share: from what was asked to a report that is kept. */
export type SimulationRequest = {
  readonly url?: string | undefined
  readonly bot?: string | Bot | undefined
  readonly template?: string | undefined
  readonly scenario?: string | undefined
  readonly say?: readonly string[] | undefined
  readonly profiles?: readonly ProfileId[] | undefined
  readonly clear?: 'packet' | 'message' | undefined
  readonly marksOnClear?: 'drop' | 'echo' | undefined
  /** A random one when absent; the report names it. */
  readonly seed?: number | undefined
  /** Where recording, journal and report go; else into the data folder, if there is one. */
  readonly out?: string | undefined
  readonly dataDir?: string | undefined
  readonly isCi: boolean
  readonly signal: AbortSignal
}

export type Prepared = {
  /** What is called, for a person. */
  readonly described: string
  run(on: (event: StreamEvent) => void): Promise<RunResult & {readonly folder?: string}>
}

const LARGEST_SEED = 0xffff_ffff

/** Resolves the target and reads the scenario; whatever is wrong with the request is thrown here. */
export async function prepare(request: SimulationRequest): Promise<Prepared> {
  const {url, bot, template, dataDir, isCi} = request
  const version = packageVersion()
  const target = await openTarget({
    isCi,
    version,
    log: silentLogger,
    ...(url === undefined ? {} : {url}),
    ...(bot === undefined ? {} : {bot}),
    ...(template === undefined ? {} : {template}),
    ...(dataDir === undefined ? {} : {dataDir}),
  })
  try {
    const plan = await planOf(request, target)
    return {
      described: describe(plan),
      run: (on) => runAndKeep(request, {plan, target, version, on}).finally(() => target.close()),
    }
  } catch (error) {
    await target.close()
    throw error
  }
}

function planOf(request: SimulationRequest, {target, url}: OpenTarget): Promise<RunPlan> {
  const {scenario, say, profiles, clear, marksOnClear, seed = randomInt(LARGEST_SEED)} = request
  return makePlan({
    target,
    url,
    seed,
    ...(scenario === undefined ? {} : {scenario}),
    ...(say === undefined ? {} : {say}),
    ...(profiles === undefined ? {} : {profiles}),
    ...(clear === undefined ? {} : {clear}),
    ...(marksOnClear === undefined ? {} : {marksOnClear}),
  })
}

type Running = {
  readonly plan: RunPlan
  readonly target: OpenTarget
  readonly version: string
  readonly on: (event: StreamEvent) => void
}

async function runAndKeep(
  request: SimulationRequest,
  {plan, target, version, on}: Running,
): Promise<RunResult & {folder?: string}> {
  const folder = await folderFor(request, plan)
  const result = await runPlan(plan, {
    clock: systemClock,
    signal: request.signal,
    version,
    on,
    ...(folder === undefined ? {} : {keep: () => keepIn(folder, plan.sampleRateHz)}),
  })
  const thrown = target.thrown()
  const told = thrown === undefined ? [] : [`The bot threw ${thrown}.`]
  const problems = [...result.problems, ...told]
  if (folder === undefined) return {...result, problems}
  await writeReport(folder, result.report)
  return {...result, problems, folder}
}

/** The last 50 calls stay in the data folder; a folder of one's own is never tidied. */
async function folderFor(
  {out, dataDir}: SimulationRequest,
  plan: RunPlan,
): Promise<string | undefined> {
  if (out !== undefined) return out
  if (dataDir === undefined) return undefined
  const workspace = await openWorkspace(dataDir)
  const [scenario] = plan.scenarios
  const folder = await workspace.newCallFolder(scenario?.name ?? 'call', systemClock.wallNow())
  await workspace.pruneCalls()
  return folder
}

function describe({target, url, scenarios}: RunPlan): string {
  const names = scenarios.map(({name}) => name).join(', ')
  if (target.kind === 'bot') return `the bot ${target.bot ?? ''} in this process, scenario ${names}`
  const who =
    target.kind === 'serve' ? `the exostream serve of this folder at ${url.shown}` : url.shown
  return `${who}, scenario ${names}`
}
