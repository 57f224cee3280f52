import {createHash} from 'node:crypto'
import {basename, resolve} from 'node:path'

import {ExostreamError} from '../../errors.js'
import type {SampleRateHz} from '../../protocol/messages.js'
import type {SpeechOptions} from '../../speech/speak-text.js'
import {ClipReader} from './clips.js'
import {
  builtInPaths,
  Documents,
  findScenario,
  type Place,
  type ScenarioDocument,
} from './documents.js'
import {expandSteps, type PlacedStep} from './expand.js'
import {tooMuch} from './format/fields.js'
import {unmeasurable} from './format/measurable.js'
import {hashOfAudio, noiseName, prepareStep, SoundMistakes} from './prepare.js'
import type {Background, Scenario, Step} from './scenario.js'
import type {CallFile, ScenarioFile} from './format/schema.js'

export type ListedScenario = {
  readonly name: string
  readonly description: string
  readonly path: string
}

/** The built-in scenarios, by name. */
export async function listScenarios(): Promise<readonly ListedScenario[]> {
  const documents = new Documents()
  const opened: (ScenarioDocument | undefined)[] = []
  for (const path of await builtInPaths()) opened.push(await documents.open(path))
  documents.check()
  return opened.flatMap((document) => {
    if (!document) return []
    const {name, description = ''} = document.content
    return [{name, description, path: document.path}]
  })
}

export type ReadOptions = {
  readonly sampleRateHz: SampleRateHz
  /** How often each call will be made, for thresholds that take many values; once when absent. */
  readonly repeat?: number
  /** Where spoken texts are kept; a folder of ours below the system's temporary one when absent. */
  readonly cacheDir?: string
  /** Where the programs that speak are looked for, as in PATH; that of this process when absent. */
  readonly speechPath?: string
  readonly signal?: AbortSignal
}

/**
 * The calls of a scenario, by built-in name or by path, with their audio at the call's rate: one, or
 * as many as the file has.
 * @throws ExostreamError EXO_SCENARIO_NOT_FOUND, EXO_SCENARIO_INVALID (every mistake, one a line),
 *   EXO_AUDIO_UNREADABLE, EXO_NO_SPEECH, EXO_SPEECH_FAILED
 */
export async function readScenarios(
  nameOrPath: string,
  options: ReadOptions,
): Promise<readonly Scenario[]> {
  const path = await findScenario(nameOrPath)
  if (path === undefined) throw await notFound(nameOrPath)
  const documents = new Documents(options.repeat)
  const document = await documents.open(path)
  const calls: PlacedCall[] = []
  for (const call of document ? callsOf(document, documents) : []) {
    calls.push({...call, steps: await expandSteps(call, documents)})
  }
  for (const call of calls) noteUnmeasurable(call, documents, options.repeat)
  documents.check()
  const clips = clipReader(options)
  const sha256 = createHash('sha256').update(documents.texts.join('\0')).digest('hex')
  const source = path === nameOrPath ? {path, sha256} : {sha256}
  const mistakes = new SoundMistakes()
  const scenarios: Scenario[] = []
  for (const call of calls) scenarios.push(await prepareCall(call, {clips, mistakes, source}))
  mistakes.check()
  return scenarios
}

function clipReader({sampleRateHz, cacheDir, speechPath, signal}: ReadOptions): ClipReader {
  const speech: SpeechOptions = {
    ...(cacheDir === undefined ? {} : {cacheDir}),
    ...(speechPath === undefined ? {} : {path: speechPath}),
    ...(signal === undefined ? {} : {signal}),
  }
  return new ClipReader({sampleRateHz, speech})
}

async function notFound(nameOrPath: string): Promise<ExostreamError> {
  const known = (await listScenarios()).map(({name}) => name).join(', ')
  return new ExostreamError(
    'EXO_SCENARIO_NOT_FOUND',
    `There is no scenario or file ${JSON.stringify(nameOrPath)}; built in are ${known}.`,
  )
}

/** A call as written, with what the file says for all. */
type WrittenCall = Place & {
  readonly name: string
  readonly content: Pick<ScenarioFile, 'description' | 'parameters' | 'from' | 'to' | 'background'>
  readonly steps: CallFile['steps']
  readonly thresholds: readonly {readonly expression: string; readonly place: Place}[]
}

