import {z} from 'zod'

import {ExostreamError} from '../../errors.js'
import {mistakeFinder, readYaml} from '../../yaml-document.js'
import type {Flow} from '../flow.js'
import type {ReadFlow} from '../source.js'
import {incoherences} from './coherence.js'
import {flowOfFile} from './flow-of-file.js'
import {decodeFlow, mistakeInText, readFlowBytes} from './flow-text.js'
import {isMapping} from './kinds.js'
import {atTop, byPlace, type Mistakes, told} from './mistakes.js'
import {flowOfOlder, isOlder, olderSchema} from './older-settings.js'
import {placesIn} from './places.js'
import {flowSchema, printedSchema} from './schema.js'

/**
 * Reads a flow, the JSON that `flow print --as json` writes, or the settings that older guides show.
 * @param file as it is named in a mistake
 * @throws ExostreamError EXO_FLOW_INVALID with every mistake, one a line
 */
export function readFlow(text: string, file: string): ReadFlow {
  const flawed = mistakeInText(text)
  if (flawed !== undefined) throw invalid(file, [atTop(flawed)])
  const raw = readYaml(text, z.unknown())
  if ('mistakes' in raw) throw invalid(file, raw.mistakes)
  const {flow, root} = flowIn(text, raw.value, file)
  return {flow, placeOf: placesIn(flow, {text, root, raw: raw.value}), file}
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

function flowIn(text: string, raw: unknown, file: string): Rooted {
  if (raw === null) {
    throw invalid(file, [atTop('expected a flow with name and applets, but there is nothing')])
  }
  if (isOlder(raw)) {
    return {flow: flowOfOlder(valueOf(readYaml(text, olderSchema), file)), root: []}
  }
  const isPrinted = isMapping(raw) && !Object.hasOwn(raw, 'applets') && isMapping(raw['flow'])
  const base = isPrinted ? ['flow'] : []
  const stray = incoherences(isPrinted ? raw['flow'] : raw)
  const find = mistakeFinder(text)
  const beyond = stray.map(({path, problem}) => find([...base, ...path], `expected ${problem}`))
  const written = isPrinted
    ? valueOf(readYaml(text, printedSchema), file, beyond).flow
    : valueOf(readYaml(text, flowSchema), file, beyond)
  return {flow: flowOfFile(written), root: [...base, 'applets']}
}

/** @param beyond what is wrong beside what the schema sees */
function valueOf<T>(
  parsed: {readonly value: T} | {readonly mistakes: Mistakes},
  file: string,
  beyond: Mistakes = [],
): T {
  const mistakes = 'mistakes' in parsed ? [...parsed.mistakes, ...beyond] : beyond
  if ('value' in parsed && mistakes.length === 0) return parsed.value
  throw invalid(file, mistakes)
}

function invalid(file: string, mistakes: Mistakes): ExostreamError {
  return new ExostreamError('EXO_FLOW_INVALID', told(file, byPlace(mistakes)))
}
