import {execFile} from 'node:child_process'
import {readdirSync} from 'node:fs'
import {copyFile, mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {promisify} from 'node:util'

import {beforeAll, describe, expect, test} from 'vitest'

import {emptyFolder, root, runCli, startCli} from '../rig/run-cli.js'

/** By their words: `serve`, `report compare`. */
const commands = readdirSync(join(root, 'src/commands'), {recursive: true})
  .map(String)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, '').replaceAll('/', ' '))
  .sort()

describe('--help', () => {
  test.each(['root', 'flow', 'report', ...commands])(
    'of %s is as in fixtures/golden',
    async (name) => {
      const {exit, stdout, stderr} = await runCli(helpOf(name))

      expect({exit, stderr}).toEqual({exit: 0, stderr: ''})
      await expect(withoutVersions(stdout)).toMatchFileSnapshot(
        join(root, `fixtures/golden/help-${name.replaceAll(' ', '-')}.txt`),
      )
    },
  )

  test.each([
    ['-h', ['simulate', '-h']],
    ['help simulate', ['help', 'simulate']],
  ])('%s is the same', async (_, args) => {
    const asked = await runCli(args)

    expect(asked).toEqual(await runCli(['simulate', '--help']))
  })

  test('the README has it, word for word', async () => {
    const helps = await Promise.all(commands.map((command) => runCli(helpOf(command))))
    const reference = commands.map((command, at) => chapterOf(command, helps[at]?.stdout ?? ''))
    const readme = await readFile(join(root, 'README.md'), 'utf8')

    const upToDate = readme.replace(
      /(<!-- commands -->\n)[^]*(<!-- commandsstop -->)/,
      (_, start: string, stop: string) => `${start}\n${reference.join('')}${stop}`,
    )

    // `npx vitest run test/e2e/help.test.ts -u` writes it, as it writes the golden files.
    await expect(upToDate).toMatchFileSnapshot(join(root, 'README.md'))
    expect(upToDate).toContain(reference.join(''))
  })
})

describe('what a command loads', () => {
  const rooms = /\/dist\/(serve|simulate|doctor|flow|stream|record|audio)\//
  const heavy = /\/node_modules\/(ws|zod|pino|pino-pretty|yaml|wavefile|inquirer|listr2)\//

  test.each(['root', 'flow', 'report', ...commands])(
    'the help of %s loads no room and nothing that a room needs',
    async (name) => {
      const loaded = await modulesLoadedBy(helpOf(name))

      expect(loaded.filter((url) => rooms.test(url) || heavy.test(url))).toEqual([])
    },
  )

  test('a command that needs a room loads it', async () => {
    const loaded = await modulesLoadedBy(['simulate', '--list'])

    expect(loaded).toContainEqual(
      expect.stringMatching(/\/dist\/simulate\/scenario\/scenario-reader\.js$/),
    )
    expect(loaded).toContainEqual(expect.stringMatching(heavy))
  })
})

describe.concurrent('every example of a help runs', async () => {
  const examples = await Promise.all(commands.map(examplesOf))

  let url = ''

  beforeAll(async () => {
    expect(examples.map(({length}) => length > 0)).toEqual(commands.map(() => true))
    const serving = startCli(['serve', '--port', '0', '--json'], {cwd: emptyFolder()})
    url = /ws:\/\/127\.0\.0\.1:\d+\/media/.exec(await serving.said(/"listening"/))?.[0] ?? ''
  })

  test.each(examples.flat().filter((example) => example.startsWith('exostream serve')))(
    '%s',
    async (example) => {
      // The usual port may be taken by another program.
      const env = {EXOSTREAM_PORT: '0'}
      const cwd = emptyFolder()
      await writeFile(join(cwd, 'my-bot.js'), 'export default async () => {}\n')
      const serving = startCli(wordsOf(example), {cwd, env})
      await serving.said(/^Serving the bot /)

      serving.kill('SIGINT')

      expect((await serving.ended).exit).toBe(0)
    },
  )

  test.each(examples.flat().filter((example) => /^exostream logs (?!--follow)/.test(example)))(
    '%s',
    async (example) => {
      const cwd = emptyFolder()
      await keepLogs(cwd)

      const {exit, stdout} = await runCli(wordsOf(example), {cwd})

      expect(exit).toBe(0)
      expect(stdout).toContain('digit received')
    },
  )

  test.each(examples.flat().filter((example) => example.startsWith('exostream logs --follow')))(
    '%s',
    async (example) => {
      const cwd = emptyFolder()
      await keepLogs(cwd)
      const reading = startCli(wordsOf(example), {cwd})
      await reading.said(/digit received/)

      reading.kill('SIGINT')

      expect((await reading.ended).exit).toBe(0)
    },
  )

  test.each(examples.flat().filter((example) => example.startsWith('exostream report')))(
    '%s',
    async (example) => {
      const cwd = emptyFolder()
      await keepCalls(cwd)

      const shards = (word: string) => (word === 'shard-*' ? ['shard-1', 'shard-2'] : [word])
      const {exit, stdout} = await runCli(wordsOf(example).flatMap(shards), {cwd})

      expect({exit, said: stdout !== ''}).toEqual({exit: 0, said: true})
    },
  )

  test.each(examples.flat().filter((example) => example.startsWith('exostream load')))(
    '%s',
    async (example) => {
      const words = wordsOf(example).map((word) =>
        word.replace(/^wss?:.*/, url).replace(/^4711$/, String(process.pid)),
      )
      const loading = startCli(words, {cwd: emptyFolder()})
      await loading.told(/^Calling ws:/)

      loading.kill('SIGINT')

      expect((await loading.ended).exit).toBe(130)
    },
  )

  test.each(examples.flat().filter((example) => /^exostream (doctor|explain)/.test(example)))(
    '%s',
    async (example) => {
      const words = wordsOf(example).map((word) => word.replace('ws://127.0.0.1:5000/media', url))

      // No third party is asked by a test.
      const env = {EXOSTREAM_OFFLINE: 'true'}
      const {exit, stdout} = await runCli(words, {cwd: emptyFolder(), env})

      expect({exit, said: stdout !== ''}).toEqual({exit: exitOf(example), said: true})
    },
  )

  test.each(examples.flat().filter((example) => example.startsWith('exostream flow')))(
    '%s',
    async (example) => {
      const cwd = emptyFolder()
      const isNew = example.includes('init')
      for (const file of isNew ? [] : ['flow.yaml', 'sales.yaml']) {
        await writeFile(join(cwd, file), FLOW)
      }

      const {exit, stdout} = await runCli(wordsOf(example), {cwd})

      expect({exit, said: stdout !== ''}).toEqual({exit: 0, said: true})
    },
  )

  test.each(examples.flat().filter((example) => example.startsWith('exostream simulate')))(
    '%s',
    async (example) => {
      const cwd = emptyFolder()
      await writeFile(join(cwd, 'flow.yaml'), FLOW)
      await copyFile(join(root, 'fixtures/audio/hello.wav'), join(cwd, 'hello.wav'))
      const {host} = new URL(url)
      const words = wordsOf(example).map((word) => word.replace('127.0.0.1:5000', host))
      const {exit, stdout} = await runCli(words, {cwd})

      expect({exit, said: stdout !== ''}).toEqual({exit: 0, said: true})
    },
  )
})

