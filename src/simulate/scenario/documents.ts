import {readdir, readFile, stat} from 'node:fs/promises'
import {dirname, isAbsolute, join, resolve} from 'node:path'

import {z} from 'zod'

import {ExostreamError} from '../../errors.js'
import {
  describeMistakes,
  type Mistake,
  mistakeFinder,
  type MistakeFinder,
  readYaml,
} from '../../yaml-document.js'
import {unmeasurable} from './format/measurable.js'
import {misplaced} from './format/order.js'
import {type ScenarioFile, scenarioSchema} from './format/schema.js'
import {verbsOf} from './format/verbs.js'

/** The built-in scenarios travel in the package; this file is three folders below its root. */
const BUILT_IN = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'scenarios')

const NAME = /^[a-z0-9][a-z0-9-]*$/

/** A scenario file that was read. */
export type ScenarioDocument = {
  /** As it is named in a mistake. */
  readonly path: string
  /** What its audio is relative to. */
  readonly folder: string
  readonly text: string
  readonly content: ScenarioFile
}

/** A step's place, or anything else's, in its file. */
export type Place = {
  readonly document: ScenarioDocument
  readonly path: readonly PropertyKey[]
}

/** The built-in scenarios, by path. */
export async function builtInPaths(): Promise<readonly string[]> {
  const files = (await readdir(BUILT_IN)).filter((file) => file.endsWith('.yaml')).sort()
  return files.map((file) => join(BUILT_IN, file))
}

/** Where a scenario is, by built-in name or by path from the folder; undefined when nowhere. */
export async function findScenario(nameOrPath: string, folder = ''): Promise<string | undefined> {
  if (NAME.test(nameOrPath)) {
    const builtIn = join(BUILT_IN, `${nameOrPath}.yaml`)
    if (await isFile(builtIn)) return builtIn
  }
  const path = isAbsolute(nameOrPath) ? nameOrPath : join(folder, nameOrPath)
  return (await isFile(path)) ? path : undefined
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

/**
 * The files of one scenario, each read once, and what is wrong in any of them: nothing is thrown
 * for a mistake before all of them are known.
 */
export class Documents {
  readonly #read = new Map<string, ScenarioDocument | undefined>()
  /** By file, in the order the files were met. */
  readonly #mistakes = new Map<string, Mistake[]>()
  readonly #finders = new Map<ScenarioDocument, MistakeFinder>()
  readonly #repeat: number | undefined

  /** @param repeat how often each call will be made; once when absent */
  constructor(repeat?: number) {
    this.#repeat = repeat
  }

  /** The texts of all the files, in the order they were met. */
  get texts(): readonly string[] {
    return [...this.#read.values()].flatMap((document) => (document ? [document.text] : []))
  }

  /**
   * Undefined when the file has mistakes, which are then noted.
   * @throws ExostreamError EXO_SCENARIO_NOT_FOUND when it cannot be read
   */
  async open(path: string): Promise<ScenarioDocument | undefined> {
    const key = resolve(path)
    if (this.#read.has(key)) return this.#read.get(key)
    const text = await readText(path)
    const document = this.#parse(path, text)
    this.#read.set(key, document)
    return document
  }

  note({document, path}: Place, problem: string): void {
    const find = this.#finders.get(document) ?? mistakeFinder(document.text)
    this.#finders.set(document, find)
    this.#add(document.path, [find(path, `expected ${problem}`)])
  }

  /** @throws ExostreamError EXO_SCENARIO_INVALID with every mistake, one a line */
  check(): void {
    if (this.#mistakes.size === 0) return
    const told = [...this.#mistakes].map(([path, mistakes]) =>
      describeMistakes(
        path,
        mistakes.toSorted((one, other) => one.line - other.line || one.column - other.column),
      ),
    )
    throw new ExostreamError('EXO_SCENARIO_INVALID', told.join('\n'))
  }

  #parse(path: string, text: string): ScenarioDocument | undefined {
    const parsed = readYaml(text, scenarioSchema)
    const shape = readYaml(text, looseSchema)
    const mistakes = [
      ...('mistakes' in parsed ? parsed.mistakes : []),
      ...('mistakes' in shape && 'value' in readYaml(text, z.unknown()) ? shape.mistakes : []),
    ]
    if ('value' in parsed && mistakes.length === 0) {
      return {path, folder: dirname(path), text, content: parsed.value}
    }
    this.#add(path, mistakes)
    if ('mistakes' in parsed) this.#add(path, otherMistakes(text, this.#repeat))
    return undefined
  }

  #add(path: string, mistakes: readonly Mistake[]): void {
    const known = this.#mistakes.get(path) ?? []
    for (const mistake of mistakes) {
      const isKnown = known.some(
        ({line, column, problem}) =>
          line === mistake.line && column === mistake.column && problem === mistake.problem,
      )
      if (!isKnown) known.push(mistake)
    }
    if (known.length > 0) this.#mistakes.set(path, known)
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new ExostreamError('EXO_SCENARIO_NOT_FOUND', `${path} could not be read.`, {cause})
  }
}

/** What holds whatever else is wrong: the strict schema stops at its own mistakes. */
const looseSchema = z.unknown().check(({value, issues}) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  const has = (key: string) => Object.hasOwn(value, key)
  if (has('steps') !== has('calls')) return
  const message = has('steps')
    ? 'either steps or calls: calls have steps of their own'
    : 'a list, but it is missing; or calls, each with steps of its own'
  const path = [has('steps') ? 'calls' : 'steps']
  issues.push({code: 'custom', input: value, message, path, continue: true})
})

/**
 * Of a file with other mistakes too: the order of its steps as they stand there, and thresholds that
 * nothing there could fill.
 */
function otherMistakes(text: string, repeat: number | undefined): readonly Mistake[] {
  const raw = readYaml(text, z.unknown())
  if ('mistakes' in raw) return []
  const find = mistakeFinder(text)
  return callsIn(raw.value).flatMap(({path, steps, thresholds}) => [
    ...misplaced(steps).map(({index, problem}) =>
      find([...path, 'steps', index], `expected ${problem}`),
    ),
    ...thresholds.flatMap((expression, index) => {
      const problem =
        typeof expression === 'string' ? missing(expression, steps, repeat) : undefined
      if (problem === undefined) return []
      return [find([...path, 'thresholds', index], `expected ${problem}`)]
    }),
  ])
}

/** What an include brings is not known here. */
function missing(
  expression: string,
  steps: readonly unknown[],
  repeat: number | undefined,
): string | undefined {
  const isWhole = steps.every((step) => !verbsOf(step).includes('include'))
  return isWhole && steps.length > 0 ? unmeasurable(expression, steps, repeat) : undefined
}

type RawCall = {
  readonly path: readonly PropertyKey[]
  readonly steps: readonly unknown[]
  readonly thresholds: readonly unknown[]
}

function callsIn(value: unknown): readonly RawCall[] {
  const others = listOf(memberOf(value, 'calls')).map((call, index) => ({
    path: ['calls', index],
    steps: listOf(memberOf(call, 'steps')),
    thresholds: listOf(memberOf(call, 'thresholds')),
  }))
  const steps = listOf(memberOf(value, 'steps'))
  return [{path: [], steps, thresholds: listOf(memberOf(value, 'thresholds'))}, ...others]
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
