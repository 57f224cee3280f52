import {spawnSync} from 'node:child_process'
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import ts from 'typescript'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'

/**
 * In a Node of its own, because vitest answers an `import()` here by its own rules, and what Node
 * says of a bad module is what is tested.
 */
const RUN = `
import {loadBot} from './stream/bot/bot-loader.js'
const result = await loadBot(process.argv[2]).then(
  (bot) => ({loaded: typeof bot}),
  ({code, message}) => ({code, message}),
)
console.log(JSON.stringify(result))
`

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-bot-'))
  await mkdir(join(folder, 'built', 'stream', 'bot'), {recursive: true})
  for (const name of ['stream/bot/bot-loader', 'errors']) {
    const source = await readFile(
      fileURLToPath(new URL(`../../../../src/${name}.ts`, import.meta.url)),
    )
    const {outputText} = ts.transpileModule(source.toString('utf8'), {
      compilerOptions: {module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022},
    })
    await writeFile(join(folder, 'built', `${name}.js`), outputText)
  }
  await writeFile(join(folder, 'built', 'package.json'), '{"type": "module"}')
  await writeFile(join(folder, 'built', 'run.js'), RUN)
})

afterAll(() => rm(folder, {recursive: true}))

type Result = {readonly loaded?: string; readonly code?: string; readonly message?: string}

function load(path: string): Result {
  const args = [join(folder, 'built', 'run.js'), path]
  const {stdout, stderr} = spawnSync(process.execPath, args, {cwd: folder, encoding: 'utf8'})
  if (stdout === '') throw new Error(stderr)
  // The script above prints just this.
  return JSON.parse(stdout) as Result
}

const GOOD = 'export default async (call) => { call.close() }'

describe('a module with a bot is loaded', () => {
  test.each([
    ['an ES module', 'good.mjs', GOOD],
    ['a name that a URL has to escape', 'my bot #1?%20.mjs', GOOD],
    ['a CommonJS module', 'good.cjs', 'module.exports = async (call) => { call.close() }'],
  ])('%s', async (_, name, source) => {
    await writeFile(join(folder, name), source)

    expect(load(join(folder, name))).toEqual({loaded: 'function'})
    expect(load(`./${name}`)).toEqual({loaded: 'function'})
  })
})

describe('a module without one is told in one sentence', () => {
  test.each([
    ['no default export', 'export const bot = 1', 'The bot ./bad.mjs has no default export.'],
    [
      'a default that is an object',
      'export default {}',
      'The default export of the bot ./bad.mjs is an object, not a function.',
    ],
    [
      'a default of null',
      'export default null',
      'The default export of the bot ./bad.mjs is null, not a function.',
    ],
  ])('%s', async (_, source, message) => {
    await writeFile(join(folder, 'bad.mjs'), source)

    expect(load('./bad.mjs')).toEqual({code: 'EXO_BOT_INVALID', message})
  })

  test.each([
    ['no file', './nothing.mjs', 'There is no bot ./nothing.mjs: the file cannot be found.'],
    ['a folder', './built', 'The bot ./built is not a file.'],
  ])('%s', (_, path, message) => {
    expect(load(path)).toEqual({code: 'EXO_BOT_INVALID', message})
  })
})

describe('a module that cannot be loaded is told in one sentence', () => {
  test.each([
    ['a throw', 'throw new Error("no key\\nmore")', / threw while it was loaded: no key$/],
    ['a throw of a text', 'throw "plain"', / threw while it was loaded: plain$/],
    [
      'a missing package',
      'import "no-such-x"',
      / threw while it was loaded: Cannot find package 'no-such-x' imported from [^\n]+$/,
    ],
    [
      'a syntax error, with its line',
      '// a bot\n\n\nexport default async ( => {}',
      / has a syntax error: line 4: Unexpected token '=>'\.$/,
    ],
    [
      'a syntax error in a module that it imports',
      'import "./cut.mjs"',
      /, or a module it imports, has a syntax error: Unexpected [^\n]+\.$/,
    ],
    [
      'a name that is not exported',
      'import {none} from "./named.mjs"',
      /, or a module it imports, has a syntax error: [^\n]+ 'none'\.$/,
    ],
  ])('%s', async (_, source, words) => {
    await writeFile(join(folder, 'bad.mjs'), source)
    await writeFile(join(folder, 'cut.mjs'), 'export default () => {')
    await writeFile(join(folder, 'named.mjs'), 'export const some = 1')

    const {code, message} = load('./bad.mjs')

    expect(code).toBe('EXO_BOT_NOT_LOADED')
    expect(message).toMatch(/^The bot \.\/bad\.mjs[ ,]/)
    expect(message).toMatch(words)
  })
})
