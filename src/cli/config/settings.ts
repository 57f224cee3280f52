import type {Interfaces} from '@oclif/core'

import {ExostreamError} from '../../errors.js'
import {printable} from '../../report/text/plain.js'
import type {PassthruRule} from '../../serve/exotel/passthru.js'
import {listOf} from '../flags.js'
import type {serveFlags} from '../serve-flags.js'
import {readConfigFile} from './config-file.js'
import {isTrustWord, SECRET_SETTINGS, settingShapes} from './config-schema.js'

type Flags = Interfaces.InferredFlags<typeof serveFlags>

/** What `serve` is to do, by the names of its flags. */
export type ServeSettings = Omit<Flags, 'config' | 'print-config' | 'json'> & {
  readonly 'passthru-rules': readonly PassthruRule[]
}

export type Settled = {
  readonly settings: ServeSettings
  /** The names of what was set, by a flag, a variable or the file; the rest are defaults. */
  readonly given: ReadonlySet<string>
  /** The file that was read. */
  readonly file: string | undefined
  /** What whoever starts the server should know. */
  readonly notes: readonly string[]
}

/** What oclif's parser made of the command line and of the variables. */
type ParsedFlags = {
  readonly flags: Flags
  readonly metadata: {
    readonly flags: Readonly<Record<string, {readonly setFromDefault?: boolean | undefined}>>
  }
}

type World = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where a configuration file is looked for when none was named. */
  readonly folder: string
}

/**
 * The settings in force: a flag before its variable, a variable before the file, the file before the default.
 * @throws ExostreamError EXO_CONFIG_NOT_FOUND, EXO_CONFIG_INVALID, EXO_USAGE for a PORT that is none, and for a secret that is empty
 */
export async function settleServe(parsed: ParsedFlags, world: World): Promise<Settled> {
  const file = await readConfigFile(parsed.flags.config, world.folder)
  const values = valuesOf(parsed.flags)
  refuseEmptySecrets(world.env, values)
  const fromDoor = Object.fromEntries(
    Object.entries(values).filter(([name]) => parsed.metadata.flags[name]?.setFromDefault !== true),
  )
  const fromFile = Object.fromEntries(
    Object.entries(file?.values ?? {}).map(([name, value]) => [name, asFlag(name, value)]),
  )
  const set = {...fromFile, ...hostedPort(world.env, fromDoor), ...fromDoor}
  // The cast says what the schema of the file has seen to: its values are what the flags would give.
  const settings = {'passthru-rules': [], ...values, ...set} as unknown as ServeSettings
  return {settings, given: new Set(Object.keys(set)), file: file?.path, notes: file?.notes ?? []}
}

/** What the parser gave, lists as lists; what has no value is left out. */
function valuesOf(flags: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    settingShapes
      .map(([name]) => [name, isRepeatable(name) ? listOf(flags[name]) : flags[name]] as const)
      .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  )
}

/** oclif takes an empty variable for none; of a secret that could not be read it would leave a server open to all. */
function refuseEmptySecrets(env: World['env'], given: object): void {
  const empty = settingShapes.flatMap(([name, shape]) => {
    const isSecret = SECRET_SETTINGS.includes(name) && !(name in given)
    return isSecret && shape.env !== undefined && env[shape.env]?.trim() === '' ? [shape.env] : []
  })
  if (empty.length === 0) return
  const sentences = empty.map((name) => `${name} is set, and empty: give it a value, or unset it.`)
  throw new ExostreamError('EXO_USAGE', sentences.join('\n'))
}

const MOST_PORT = 65_535

/** PORT is what hosts such as Render, Fly and Heroku set. */
function hostedPort({PORT}: World['env'], given: object): {readonly port?: number} {
  if (PORT === undefined || PORT === '' || 'port' in given) return {}
  const port = Number(PORT)
  if (/^\d+$/.test(PORT) && port <= MOST_PORT) return {port}
  const range = `a whole number from 0 to ${String(MOST_PORT)}`
  throw new ExostreamError('EXO_USAGE', `PORT must be ${range}, not "${printable(PORT)}"`)
}

/** One text in the file does for a list of one; there a comma is part of it. */
function asFlag(name: string, value: unknown): unknown {
  if (isTrustWord(name, value)) return String(value)
  return isRepeatable(name) && typeof value === 'string' ? [value] : value
}

function isRepeatable(name: string): boolean {
  return settingShapes.some(([other, {multiple}]) => other === name && multiple === true)
}
