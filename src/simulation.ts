import {randomInt} from 'node:crypto'
import {join} from 'node:path'

import {systemClock} from './clock.js'
import {errorCatalogue, ExostreamError} from './errors.js'
import {
  type FlowRequest,
  type PlannedFlow,
  type PreparedFlow,
  prepareFlow,
  type WalkingWorld,
} from './flow-simulation.js'
import {silentLogger} from './log.js'
import type {ProfileId} from './protocol/profiles.js'
import type {CallReport, RunReport} from './report/report.js'
import {summarise} from './report/summary.js'
import {conformanceLength} from './simulate/conformance/run-conformance.js'
import {keepReport, openRunFolder} from './run-folder.js'
import {keepIn} from './simulate/keep.js'
import {makePlan, type PassthruPlan, type RunPlan} from './simulate/plan.js'
import {type PlannedCall, type RunResult, runPlan, type RunWorld} from './simulate/run.js'
import type {Bot} from './stream/bot/bot.js'
import type {WatchThrows} from './stream/bot/bot-loader.js'
import {openTarget, type OpenTarget, type Thrown} from './target.js'
import {packageVersion} from './version.js'

/** What the simulate command and `simulateCall` share: from what was asked to a report that is kept. */
export type SimulationRequest = {
  readonly url?: string | undefined
  readonly bot?: string | Bot | undefined
  readonly template?: string | undefined
  /** `virtual`: a bot of this process, as fast as this machine can. */
  readonly clock?: 'real' | 'virtual' | undefined
  /** Built-in names, paths, or `all`; `basic` when left out. */
  readonly scenarios?: readonly string[] | undefined
  readonly repeat?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly passthru?: PassthruPlan | undefined
  /** Each planned call walks this flow, whose applets make the streams. */
  readonly flow?: FlowRequest | undefined
  readonly statusCallback?: string | undefined
  readonly maxSessionMs?: number | undefined
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
  run(audience: Audience): Promise<RunResult & {readonly folder?: string}>
}

/** Who hears of a run while it goes on. */
export type Audience = Pick<RunWorld, 'on' | 'onCall'> & Pick<WalkingWorld, 'onStep'>

const LARGEST_SEED = 0xffff_ffff

/** Resolves the target and reads the scenario; whatever is wrong with the request is thrown here. */
export async function prepare(request: SimulationRequest): Promise<Prepared> {
  refuseInVirtualTime(request)
  refuseBesideFlow(request)
  const flow = request.flow && (await prepareFlow(request.flow))
  const {bot, template, clock, dataDir, isCi, watchThrows} = request
  const url = request.url ?? (bot === undefined ? flow?.url : undefined)
  const version = packageVersion()
  const target = await openTarget({
    url,
    bot,
    template,
    clock,
    dataDir,
    isCi,
    watchThrows,
    version,
    log: silentLogger,
  })
  try {
    const {plan, walk} = await planOf(request, target, flow)
    return {
      described: describe(plan) + (walk ? `, walking the flow ${request.flow?.file ?? ''}` : ''),
      run: (audience) =>
        runAndKeep(request, {plan, walk, target, version, audience}).finally(() => target.close()),
    }
  } catch (error) {
    await target.close()
    throw error
  }
}

/** An answer from elsewhere takes no virtual time: whoever waits for it has waited too long at once. */
function refuseInVirtualTime({clock, passthru}: SimulationRequest): void {
  if (clock !== 'virtual' || passthru === undefined) return
  throw new ExostreamError(
    'EXO_USAGE',
    'In virtual time nothing is asked over HTTP: leave out passthru, or make the call in real time.',
  )
}

/** What surrounds the streams of a flow stands in its file. */
function refuseBesideFlow({flow, clock, passthru, scenarios = []}: SimulationRequest): void {
  if (flow === undefined) return
  const [mistake] = [
    ...(clock === 'virtual' ? ['A flow asks over HTTP, which takes no virtual time'] : []),
    ...(passthru === undefined
      ? []
      : ['A flow names its Passthru URLs itself: leave out --passthru, or --flow']),
    ...(scenarios.includes('conformance')
      ? ['The scenario conformance is a run of its own, and walks no flow']
      : []),
  ]
  if (mistake !== undefined) throw new ExostreamError('EXO_USAGE', `${mistake}.`)
}

