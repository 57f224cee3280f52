import {createHash} from 'node:crypto'
import {readdir, readFile, stat} from 'node:fs/promises'
import {basename, dirname, join, resolve} from 'node:path'

import {speechSpans} from '../../audio/vad.js'
import {ExostreamError} from '../../errors.js'
import type {SampleRateHz} from '../../protocol/messages.js'
import {readWav} from '../../record/wav-reader.js'
import {describeMistakes, readYaml} from '../../yaml-document.js'
import {
  type Clip,
  type Scenario,
  type ScenarioFile,
  scenarioSchema,
  type Step,
  type StepFile,
} from './scenario.js'

/** The built-in scenarios travel in the package; this file is three folders below its root. */
const BUILT_IN = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'scenarios')

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
      const {name, description = ''} = parseScenario(path, await readText(path))
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
  const text = await readText(path)
  const file = parseScenario(path, text)
  const steps = await readClips(file, dirname(path), sampleRateHz)
  const {name, description = '', thresholds} = file
  const sha256 = createHash('sha256').update(text).digest('hex')
  const source = path === nameOrPath ? {path, sha256} : {sha256}
  return {name, description, steps, thresholds, source}
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

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new ExostreamError('EXO_SCENARIO_NOT_FOUND', `${path} could not be read.`, {cause})
  }
}

function parseScenario(path: string, text: string): ScenarioFile {
  const parsed = readYaml(text, scenarioSchema)
  if ('value' in parsed) return parsed.value
  throw new ExostreamError('EXO_SCENARIO_INVALID', describeMistakes(path, parsed.mistakes))
}

type Audio = Omit<Clip, 'label'>

/**
 * Reads the audio of every step; what cannot be read is told all at once. One file after the other,
 * and each only once, so that a long scenario holds no more than the clips it plays.
 */
async function readClips(
  file: ScenarioFile,
  folder: string,
  sampleRateHz: SampleRateHz,
): Promise<readonly Step[]> {
  const read = audioReader(folder, sampleRateHz)
  const steps: Step[] = []
  const sentences = new Set<string>()
  for (const step of file.steps) {
    try {
      steps.push(await withClip(step, read))
    } catch (error) {
      if (!(error instanceof ExostreamError)) throw error
      sentences.add(error.message)
    }
  }
  if (sentences.size > 0) {
    throw new ExostreamError('EXO_AUDIO_UNREADABLE', [...sentences].join('\n'))
  }
  return steps
}

async function withClip(step: StepFile, read: (path: string) => Promise<Audio>): Promise<Step> {
  if ('say' in step) {
    const {say, label = basename(say), ...rest} = step
    return {...rest, say: {...(await read(say)), label}}
  }
  if ('interrupt' in step) {
    const {interrupt, label = basename(interrupt), ...rest} = step
    return {...rest, interrupt: {...(await read(interrupt)), label}}
  }
  return step
}

/** A reader that remembers: a line that is said again shares its samples. */
function audioReader(folder: string, sampleRateHz: SampleRateHz): (path: string) => Promise<Audio> {
  const known = new Map<string, Promise<Audio>>()
  return (path) => {
    const resolved = resolve(folder, path)
    const audio = known.get(resolved) ?? readAudio(resolved, sampleRateHz)
    known.set(resolved, audio)
    return audio
  }
}

async function readAudio(path: string, sampleRateHz: SampleRateHz): Promise<Audio> {
  const pcm = await readWav(path, {sampleRateHz})
  const spans = speechSpans(pcm, {sampleRateHz})
  const lengthMs = (pcm.length / sampleRateHz) * 1000
  // A clip without anything loud is a caller who makes a soft noise: all of it counts.
  return {pcm, speechStartMs: spans[0]?.startMs ?? 0, speechEndMs: spans.at(-1)?.endMs ?? lengthMs}
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