/** The one that the examples speak of; nothing in it is asked over HTTP. */
const FLOW = `
name: help
applets:
  - voicebot: {url: 'wss://bot.acme.in/media', sampleRate: 8000}
  - hangup
`

function helpOf(name: string): readonly string[] {
  return name === 'root' ? ['--help'] : [...name.split(' '), '--help']
}

async function examplesOf(command: string): Promise<readonly string[]> {
  const {stdout} = await runCli(helpOf(command))
  const examples = stdout.slice(stdout.indexOf('\nEXAMPLES\n'))
  return [...examples.matchAll(/^ {2}\$ (exostream .+)$/gm)].map(([, example = '']) => example)
}

/** What the examples of `logs` ask for. */
async function keepLogs(cwd: string): Promise<void> {
  const dir = join(cwd, '.exostream/logs')
  await mkdir(dir, {recursive: true})
  const event = {
    timestamp: '2026-01-31T10:15:02.123Z',
    level: 'warn',
    category: 'DTMF',
    connection: '3f2a-1',
    callSid: '6f048d2e897a0d2d4029560f3f541947',
    message: 'digit received',
  }
  await writeFile(join(dir, 'events.ndjson'), `${JSON.stringify(event)}\n`)
}

/** The calls that the examples of `report` speak of. */
async function keepCalls(cwd: string): Promise<void> {
  const script = join(cwd, 'keep.mjs')
  await writeFile(
    script,
    `import {simulateCall} from ${JSON.stringify(pathToFileURL(join(root, 'dist/index.js')).href)}
    const call = {bot: 'playback', clock: 'virtual', seed: 1}
    for (const [at, out] of ['shard-1', 'shard-2'].entries())
      await simulateCall({...call, seed: at, scenario: 'basic', out})
    for (const out of ['main', 'branch', '.exostream/calls/2026-01-01-120000-basic'])
      await simulateCall({...call, scenario: 'basic', out})
    await simulateCall({...call, scenario: ['basic', 'sales'], out: 'run'})`,
  )
  await promisify(execFile)(process.execPath, [script], {cwd})
}

/** A placeholder is a failure; without a serve in the folder, and without a network, nothing is checked. */
function exitOf(example: string): number {
  if (example.includes('doctor') && example.includes('your-ip')) return 1
  return example === 'exostream doctor' ? 3 : 0
}

/** As a shell takes them apart. */
function wordsOf(example: string): readonly string[] {
  const words = [...example.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
  return words.map(([, single, double, bare]) => single ?? double ?? bare ?? '').slice(1)
}

/** The root's help names the package, the machine and Node. */
function withoutVersions(help: string): string {
  return help.replace(/exostream\/\S+ \S+ node-\S+/, 'exostream/VERSION PLATFORM node-VERSION')
}

function chapterOf(command: string, help: string): string {
  return `### exostream ${command}\n\n\`\`\`\n${help.trim()}\n\`\`\`\n\n`
}

/** The URLs of all that V8 compiled in the run, ES modules and CommonJS alike. */
async function modulesLoadedBy(args: readonly string[]): Promise<readonly string[]> {
  const folder = emptyFolder()
  const {exit} = await runCli(args, {env: {NODE_V8_COVERAGE: folder}})
  expect(exit).toBe(0)
  const [file = ''] = await readdir(folder)
  const {result} = JSON.parse(await readFile(join(folder, file), 'utf8')) as {
    result: readonly {url: string}[]
  }
  return result.map(({url}) => url)
}
