import {readFile, realpath, stat} from 'node:fs/promises'
import {basename, dirname, join, relative, resolve, sep} from 'node:path'

import {ExostreamError} from '../errors.js'
import type {SampleRateHz} from '../protocol/messages.js'
import {readWav} from '../record/wav-reader.js'
import {describeMistakes, readYaml} from '../yaml-document.js'
import type {Script} from './bots/dialogue.js'
import {type TemplateFile, templateSchema} from './template-file.js'

/** The built-in templates travel in the package; this file is two folders below its root. */
const BUILT_IN = join(import.meta.dirname, '..', '..', 'fixtures', 'templates')

const FILE = 'template.yaml'

/** What the playback bot plays: a template file with its recordings. */
export type Template = {
  readonly file: TemplateFile
  /** The templates that its `when` may choose instead, by name. */
  readonly others: ReadonlyMap<string, Template>
  /** Every prompt at this rate, by its path as the template writes it; decoded once a rate. */
  voice(sampleRateHz: SampleRateHz): Promise<ReadonlyMap<string, Int16Array>>
}

/**
 * A template by built-in name or by folder, its recordings read, and those that it may choose.
 * @throws ExostreamError EXO_TEMPLATE_NOT_FOUND, or EXO_TEMPLATE_INVALID with every mistake, one a line
 */
export async function loadTemplate(nameOrFolder: string): Promise<Template> {
  const folder = await findFolder(nameOrFolder)
  const template = await readTemplate(folder)
  const others = new Map<string, Template>()
  for (const name of chosenBy(template)) {
    const other = await readTemplate(await findFolder(name, dirname(folder)))
    if (chosenBy(other).length > 0) {
      throw new ExostreamError(
        'EXO_TEMPLATE_INVALID',
        `${join(folder, FILE)} chooses the template ${name}, which chooses another one itself.`,
      )
    }
    others.set(name, other)
  }
  return {...template, others}
}

/** The template of one call: the last that `when` chooses for the parameters of its stream URL. */
export function templateFor(
  template: Template,
  customParameters: Readonly<Record<string, string>>,
): Template {
  const chosen = matching(template, customParameters).findLast((when) => when.template)?.template
  return (chosen === undefined ? undefined : template.others.get(chosen)) ?? template
}

function chosenBy({file}: Template): readonly string[] {
  return file.when.flatMap(({template}) => (template === undefined ? [] : [template]))
}

async function readTemplate(folder: string): Promise<Template> {
  const path = join(folder, FILE)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ExostreamError('EXO_TEMPLATE_NOT_FOUND', `${path} could not be read.`, {cause})
  })
  const names = new Set<string>()
  readYaml(
    text,
    templateSchema((name) => {
      names.add(name)
      return undefined
    }),
  )
  const library = new Library(folder)
  const problems = await library.check(names)
  // Read again now that the recordings are known, so that their mistakes get a place in the file too.
  const parsed = readYaml(
    text,
    templateSchema((name) => problems.get(name)),
  )
  if ('mistakes' in parsed) {
    throw new ExostreamError('EXO_TEMPLATE_INVALID', describeMistakes(path, parsed.mistakes))
  }
  return {
    file: parsed.value,
    others: new Map(),
    voice: (sampleRateHz) => library.voice(sampleRateHz),
  }
}

/** What this call gets to hear: `when` replaces what it names, for the parameters of its stream URL. */
export function scriptFor(
  template: Pick<Template, 'file'>,
  customParameters: Readonly<Record<string, string>>,
): Script {
  const {file} = template
  const overrides = matching(template, customParameters)
  const overridden = <T>(by: (when: When) => T | undefined, otherwise: T): T =>
    overrides.map(by).findLast((value) => value !== undefined) ?? otherwise
  return {
    start: overridden(({start}) => start, file.start),
    turns: overridden(({turns}) => turns, file.turns),
    loop: file.loop,
    digits: new Map(Object.entries(overridden(({digits}) => digits, file.digits))),
    silence: overridden(({silence}) => silence, file.silence),
    end: overridden(({end}) => end, file.end),
  }
}

type When = TemplateFile['when'][number]

function matching(
  {file}: Pick<Template, 'file'>,
  customParameters: Readonly<Record<string, string>>,
): readonly When[] {
  const parameters = new Map(Object.entries(customParameters))
  return file.when.filter(({parameter, equals}) => parameters.get(parameter) === equals)
}

/** @param beside where a name that is not built in is looked for: here, unless told */
async function findFolder(nameOrFolder: string, beside = '.'): Promise<string> {
  const isName = /^[a-z0-9][a-z0-9-]*$/.test(nameOrFolder)
  const folders = isName
    ? [join(BUILT_IN, nameOrFolder), join(beside, nameOrFolder)]
    : [nameOrFolder]
  for (const folder of folders) {
    if (await isThere(join(folder, FILE))) return folder
  }
  const message = (await isThere(nameOrFolder))
    ? `${nameOrFolder} has no ${FILE}.`
    : `There is no template ${JSON.stringify(nameOrFolder)}, neither a built-in one nor a folder.`
  throw new ExostreamError('EXO_TEMPLATE_NOT_FOUND', message)
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** The recordings of a template's folder. */
class Library {
  readonly #folder: string
  readonly #voices = new Map<SampleRateHz, Promise<ReadonlyMap<string, Int16Array>>>()
  #names: readonly string[] = []

  constructor(folder: string) {
    this.#folder = folder
  }

  /** What is wrong with these recordings, by name. */
  async check(names: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
    this.#names = [...names]
    const problems = new Map<string, string>()
    const prompts = new Map<string, Int16Array>()
    for (const name of names) {
      try {
        prompts.set(name, await this.#read(name, 8000))
      } catch (error) {
        if (!(error instanceof ExostreamError)) throw error
        problems.set(name, error.message)
      }
    }
    this.#voices.set(8000, Promise.resolve(prompts))
    return problems
  }

  voice(sampleRateHz: SampleRateHz): Promise<ReadonlyMap<string, Int16Array>> {
    const known = this.#voices.get(sampleRateHz)
    if (known) return known
    const voice = this.#readAll(sampleRateHz)
    this.#voices.set(sampleRateHz, voice)
    // A file that could not be read now may be readable for the next call.
    voice.catch(() => this.#voices.delete(sampleRateHz))
    return voice
  }

  async #readAll(sampleRateHz: SampleRateHz): Promise<ReadonlyMap<string, Int16Array>> {
    const prompts = new Map<string, Int16Array>()
    // One after the other: decoding is work, and calls go on meanwhile.
    for (const name of this.#names) prompts.set(name, await this.#read(name, sampleRateHz))
    return prompts
  }

  async #read(name: string, sampleRateHz: SampleRateHz): Promise<Int16Array> {
    const path = resolve(this.#folder, name)
    if (!isInside(resolve(this.#folder), path)) throw outside(name)
    // The links of what exists are followed too; what does not is for the reader to say.
    const real = await realpath(path).catch(() => undefined)
    if (real !== undefined && !isInside(await realpath(this.#folder), real)) throw outside(name)
    return readWav(path, {sampleRateHz})
  }
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && resolve(folder, way) === path
}

function outside(name: string): ExostreamError {
  return new ExostreamError(
    'EXO_AUDIO_UNREADABLE',
    `${basename(name)} lies outside the template's folder`,
  )
}
