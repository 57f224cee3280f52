import {randomInt} from 'node:crypto'

import {systemClock} from './clock.js'
import {errorCatalogue, ExostreamError} from './errors.js'
import {silentLogger} from './log.js'
import type {StreamEvent} from './protocol/events.js'
import type {ProfileId} from './protocol/profiles.js'
import type {CallReport, RunReport} from './report/report.js'
import {summarise} from './report/summary.js'
import {keepIn, writeReport} from './simulate/keep.js'
import {makePlan, type RunPlan} from './simulate/plan.js'
import {type RunResult, runPlan} from './simulate/run.js'
import type {Bot} from './stream/bot/bot.js'
import type {WatchThrows} from './stream/bot/bot-loader.js'
import {openTarget, type OpenTarget, type Thrown} from './target.js'
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
  /** Without it, what a module throws where nobody awaits it is the process's own affair. */
  readonly watchThrows?: WatchThrows
}

export type Prepared = {
  /** What is called, for a person. */
  readonly described: string
  run(on: (event: StreamEvent) => void): Promise<RunResult & {readonly folder?: string}>
}

const LARGEST_SEED = 0xffff_ffff

/** Resolves the target and reads the scenario; whatever is wrong with the request is thrown here. */
export async function prepare(request: SimulationRequest): Promise<Prepared> {
  const {url, bot, template, dataDir, isCi, watchThrows} = request
  const version = packageVersion()
  const target = await openTarget({
    url,
    bot,
    template,
    dataDir,
    isCi,
    watchThrows,
    version,
    log: silentLogger,
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
  const {scenario, say, template, profiles, clear, marksOnClear} = request
  const {seed = randomInt(LARGEST_SEED)} = request
  return makePlan({target, url, seed, scenario, say, template, profiles, clear, marksOnClear})
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
  const report = thrown === undefined ? result.report : blameBot(result.report, thrown)
  if (folder === undefined) return {...result, report}
  const unwritten = await writeReport(folder, report).then(
    () => [],
    // A full disk costs the file, never the answer.
    (error: unknown) => {
      if (error instanceof ExostreamError) return [error.message]
      throw error
    },
  )
  return {...result, report, problems: [...result.problems, ...unwritten], folder}
}

/**
 * A bot of this process that closed because it threw says what it threw. What it threw where nobody
 * awaited it closes nothing here, but would end the process of most bots: the call has failed.
 */
function blameBot(report: RunReport, {words, isStray}: Thrown): RunReport {
  const where = isStray ? ', in a timer, a listener or a promise that it did not await' : ''
  const failure = {
    code: 'EXO_BOT_THREW',
    message: `The bot threw ${words}${where}.`,
    hint: errorCatalogue.EXO_BOT_THREW.hint,
  }
  const isBlamed = (call: CallReport) =>
    call.failure ? call.failure.code === 'EXO_BOT_CLOSED' : isStray
  const calls = report.calls.map((call): CallReport =>
    isBlamed(call) ? {...call, outcome: 'failed', failure} : call,
  )
  const verdict = report.calls.some(isBlamed) ? 'fail' : report.verdict
  return {...report, verdict, calls, summary: summarise(calls)}
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
