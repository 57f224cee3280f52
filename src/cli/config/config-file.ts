import {access, readFile, stat} from 'node:fs/promises'
import {join} from 'node:path'

import {ExostreamError} from '../../errors.js'
import {describeMistakes, readYaml} from '../../yaml-document.js'
import {configSchema, SECRET_SETTINGS} from './config-schema.js'

export type ConfigFile = {
  readonly path: string
  /** By the names of the flags, and passthru-rules. */
  readonly values: Readonly<Record<string, unknown>>
  /** What its reader should know. */
  readonly notes: readonly string[]
}

const NAME = 'exostream.config.yaml'
/** The other spelling of the ending; passed over in silence it would be a riddle. */
const OTHER_NAME = 'exostream.config.yml'

/**
 * The file that was asked for, else the one of the folder, if there is one.
 * @throws ExostreamError EXO_CONFIG_NOT_FOUND, EXO_CONFIG_INVALID (every mistake, one a line)
 */
export async function readConfigFile(
  asked: string | undefined,
  folder: string,
): Promise<ConfigFile | undefined> {
  const path = asked ?? (await findIn(folder))
  if (path === undefined) return undefined
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ExostreamError('EXO_CONFIG_NOT_FOUND', `${path} could not be read.`, {cause})
  })
  const parsed = readYaml(text, configSchema())
  if ('mistakes' in parsed) {
    throw new ExostreamError('EXO_CONFIG_INVALID', describeMistakes(path, parsed.mistakes))
  }
  const values = parsed.value?.serve ?? {}
  return {path, values, notes: await notesOn(path, values)}
}

async function findIn(folder: string): Promise<string | undefined> {
  const [path, other] = [join(folder, NAME), join(folder, OTHER_NAME)]
  const [isThere, isOtherThere] = await Promise.all([exists(path), exists(other)])
  if (isThere && isOtherThere) {
    const sentence = `${path} and ${other} are both there, and only one can be meant.`
    throw new ExostreamError('EXO_CONFIG_INVALID', sentence)
  }
  if (isThere) return path
  return isOtherThere ? other : undefined
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function notesOn(
  path: string,
  values: Readonly<Record<string, unknown>>,
): Promise<readonly string[]> {
  const secrets = SECRET_SETTINGS.filter((name) => values[name] !== undefined)
  // Windows keeps no such bits; what it shows in their place says nothing.
  if (secrets.length === 0 || process.platform === 'win32') return []
  const {mode} = await stat(path)
  if ((mode & 0o077) === 0) return []
  return [
    `${path} holds ${secrets.join(' and ')}, and other users can read it: run "chmod 600 ${path}".`,
  ]
}
