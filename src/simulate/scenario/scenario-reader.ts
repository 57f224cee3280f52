import {createHash} from 'node:crypto'
import {basename, resolve} from 'node:path'

import {ExostreamError} from '../../errors.js'
import {nearest} from '../../nearest.js'
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
import {verbsOf} from './format/verbs.js'
import type {CallParts, WrittenStep} from './parts.js'
import {hashOfAudio, noiseName, placeOfSound, prepareStep, SoundMistakes} from './prepare.js'
import type {Background, Scenario, Step} from './scenario.js'
import {attempt, refusedSounds} from './sound-mistakes.js'

export type ListedScenario = {
  readonly name: string
  readonly description: string
  readonly path: string
}

/** The built-in scenarios, by name. */
export async function listScenarios(): Promise<readonly ListedScenario[]> {
  const documents = new Documents()
  const opened: ScenarioDocument[] = []
  for (const path of await builtInPaths()) opened.push(await documents.open(path))
  documents.check()
  return opened.map(({parts: {name, description = ''}, path}) => ({name, description, path}))
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
  const documents = new Documents()
  const calls: PlacedCall[] = []
  for (const call of callsOf(await documents.open(path), documents)) {
    calls.push({...call, steps: await expandSteps(call, documents)})
  }
  for (const call of calls) noteUnmeasurable(call, documents, options.repeat)
  const sha256 = createHash('sha256').update(documents.texts.join('\0')).digest('hex')
  const source = path === nameOrPath ? {path, sha256} : {sha256}
  const preparing = {clips: clipReader(options), mistakes: new SoundMistakes(documents), source}
  const scenarios: Scenario[] = []
  for (const call of calls) scenarios.push(await prepareCall(call, preparing))
  documents.check()
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
  const known = (await listScenarios()).map(({name}) => name)
  const meant = nearest(nameOrPath, known)
  const question = meant === undefined ? '' : ` Did you mean ${meant}?`
  return new ExostreamError(
    'EXO_SCENARIO_NOT_FOUND',
    `There is no scenario or file ${JSON.stringify(nameOrPath)}; built in are ${known.join(', ')}.${question}`,
  )
}

type PlacedThreshold = {readonly expression: string; readonly place: Place}

/** A call as written, with what the file says for all. */
type WrittenCall = Place & {
  readonly name: string
  readonly circumstances: Circumstances
  readonly loop?: Loop & {readonly place: Place}
  readonly steps: readonly WrittenStep[]
  readonly thresholds: readonly PlacedThreshold[]
}

type Circumstances = Pick<CallParts, 'description' | 'parameters' | 'from' | 'to'>
type Loop = NonNullable<CallParts['background']>

type PlacedCall = Omit<WrittenCall, 'steps'> & {readonly steps: readonly PlacedStep[]}

function callsOf(document: ScenarioDocument, documents: Documents): readonly WrittenCall[] {
  const {calls, ...whole} = document.parts
  const names = calls.map(({name}) => name)
  const others = calls.map((call, index) => {
    const place = {document, path: ['calls', index]}
    if (call.name !== '' && names.indexOf(call.name) < index) {
      const at = {document, path: [...place.path, 'name']}
      documents.note(at, 'a name of its own: another call has it')
    }
    const written = writtenCall(call, place, whole)
    const problem = tooMuch(written.circumstances.parameters ?? {})
    if (problem !== undefined) documents.note(place, `${problem}, with those of the file`)
    return written
  })
  return whole.steps ? [writtenCall(whole, {document, path: []}), ...others] : others
}

/** @param file what the file says for all its calls, for one of several */
function writtenCall(call: CallParts, {document, path}: Place, file?: CallParts): WrittenCall {
  const all = file ? placed(file.thresholds, {document, path: ['thresholds']}) : []
  const loop = call.background ?? file?.background
  const loopPath = [...(call.background ? path : []), 'background', 'noise']
  return {
    document,
    path: [...path, 'steps'],
    name: file ? `${file.name}/${call.name}` : call.name,
    circumstances: {...file, ...call, parameters: {...file?.parameters, ...call.parameters}},
    ...(loop ? {loop: {...loop, place: {document, path: loopPath}}} : {}),
    steps: call.steps ?? [],
    thresholds: [...all, ...placed(call.thresholds, {document, path: [...path, 'thresholds']})],
  }
}

function placed(
  expressions: readonly (string | undefined)[],
  {document, path}: Place,
): readonly PlacedThreshold[] {
  return expressions.flatMap((expression, index) =>
    expression === undefined ? [] : [{expression, place: {document, path: [...path, index]}}],
  )
}

/** A threshold that could never get its values is told beforehand, where all the steps are known. */
function noteUnmeasurable(
  {steps, thresholds}: PlacedCall,
  documents: Documents,
  repeat: number | undefined,
): void {
  const all = steps.map(({raw}) => raw)
  const isWhole = all.length > 0 && !all.some((raw) => verbsOf(raw).includes('include'))
  for (const {expression, place} of isWhole ? thresholds : []) {
    const problem = unmeasurable(expression, all, repeat)
    if (problem !== undefined) documents.note(place, problem)
  }
}

type Preparing = {
  readonly clips: ClipReader
  readonly mistakes: SoundMistakes
  readonly source: NonNullable<Scenario['source']>
}

/** What has mistakes is left out; `mistakes` has told them. */
async function prepareCall(
  {name, circumstances, loop, steps: written, thresholds, document}: PlacedCall,
  {clips, mistakes, source}: Preparing,
): Promise<Scenario> {
  const {description = '', parameters, from, to} = circumstances
  const steps: Step[] = []
  for (const {step, place} of written) {
    if (!step) continue
    const read = () => prepareStep(step, clips, place.document.folder)
    const prepared = await mistakes.at(placeOfSound(step, place), read)
    if (prepared) steps.push(prepared)
  }
  const background =
    loop && (await mistakes.at(loop.place, () => backgroundOf(loop, clips, document.folder)))
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

async function backgroundOf(loop: Loop, clips: ClipReader, folder: string): Promise<Background> {
  const label = `${noiseName(loop.noise)} at ${String(loop.dbfs)} dBFS`
  return {pcm: await clips.loop(loop, folder), label}
}

/** What `--say` makes of WAV files alone: a greeting if there is one, each line with its answer, hang up. */
export async function scenarioOfClips(
  paths: readonly string[],
  sampleRateHz: SampleRateHz,
): Promise<Scenario> {
  const clips = new ClipReader({sampleRateHz})
  const refused: ExostreamError[] = []
  const says: Step[] = []
  for (const path of paths) {
    const read = () => clips.speech(resolve(path), '')
    const audio = await attempt(read, (error) => refused.push(error))
    const say = audio && {...audio, label: basename(path)}
    if (say) says.push({say, expect: 'respond', withinMs: 5000, talkOver: 'allow'})
  }
  if (refused.length > 0) {
    throw refusedSounds(
      refused,
      refused.map(({message}) => message),
    )
  }
  const steps: Step[] = [{greet: {withinMs: 3000, optional: true}}, ...says, {hangUp: 'stop'}]
  return {name: 'say', description: '', steps, thresholds: []}
}
