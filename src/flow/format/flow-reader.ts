import {ExostreamError} from '../../errors.js'
import {atTop, byPlace, type Parsed, parseYaml, type YamlText} from '../../yaml-document.js'
import type {Flow} from '../flow.js'
import type {ReadFlow} from '../source.js'
import {isMapping} from './kinds.js'
import {incoherences} from './reading/coherence.js'
import {flowOfFile} from './reading/flow-of-file.js'
import {decodeFlow, mistakeInText, readFlowBytes} from './reading/flow-text.js'
import {type Mistakes, told} from './reading/mistakes.js'
import {flowOfOlder, isOlder, olderSchema, strangerThanOlder} from './reading/older-settings.js'
import {placesIn} from './reading/places.js'
import {flowSchema, printedSchema} from './schema.js'

/**
 * Reads a flow, the JSON that `flow print --as json` writes, or the settings that older guides show.
 * @param file as it is named in a mistake
 * @throws ExostreamError EXO_FLOW_INVALID with every mistake, one a line
 */
export function readFlow(text: string, file: string): ReadFlow {
  const flawed = mistakeInText(text)
  if (flawed !== undefined) throw invalid(file, [atTop(flawed)])
  const yaml = valueOf(parseYaml(text), file)
  const {flow, root} = flowIn(yaml, file)
  return {flow, placeOf: placesIn(flow, yaml, root), file}
}

/**
 * @param path `-` is stdin
 * @throws ExostreamError EXO_FLOW_NOT_FOUND, EXO_FLOW_INVALID
 */
export async function readFlowFile(path: string): Promise<ReadFlow> {
  const file = path === '-' ? 'stdin' : path
  const decoded = decodeFlow(await readFlowBytes(path))
  if ('problem' in decoded) throw invalid(file, [atTop(decoded.problem)])
  return readFlow(decoded.text, file)
}

type Rooted = {
  readonly flow: Flow
  /** Where in the document its applets are; that of older settings is the applet itself, or a list of them. */
  readonly root: readonly PropertyKey[]
}

function flowIn(yaml: YamlText, file: string): Rooted {
  const raw = yaml.value
  if (raw === null) {
    throw invalid(file, [atTop('expected a flow with name and applets, but there is nothing')])
  }
  if (isOlder(raw)) {
    return {flow: flowOfOlder(valueOf(yaml.fit(olderSchema), file)), root: []}
  }
  const stranger = strangerThanOlder(raw)
  if (stranger !== undefined) throw invalid(file, [atTop(stranger)])
  const printed = isPrinted(raw)
  const base = printed ? ['flow'] : []
  const beyond = incoherences(printed ? raw.flow : raw).map(({path, problem}) =>
    yaml.find([...base, ...path], `expected ${problem}`),
  )
  const written = printed
    ? valueOf(yaml.fit(printedSchema), file, beyond).flow
    : valueOf(yaml.fit(flowSchema), file, beyond)
  return {flow: flowOfFile(written), root: [...base, 'applets']}
}

/** Among what is printed are the settings of the applets, which are no applets of a file. */
function isPrinted(raw: unknown): raw is {readonly flow: unknown} {
  if (!isMapping(raw) || !isMapping(raw['flow'])) return false
  return Object.hasOwn(raw, 'schemaVersion') || !Object.hasOwn(raw, 'applets')
}

/** @param beyond what is wrong beside what the schema sees */
function valueOf<T>(parsed: Parsed<T>, file: string, beyond: Mistakes = []): T {
  const mistakes = 'mistakes' in parsed ? [...parsed.mistakes, ...beyond] : beyond
  if ('value' in parsed && mistakes.length === 0) return parsed.value
  throw invalid(file, mistakes)
}

function invalid(file: string, mistakes: Mistakes): ExostreamError {
  return new ExostreamError('EXO_FLOW_INVALID', told(file, byPlace(mistakes)))
}
