import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {Parser} from '@oclif/core'
import {afterAll} from 'vitest'

import {settleServe} from '../../../../src/cli/config/settings.js'
import {serveFlags} from '../../../../src/cli/serve-flags.js'

let folder = ''

/** The folder that files are read from, for the file of tests that asks for it: this module may serve several. */
export function useConfigFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'exostream-config-'))
  folder = made
  afterAll(() => {
    rmSync(made, {recursive: true})
  })
  return made
}

type Asked = {
  readonly argv?: readonly string[]
  /** What is set while the flags are parsed; PORT is handed in as it is to the command. */
  readonly env?: Readonly<Record<string, string>>
  /** The text of a configuration file, named with --config. */
  readonly file?: string
}

let files = 0

/** The settings as the command gets them: argv and variables through oclif's parser, then the file. */
export async function settled({argv = [], env = {}, file}: Asked) {
  const path = join(folder, `${String((files += 1))}.yaml`)
  if (file !== undefined) writeFileSync(path, file, {mode: 0o600})
  const words = file === undefined ? [...argv] : [...argv, '--config', path]
  const before = {...process.env}
  Object.assign(process.env, env)
  try {
    const parsed = await Parser.parse(words, {flags: serveFlags})
    return await settleServe(parsed, {env, folder})
  } finally {
    process.env = before
  }
}
