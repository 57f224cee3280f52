import {readdir, readFile, stat} from 'node:fs/promises'
import {basename, dirname, join, resolve} from 'node:path'

import {speechSpans} from '../audio/vad.js'
import {ExostreamError} from '../errors.js'
import type {SampleRateHz} from '../protocol/messages.js'
import {readWav} from '../record/wav-reader.js'
import {describeMistakes, readYaml} from '../yaml-document.js'
import {
  type Clip,
  type Scenario,
  type ScenarioFile,
  scenarioSchema,
  type Step,
  type StepFile,
} from './scenario.js'

/** The built-in scenarios travel in the package; this file is two folders below its root. */
const BUILT_IN = join(import.meta.dirname, '..', '..', 'fixtures', 'scenarios')

const NAME = /^[a-z0-9][a-z0-9-]*$/

export type ListedScenario = {
  readonly name: string
  readonly description: string
  readonly path: string
}

/** The built-in scenarios, by name. */
export async function listScenarios(): Promise<readonly ListedScenario[]> {
  const files = (await readdir(BUILT_IN)).filter((file) => file.endsWith('.yaml')).sort()
  return Promise.all(
    files.map(async (file) => {
      const path = join(BUILT_IN, file)
      const {name, description = ''} = await readScenarioFile(path)
      return {name, description, path}
    }),
  )
}

/**
 * A scenario by built-in name or by path, with its audio at the call's rate.
 * @throws ExostreamError EXO_SCENARIO_NOT_FOUND, EXO_SCENARIO_INVALID (every mistake, one a line), EXO_AUDIO_UNREADABLE
 */
export async function readScenario(
  nameOrPath: string,
  sampleRateHz: SampleRateHz,
): Promise<Scenario> {
  const path = await findScenario(nameOrPath)
  const file = await readScenarioFile(path)
  const steps = await readClips(file, dirname(path), sampleRateHz)
  const {name, description = '', thresholds} = file
  return {name, description, steps, thresholds}
}

/** What `--say` makes of WAV files alone: a greeting if there is one, each line with its answer, hang up. */
export async function scenarioOfClips(
  paths: readonly string[],
  sampleRateHz: SampleRateHz,
): Promise<Scenario> {
  const says = paths.map((path) => ({
    say: resolve(path),
    expect: 'respond' as const,
    withinMs: 5000,
    talkOver: 'allow' as const,
  }))
  const file: ScenarioFile = {
    version: 1,
    name: 'say',
    steps: [{greet: {withinMs: 3000, optional: true}}, ...says, {hangUp: 'stop'}],
    thresholds: [],
  }
  const steps = await readClips(file, process.cwd(), sampleRateHz)
  return {name: file.name, description: '', steps, thresholds: []}
}

async function findScenario(nameOrPath: string): Promise<string> {
  if (NAME.test(nameOrPath)) {
    const builtIn = join(BUILT_IN, `${nameOrPath}.yaml`)
    if (await isFile(builtIn)) return builtIn
  }
  if (await isFile(nameOrPath)) return nameOrPath
  const known = (await listScenarios()).map(({name}) => name).join(', ')
  throw new ExostreamError(
    'EXO_SCENARIO_NOT_FOUND',
    `There is no scenario or file ${JSON.stringify(nameOrPath)}; built in are ${known}.`,
  )
}

async function readScenarioFile(path: string): Promise<ScenarioFile> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new ExostreamError('EXO_SCENARIO_NOT_FOUND', `${path} could not be read.`, {cause})
  }
  const parsed = readYaml(text, scenarioSchema)
  if ('value' in parsed) return parsed.value
  throw new ExostreamError('EXO_SCENARIO_INVALID', describeMistakes(path, parsed.mistakes))
}

/** Reads the audio of every step; what cannot be read is told all at once. */
async function readClips(
  file: ScenarioFile,
  folder: string,
  sampleRateHz: SampleRateHz,
): Promise<readonly Step[]> {
  const settled = await Promise.allSettled(
    file.steps.map((step) => withClip(step, folder, sampleRateHz)),
  )
  const failures = settled.flatMap((one) =>
    // Only errors are thrown in this tree.
    one.status === 'rejected' ? [one.reason as Error] : [],
  )
  const bug = failures.find((failure) => !(failure instanceof ExostreamError))
  if (bug) throw bug
  if (failures.length > 0) {
    const sentences = new Set(failures.map(({message}) => message))
    throw new ExostreamError('EXO_AUDIO_UNREADABLE', [...sentences].join('\n'))
  }
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

async function withClip(step: StepFile, folder: string, sampleRateHz: SampleRateHz): Promise<Step> {
  if ('say' in step) {
    const {say, label, ...rest} = step
    return {...rest, say: await readClip(resolve(folder, say), sampleRateHz, label)}
  }
  if ('interrupt' in step) {
    const {interrupt, label, ...rest} = step
    return {...rest, interrupt: await readClip(resolve(folder, interrupt), sampleRateHz, label)}
  }
  return step
}

async function readClip(
  path: string,
  sampleRateHz: SampleRateHz,
  label = basename(path),
): Promise<Clip> {
  const pcm = await readWav(path, {sampleRateHz})
  const spans = speechSpans(pcm, {sampleRateHz})
  const lengthMs = (pcm.length / sampleRateHz) * 1000
  // A clip without anything loud is a caller who makes a soft noise: all of it counts.
  return {
    pcm,
    label,
    speechStartMs: spans[0]?.startMs ?? 0,
    speechEndMs: spans.at(-1)?.endMs ?? lengthMs,
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