type Planned = {readonly plan: RunPlan; readonly walk?: PlannedFlow['walk'] | undefined}

async function planOf(
  request: SimulationRequest,
  {target, url}: OpenTarget,
  flow: PreparedFlow | undefined,
): Promise<Planned> {
  const {seed = randomInt(LARGEST_SEED)} = request
  const wanted = {...request, target, url, seed}
  if (!flow) return {plan: await makePlan(wanted)}
  const isReplaced = request.url !== undefined || request.bot !== undefined
  return flow.plan({...wanted, isReplaced, env: process.env})
}

type Running = Planned & {
  readonly target: OpenTarget
  readonly version: string
  readonly audience: Audience
}

async function runAndKeep(
  request: SimulationRequest,
  {plan, walk, target, version, audience: {onStep, ...audience}}: Running,
): Promise<RunResult & {folder?: string}> {
  const {folder, notes: replaced} = await openRunFolder(request, nameOf(plan))
  const {virtual} = target
  const makeCalls = () =>
    runPlan(plan, {
      clock: systemClock,
      signal: request.signal,
      version,
      ...audience,
      ...(folder === undefined
        ? {}
        : {keep: (call) => keepIn(folderOf(folder, call), plan.sampleRateHz)}),
      ...virtual,
      ...(walk ? {walk: walk({signal: request.signal, onStep})} : {}),
    })
  const result = await (virtual ? virtual.clock.run(makeCalls) : makeCalls())
  const thrown = target.thrown()
  const report = thrown === undefined ? result.report : blameBot(result.report, thrown)
  if (folder === undefined) return {...result, report}
  const unwritten = await keepReport(folder, report)
  return {...result, report, problems: [...replaced, ...result.problems, ...unwritten], folder}
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
  const calls = report.calls.map((call): CallReport => {
    if (!isBlamed(call)) return call
    // What was thrown is the cause; how the stream then ended only follows from it.
    const {diagnosis, ...rest} = call
    return {...rest, outcome: 'failed', failure}
  })
  const verdict = report.calls.some(isBlamed) ? 'fail' : report.verdict
  return {...report, verdict, calls, summary: summarise(calls)}
}

function nameOf({scenarios: [first, ...others]}: RunPlan): string {
  return others.length > 0 ? `${String(others.length + 1)}-scenarios` : (first?.name ?? 'call')
}

/** A run of one call keeps it in the run's own folder. */
function folderOf(folder: string, {scenario, index, of, flow}: PlannedCall): string {
  const number = String(index + 1).padStart(Math.max(2, String(of).length), '0')
  const ofCall = of === 1 ? [] : [number, scenario.name]
  // How many streams a walk will have is known at its end alone.
  const ofStream = flow ? [String(flow.stream + 1), flow.applet] : []
  const name = [...ofCall, ...ofStream].join('-').replaceAll('/', '-')
  return name === '' ? folder : join(folder, name)
}

function describe(plan: RunPlan): string {
  return [whoIsCalled(plan), whatIsPlayed(plan), ...withHeaders(plan)].join(', ')
}

function whoIsCalled({target, url}: RunPlan): string {
  if (target.kind === 'bot') return `the bot ${target.bot ?? ''} in this process`
  return target.kind === 'serve' ? `the exostream serve of this folder at ${url.shown}` : url.shown
}

/** More names than these are no help on one line. */
const MOST_NAMES = 4

function whatIsPlayed(plan: RunPlan): string {
  const {scenarios, repeat, isConformance} = plan
  if (isConformance) return `scenario conformance: ${lengthOf(conformanceLength(plan))}`
  const names = scenarios.map(({name}) => name)
  const played =
    names.length > MOST_NAMES ? `${String(names.length)} scenarios` : `scenario ${names.join(', ')}`
  const times = repeat === undefined ? '' : `, ${String(repeat)} times each`
  return played + times
}

function lengthOf({calls, ms}: {calls: number; ms: number}): string {
  return `some ${String(calls)} calls, about ${String(Math.ceil(ms / 60_000))} minutes, more for a bot that fails them`
}

function withHeaders({headers}: RunPlan): readonly string[] {
  if (headers === undefined) return []
  const names = Object.keys(headers).join(' and ')
  return [`with the header ${names} (Exotel itself sends only Basic, from the URL's user info)`]
}
