import {spawnSync} from 'node:child_process'
import {existsSync, readFileSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {describe, expect, test} from 'vitest'

import {EXIT} from '../../src/cli/exit-codes.js'
import {CHECKS} from '../../src/doctor/checks.js'
import {errorCatalogue} from '../../src/errors.js'
import {RULES} from '../../src/flow/check/rules.js'
import {PROBE_RULES} from '../../src/flow/probe/rules.js'
import {mistakeInThreshold} from '../../src/simulate/thresholds.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

const TOP_LEVEL = [
  ...['bin', 'src', 'test', 'fixtures', '.ci'],
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'LICENSE'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.test.json', '.gitignore'],
  ...['eslint.config.js', 'vitest.config.ts', 'knip.json', '.dependency-cruiser.cjs'],
  ...['.prettierrc.json', '.prettierignore'],
]

/** Every file of ours, committed or not yet; none where there is no git, as in an unpacked tarball. */
const files = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .stdout.split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)))

const sources = readdirSync(join(root, 'src'), {recursive: true, encoding: 'utf8'})
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join('src', file))

describe('lists that must agree', () => {
  test('the README has every error code in its table, and no other', () => {
    const codes = firstCells(section('README.md', 'Error codes')).filter((cell) =>
      cell.startsWith('EXO_'),
    )

    expect(codes.toSorted()).toEqual(Object.keys(errorCatalogue).toSorted())
  })

  test('the README has every exit code in its table, and no other', () => {
    const codes = firstCells(section('README.md', 'Exit codes')).filter((cell) =>
      /^\d+$/.test(cell),
    )

    expect(codes.toSorted()).toEqual(Object.values(EXIT).map(String).toSorted())
  })

  test('the README has every check of doctor in its table, in their order, and no other', () => {
    const ids = CHECKS.map(({id, roles}) =>
      roles === 'machine' || roles.includes('stream') ? id : `${String(roles[0])}-${id}`,
    )

    expect(firstCells(section('README.md', 'The checks'))).toEqual(ids)
  })

  test('the README has every rule of flow check in its table, in their order, with severity and source', () => {
    const told = rows(section('README.md', 'Check a flow'))

    expect(told.map(([id, severity, , source]) => [id, severity, source])).toEqual(
      RULES.map(({id, severity, source}) => [id, severity, source]),
    )
  })

  test('the README has every finding of flow check --probe in its table, with its severity', () => {
    const told = rows(section('README.md', 'Ask the URLs of a flow'))

    expect(told.map(([id, severity]) => [id, severity]).toSorted()).toEqual(
      Object.entries(PROBE_RULES)
        .map(([id, {severity}]) => [id, severity])
        .toSorted(),
    )
  })

  test('the README says what every number means that a threshold can be on, and no other', () => {
    const [, known = ''] = /there are (.*)$/.exec(mistakeInThreshold('unknown < 1') ?? '') ?? []

    const explained = firstCells(section('README.md', 'What the numbers mean')).flatMap((cell) =>
      cell.split(', '),
    )

    expect(explained.toSorted()).toEqual(known.split(/, | and /).toSorted())
  })

  test('ARCHITECTURE.md has a line for every folder of src, and for no other', () => {
    const named = read('ARCHITECTURE.md').matchAll(/src\/([a-z]+)\//g)
    const folders = readdirSync(join(root, 'src'), {withFileTypes: true})
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)

    expect([...new Set([...named].map((match) => match[1]))].toSorted()).toEqual(folders.toSorted())
  })

  test('CONTRIBUTING.md has a reason for every dependency, and for no other', () => {
    const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
    const dependencies = ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap(
      (kind) => Object.keys(manifest[kind] ?? {}),
    )

    const reasons = rows(section('CONTRIBUTING.md', 'Dependencies')).filter(
      ([, reason = '']) => reason.split(' ').length > 2,
    )

    expect(reasons.map(([name]) => name).toSorted()).toEqual(dependencies.toSorted())
  })
})

describe('the shape of the tree', () => {
  test.skipIf(files.length === 0)('nothing new lies at the top level', () => {
    const entries = new Set(files.map((file) => file.split('/')[0]))

    expect([...entries].filter((entry) => !TOP_LEVEL.includes(entry ?? ''))).toEqual([])
  })

  test('no source file is longer than 300 lines', () => {
    const long = sources.filter((file) => read(file).trimEnd().split('\n').length > 300)

    expect(long).toEqual([])
  })

  test.skipIf(files.length === 0)('no text of ours has an emoji in it', () => {
    const texts = files.filter((file) => /\.(ts|js|mjs|cjs|md|json|ya?ml|txt|html|css)$/.test(file))

    const decorated = texts.filter((file) => /\p{Emoji_Presentation}|\uFE0F/u.test(read(file)))

    expect(decorated).toEqual([])
  })
})

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

/** The text under a heading of this name, down to the next heading of any level. */
function section(file: string, heading: string): string {
  const [, , text] =
    new RegExp(`^(#+) ${heading}\\n([^]*?)(?=^#|(?![^]))`, 'm').exec(read(file)) ?? []
  if (text === undefined) throw new Error(`${file} has no section "${heading}"`)
  return text
}

/** The cells of each row of the tables in a text, without code marks. */
function rows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `') || /^\| \d/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    .map((cells) => cells.slice(1, -1))
}

function firstCells(text: string): string[] {
  return rows(text).map(([first = '']) => first)
}
