import {spawnSync} from 'node:child_process'
import {cp, mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {afterAll, beforeAll, expect, test} from 'vitest'

import {cruiseLayers} from '../../.ci/layers.mjs'
import type {Violation} from '../../.ci/layers.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What each planted file must be reported under. The files that are imported are planted, too. */
const violations: readonly [rule: string, file: string, source: string][] = [
  ['no-circular', 'src/stream/egg.ts', `import './hen.js'; export type Egg = 1`],
  ['imports-resolve', 'src/stream/lost.ts', `import './nowhere.js'`],
  ['pure-folders-stand-alone', 'src/protocol/hears.ts', `import '../audio/leaf.js'`],
  ['pure-folders-stand-alone', 'src/audio/speaks.ts', `import type {} from '../protocol/leaf.js'`],
  ['pure-folders-stand-alone', 'src/audio/times.ts', `import type {} from '../clock.js'`],
  ['pure-folders-do-no-io', 'src/audio/reads.ts', `import 'node:fs'`],
  ['pure-folders-do-no-io', 'src/protocol/counts.ts', `import {Buffer} from 'node:buffer'`],
  ['rooms-do-not-meet', 'src/doctor/calls.ts', `import '../simulate/leaf.js'`],
  ['rooms-do-not-meet', 'src/flow/calls.ts', `import type {} from '../serve/leaf.js'`],
  ['floors-do-not-meet', 'src/record/hears.ts', `import type {} from '../stream/leaf.js'`],
  ['floors-do-not-meet', 'src/report/reads.ts', `export {} from '../store/leaf.js'`],
  ['floors-know-no-room', 'src/speech/serves.ts', `import type {} from '../serve/leaf.js'`],
  ['only-doors-know-cli', 'src/simulate/shows.ts', `import '../cli/leaf.js'`],
  ['doors-are-not-imported', 'src/cli/opens.ts', `await import('../commands/leaf.js')`],
  ['doors-are-not-imported', 'src/serve/opens.ts', `import type {} from '../index.js'`],
  ['joints-are-not-imported', 'src/simulate/joins.ts', `import '../simulation.js'`],
  ['joints-are-not-imported', 'src/cli/joins.ts', `import type {} from '../target.js'`],
  ['joints-are-not-imported', 'src/serve/joins.ts', `import '../virtual.js'`],
  ['leaves-import-nothing-of-ours', 'src/log.ts', `import type {} from './clock.js'`],
  ['leaves-import-nothing-of-ours', 'src/random.ts', `import type {} from './stream/leaf.js'`],
  ['leaves-import-nothing-of-ours', 'src/version.ts', `import './stream/leaf.js'`],
  ['leaves-import-nothing-of-ours', 'src/yaml-document.ts', `import './cli/leaf.js'`],
  ['only-workspace-throws-among-leaves', 'src/clock.ts', `import './errors.js'`],
  ['only-doors-know-the-terminal', 'src/serve/parses.ts', `import '@oclif/core'`],
  ['only-doors-know-the-terminal', 'src/report/colours.ts', `import type {} from 'chalk'`],
  ['only-doors-know-the-terminal', 'src/simulate/lists.ts', `import 'listr2'`],
  ['only-doors-know-the-terminal', 'src/flow/asks.ts', `import '@inquirer/prompts'`],
  ['network-only-where-it-belongs', 'src/simulate/dials.ts', `import 'ws'`],
  ['network-only-where-it-belongs', 'src/simulate/types.ts', `import type {} from 'ws'`],
  ['network-only-where-it-belongs', 'src/record/sends.ts', `import 'node:http'`],
  ['network-only-where-it-belongs', 'src/cli/looks-up.ts', `import 'node:dns/promises'`],
  ['network-only-where-it-belongs', 'src/workspace.ts', `import 'net'`],
  ['dashboard-takes-types-of-serve', 'src/serve/dashboard/runs.ts', `import '../leaf.js'`],
  [
    'dashboard-takes-nothing-else',
    'src/serve/dashboard/x.ts',
    `import type {} from '../../log.js'`,
  ],
  ['src-never-imports-test', 'src/record/proves.ts', `import '../../test/rig.js'`],
]

const clean: readonly [file: string, source: string][] = [
  ['src/commands/fine.ts', `import 'chalk'; import '../cli/leaf.js'; import '../serve/fine.js'`],
  ['src/commands/joined.ts', `import '../simulation.js'; import '../target.js'`],
  ['src/index.ts', `import './serve/fine.js'; import './stream/fine.js'; import './simulation.js'`],
  ['src/simulation.ts', `import './target.js'; import './simulate/fine.js'`],
  ['src/serve/fine.ts', `import 'ws'; import 'node:net'; import '../stream/fine.js'`],
  ['src/serve/dashboard/fine.ts', `import type {} from '../leaf.js'`],
  ['src/stream/fine.ts', `import 'ws'; import '../protocol/leaf.js'; import '../audio/leaf.js'`],
  ['src/simulate/fine.ts', `import '../stream/fine.js'; import '../errors.js'`],
  ['src/record/fine.ts', `import 'node:fs/promises'; import type {} from '../random.js'`],
]

const imported = [
  ...['serve', 'simulate', 'stream', 'store', 'cli', 'commands', 'protocol', 'audio'].map(
    (folder): [string, string] => [`src/${folder}/leaf.ts`, 'export {}'],
  ),
  ['src/stream/hen.ts', `import type {Egg} from './egg.js'`],
  ['src/errors.ts', 'export {}'],
  ['src/target.ts', `import './virtual.js'`],
  ['src/virtual.ts', 'export {}'],
  ['test/rig.ts', 'export {}'],
] as const

let folder: string
let found: Violation[]

beforeAll(async () => {
  folder = await plantedTree([...violations.map(([, ...file]) => file), ...clean, ...imported])
  found = cruiseLayers(folder).violations
})

afterAll(() => rm(folder, {recursive: true}))

test.each(violations)('%s: %s is reported', (rule, file) => {
  expect(found.filter(({from}) => from === file).map((violation) => violation.rule)).toContain(rule)
})

test('every rule has a planted violation', () => {
  const config = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
    forbidden: {name: string}[]
  }

  expect([...new Set(violations.map(([rule]) => rule))]).toEqual(
    config.forbidden.map(({name}) => name),
  )
})

test.each(clean)('an import that points downwards is not reported: %s', (file) => {
  expect(found.filter(({from}) => from === file)).toEqual([])
})

test('the check fails when it cruised no module', async () => {
  const empty = await plantedTree([
    ['src/none.txt', ''],
    ['tsconfig.json', '{"files": ["src/none.ts"]}'],
  ])

  const {status, stderr} = spawnSync(process.execPath, [join(root, '.ci/layers.mjs'), empty], {
    encoding: 'utf8',
  })

  expect({status, stderr}).toEqual({
    status: 1,
    stderr: 'layers: no module was cruised, so nothing was checked\n',
  })
  await rm(empty, {recursive: true})
})

async function plantedTree(files: (readonly [file: string, source: string])[]): Promise<string> {
  const tree = await mkdtemp(join(tmpdir(), 'exostream-layers-'))
  await cp(join(root, 'tsconfig.json'), join(tree, 'tsconfig.json'))
  await symlink(join(root, 'node_modules'), join(tree, 'node_modules'))
  for (const [file, source] of files) {
    await mkdir(dirname(join(tree, file)), {recursive: true})
    await writeFile(join(tree, file), source)
  }
  return tree
}
