import {randomInt} from 'node:crypto'

import {systemClock} from './clock.js'
import {silentLogger} from './log.js'
import {keepReport, openRunFolder} from './run-folder.js'
import {checkPid, isProcess} from './simulate/load/machine/bot-process.js'
import {describeLoad} from './simulate/load/plan/describe.js'
import type {LoadLive} from './simulate/load/live.js'
import type {LoadPlan} from './simulate/load/plan/load-plan.js'
import {makeLoadPlan} from './simulate/load/plan/make-load-plan.js'
import {mostOpenFiles, tooFewFiles} from './simulate/load/machine/open-files.js'
import {type LoadResult, runLoad} from './simulate/load/run-load.js'
import {openTarget, type OpenTarget} from './target.js'
import {packageVersion} from './version.js'

type LoadRequest = Parameters<typeof makeLoadPlan>[0]

/** What the load command asks for: its target, its plan, and where the report is kept. */
export type LoadRunRequest = Omit<LoadRequest, 'target' | 'url' | 'seed'> & {
  /** The `serve` of this folder when absent. */
  readonly url?: string | undefined
  /** A random one when absent; the report names it. */
  readonly seed?: number | undefined
  /** Where recordings and report go; else into the data folder, if there is one. */
  readonly out?: string | undefined
  readonly dataDir?: string | undefined
  readonly signal: AbortSignal
}

export type PreparedLoad = {
  /** What is called and how, for a person. */
  readonly described: string
  /** What stands against it, one sentence each. */
  readonly notes: readonly string[]
  run(audience: {readonly onLive?: (live: LoadLive) => void}): Promise<LoadRun>
}

export type LoadRun = LoadResult & {readonly folder?: string}

const LARGEST_SEED = 0xffff_ffff

/**
 * Finds the target and makes the plan; whatever is wrong with the request is thrown here.
 * @throws ExostreamError EXO_USAGE when there is no process of the pid, EXO_NO_TARGET, EXO_SERVE_SILENT, EXO_URL_INVALID, and those of `makeLoadPlan`
 */
export async function prepareLoad(request: LoadRunRequest): Promise<PreparedLoad> {
  const {url, dataDir, seed = randomInt(LARGEST_SEED), out, signal, ...wanted} = request
  if (wanted.botPid !== undefined) checkPid(wanted.botPid)
  const version = packageVersion()
  const found = await openTarget({
    url,
    dataDir,
    isElsewhere: true,
    isCi: true,
    version,
    log: silentLogger,
  })
  const plan = await makeLoadPlan({
    ...wanted,
    seed,
    target: found.target,
    url: found.url,
    botPid: wanted.botPid ?? pidOf(found),
  })
  const fewFiles = tooFewFiles(plan, await mostOpenFiles())
  return {
    described: describeLoad(plan),
    notes: fewFiles === undefined ? [] : [fewFiles],
    run: ({onLive}) =>
      runAndKeep(plan, {out, dataDir}, {signal, version, ...(onLive ? {onLive} : {})}),
  }
}

/** Of the serve of this folder it is known which process it is; in a container of its own it is none of ours. */
function pidOf({pid}: OpenTarget): number | undefined {
  return pid !== undefined && isProcess(pid) ? pid : undefined
}

async function runAndKeep(
  plan: LoadPlan,
  where: Pick<LoadRunRequest, 'out' | 'dataDir'>,
  world: Omit<Parameters<typeof runLoad>[1], 'clock' | 'keepIn'>,
): Promise<LoadRun> {
  const {folder, notes} = await openRunFolder(where, plan.knee ? 'knee' : 'load')
  const keepIn = folder === undefined ? {} : {keepIn: folder}
  const result = await runLoad(plan, {...world, ...keepIn, clock: systemClock})
  if (folder === undefined) return result
  const unwritten = await keepReport(folder, result.report)
  return {...result, problems: [...notes, ...result.problems, ...unwritten], folder}
}