type PlacedCall = Omit<WrittenCall, 'steps'> & {readonly steps: readonly PlacedStep[]}

function callsOf(document: ScenarioDocument, documents: Documents): readonly WrittenCall[] {
  const {content} = document
  const thresholds = placed(content.thresholds, {document, path: ['thresholds']})
  const {name, steps, calls = []} = content
  if (steps) return [{document, path: ['steps'], name, content, steps, thresholds}]
  return calls.map((call, index) => {
    const path = ['calls', index]
    if (calls.findIndex((other) => other.name === call.name) < index) {
      documents.note({document, path: [...path, 'name']}, 'a name of its own: another call has it')
    }
    const own = placed(call.thresholds ?? [], {document, path: [...path, 'thresholds']})
    const parameters = {...content.parameters, ...call.parameters}
    const problem = tooMuch(parameters)
    if (problem !== undefined)
      documents.note({document, path}, `${problem}, with those of the file`)
    return {
      document,
      path: [...path, 'steps'],
      name: `${name}/${call.name}`,
      content: {...content, ...call, parameters},
      steps: call.steps,
      thresholds: [...thresholds, ...own],
    }
  })
}

function placed(
  expressions: readonly string[],
  {document, path}: Place,
): WrittenCall['thresholds'] {
  return expressions.map((expression, index) => ({
    expression,
    place: {document, path: [...path, index]},
  }))
}

/** A threshold that could never get its values is told beforehand. */
function noteUnmeasurable(
  {steps, thresholds}: PlacedCall,
  documents: Documents,
  repeat: number | undefined,
): void {
  const all = steps.map(({step}) => step)
  for (const {expression, place} of thresholds) {
    const problem = unmeasurable(expression, all, repeat)
    if (problem !== undefined) documents.note(place, problem)
  }
}

type Preparing = {
  readonly clips: ClipReader
  readonly mistakes: SoundMistakes
  readonly source: NonNullable<Scenario['source']>
}

async function prepareCall(
  {name, content, steps: written, thresholds, document}: PlacedCall,
  {clips, mistakes, source}: Preparing,
): Promise<Scenario> {
  const {description = '', parameters, from, to, background: loop} = content
  const steps: Step[] = []
  for (const step of written) {
    const prepared = await mistakes.try(() => prepareStep(step, clips))
    if (prepared) steps.push(prepared)
  }
  const background = loop && (await mistakes.try(() => backgroundOf(loop, clips, document.folder)))
  const audioSha256 = hashOfAudio(steps, background)
  return {
    name,
    description,
    steps,
    thresholds: thresholds.map(({expression}) => expression),
    ...(parameters === undefined || Object.keys(parameters).length === 0 ? {} : {parameters}),
    ...(from === undefined ? {} : {from}),
    ...(to === undefined ? {} : {to}),
    ...(background ? {background} : {}),
    source: {...source, ...(audioSha256 === undefined ? {} : {audioSha256})},
  }
}

async function backgroundOf(
  loop: NonNullable<ScenarioFile['background']>,
  clips: ClipReader,
  folder: string,
): Promise<Background> {
  const label = `${noiseName(loop.noise)} at ${String(loop.dbfs)} dBFS`
  return {pcm: await clips.loop(loop, folder), label}
}

/** What `--say` makes of WAV files alone: a greeting if there is one, each line with its answer, hang up. */
export async function scenarioOfClips(
  paths: readonly string[],
  sampleRateHz: SampleRateHz,
): Promise<Scenario> {
  const clips = new ClipReader({sampleRateHz})
  const mistakes = new SoundMistakes()
  const says: Step[] = []
  for (const path of paths) {
    const audio = await mistakes.try(() => clips.speech(resolve(path), ''))
    const say = audio && {...audio, label: basename(path)}
    if (say) says.push({say, expect: 'respond', withinMs: 5000, talkOver: 'allow'})
  }
  mistakes.check()
  const steps: Step[] = [{greet: {withinMs: 3000, optional: true}}, ...says, {hangUp: 'stop'}]
  return {name: 'say', description: '', steps, thresholds: []}
}
