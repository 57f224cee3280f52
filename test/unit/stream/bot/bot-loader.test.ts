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

/** Writes each version, and makes a call after it; a bot says what it is to the call. */
const RUN_RELOADING = `
import {utimes, writeFile} from 'node:fs/promises'
import {setTimeout as delay} from 'node:timers/promises'
import {reloadingBot} from './stream/bot/bot-loader.js'
const [path, ...versions] = process.argv.slice(2)
const heard = []
const told = []
let bot
for (const [index, source] of versions.entries()) {
  if (source !== '') await writeFile(path, source)
  if (source !== '') await utimes(path, 1000 + index, 1000 + index)
  bot ??= await reloadingBot(path)
  const tell = ({err}, words) => told.push(err === undefined ? words : words + ': ' + err.message)
  const log = {info: tell, warn: tell, error: tell}
  const patienceMs = source.includes('setTimeout') ? 50 : 60_000
  const sleep = (ms, signal) => delay(patienceMs, undefined, {signal})
  await bot({log, sleep, say: (words) => heard.push(words)})
}
console.log(JSON.stringify({heard, told}))
process.exit()
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
  await writeFile(join(folder, 'built', 'reload.js'), RUN_RELOADING)
})

afterAll(() => rm(folder, {recursive: true}))

type Result = {readonly loaded?: string; readonly code?: string; readonly message?: string}

function load(path: string): Result {
  // The script above prints just this.
  return run('run.js', path) as Result
}

type Reloaded = {readonly heard: readonly string[]; readonly told: readonly string[]}

/** What was heard in a call after each version was written; an empty one is a call without a change. */
function reload(name: string, ...versions: readonly string[]): Reloaded {
  // The script above prints just this.
  return run('reload.js', `./${name}`, ...versions) as Reloaded
}

function run(script: string, ...given: readonly string[]): unknown {
  const args = [join(folder, 'built', script), ...given]
  const {stdout, stderr} = spawnSync(process.execPath, args, {cwd: folder, encoding: 'utf8'})
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
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
      'a default that is a class',
      'export default class MyBot {}',
      'The default export of the bot ./bad.mjs is a class, not a function.',
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
    [
      'a throw, with its line',
      '\nthrow new Error("no key\\nmore")',
      / threw while it was loaded, at line 2: no key$/,
    ],
    [
      'a throw in a module that it imports, with its line',
      'import "./thrown.mjs"',
      / threw while it was loaded, at line 3 of thrown\.mjs: deep$/,
    ],
    [
      'a text that is not JSON',
      'JSON.parse("{")',
      / threw while it was loaded, at line 1: Expected property name[^\n]+$/,
    ],
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
    await writeFile(join(folder, 'thrown.mjs'), '\n\nthrow new Error("deep")')

    const {code, message} = load('./bad.mjs')

    expect(code).toBe('EXO_BOT_NOT_LOADED')
    expect(message).toMatch(/^The bot \.\/bad\.mjs[ ,]/)
    expect(message).toMatch(words)
  })
})

describe('a reloading bot', () => {
  const saying = (words: string) => `export default async (call) => { call.say('${words}') }`

  test('takes a changed file for the next call', () => {
    const {heard} = reload('changing.mjs', saying('one'), '', saying('two'), '', saying('three'))

    expect(heard).toEqual(['one', 'one', 'two', 'two', 'three'])
  })

  test('takes a changed CommonJS module, too', () => {
    const one = "module.exports = async (call) => { call.say('one') }"

    const {heard} = reload('changing.cjs', one, one.replace('one', 'two'))

    expect(heard).toEqual(['one', 'two'])
  })

  test.each([
    ['a syntax error', 'export default async ( => {}', /has a syntax error: line 1: /],
    ['a throw', 'export default 1\nthrow new Error("no key")', /loaded, at line 2: no key$/],
    ['no default export', 'export const bot = 1', /has no default export\.$/],
  ])('goes on with the last good one after %s, told once a version', (_, broken, words) => {
    const {heard, told} = reload('broken.mjs', saying('one'), broken, '', saying('two'))

    expect(heard).toEqual(['one', 'one', 'one', 'two'])
    expect(told).toEqual([
      expect.stringMatching(/^the changed bot cannot be loaded; the last good one goes on: /),
      expect.stringContaining('the bot has changed'),
    ])
    expect(told[0]).toMatch(words)
  })

  test('goes on with the last good one when the new one takes too long to load', () => {
    const slow = `await new Promise((resolve) => setTimeout(resolve, 60_000))\n${saying('slow')}`

    const {heard, told} = reload('slow.mjs', saying('one'), slow, saying('two'))

    expect(heard).toEqual(['one', 'one', 'two'])
    expect(told[0]).toContain('is not loaded yet')
  })

  test('does not begin with a broken one', () => {
    expect(() => reload('never.mjs', 'export default 1')).toThrow('EXO_BOT_INVALID')
  })
})
