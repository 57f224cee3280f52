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
import {scenarioSchema} from './format/schema.js'
import {type FileParts, partsOf, soundPartsOf} from './parts.js'
import {refusedSounds} from './sound-mistakes.js'

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
  readonly parts: FileParts
  /** Whether it was read without a mistake, those of its includes aside. */
  readonly isWhole: boolean
}

/** A step's place, or anything else's, in its file. */
export type Place = {
  readonly document: ScenarioDocument
  readonly path: readonly PropertyKey[]
}

/** A mistake; `cause` for a sound that could not be read, whatever else the file says. */
type Noted = Mistake & {readonly cause?: ExostreamError}

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
  readonly #read = new Map<string, ScenarioDocument>()
  /** By file, in the order the files were met. */
  readonly #mistakes = new Map<string, Map<string, Noted>>()
  readonly #finders = new Map<ScenarioDocument, MistakeFinder>()

  /** The texts of all the files, in the order they were met. */
  get texts(): readonly string[] {
    return [...this.#read.values()].map(({text}) => text)
  }

  /**
   * A file with mistakes is given as far as it goes, and they are noted.
   * @throws ExostreamError EXO_SCENARIO_NOT_FOUND when it cannot be read
   */
  async open(path: string): Promise<ScenarioDocument> {
    const key = resolve(path)
    const known = this.#read.get(key)
    if (known) return known
    const text = await readText(path)
    const document = this.#parse(path, text)
    this.#read.set(key, document)
    return document
  }

  /** @param cause for a sound that could not be read */
  note({document, path}: Place, problem: string, cause?: ExostreamError): void {
    const find = this.#finders.get(document) ?? mistakeFinder(document.text)
    this.#finders.set(document, find)
    const mistake = find(path, `expected ${problem}`)
    this.#add(document.path, [cause ? {...mistake, cause} : mistake])
  }

  /**
   * @throws ExostreamError with every mistake, one a line: EXO_SCENARIO_INVALID, or that of sounds when
   *   nothing else is wrong
   */
  check(): void {
    const all = [...this.#mistakes.values()].flatMap((mistakes) => [...mistakes.values()])
    if (all.length === 0) return
    const told = [...this.#mistakes].map(([path, mistakes]) =>
      describeMistakes(
        path,
        [...mistakes.values()].toSorted(
          (one, other) => one.line - other.line || one.column - other.column,
        ),
      ),
    )
    const causes = all.flatMap(({cause}) => (cause ? [cause] : []))
    if (causes.length === all.length) throw refusedSounds(causes, told)
    throw new ExostreamError('EXO_SCENARIO_INVALID', told.join('\n'))
  }

  #parse(path: string, text: string): ScenarioDocument {
    const parsed = readYaml(text, scenarioSchema)
    const raw = readYaml(text, z.unknown())
    const shape = readYaml(text, looseSchema)
    const mistakes = [
      ...('mistakes' in parsed ? parsed.mistakes : []),
      ...('mistakes' in shape && 'value' in raw ? shape.mistakes : []),
    ]
    this.#add(path, mistakes)
    const source = {path, folder: dirname(path), text}
    if ('value' in parsed && mistakes.length === 0) {
      return {...source, parts: partsOf(parsed.value), isWhole: true}
    }
    const parts = soundPartsOf('value' in raw ? raw.value : undefined)
    return {...source, parts, isWhole: false}
  }

  #add(path: string, mistakes: readonly Noted[]): void {
    const known = this.#mistakes.get(path) ?? new Map<string, Noted>()
    for (const mistake of mistakes) {
      const {line, column, problem} = mistake
      const key = JSON.stringify([line, column, problem])
      if (!known.has(key)) known.set(key, mistake)
    }
    if (known.size > 0) this.#mistakes.set(path, known)
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
