import {readFile, stat, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {beforeAll, describe, expect, test} from 'vitest'

import {emptyFolder, type Ended, root, start} from '../rig/run-cli.js'

const packed = emptyFolder()
const app = emptyFolder()

type Tarball = {readonly filename: string; readonly files: readonly {readonly path: string}[]}

let tarball: Tarball
let paths: readonly string[]
let installed: Ended

beforeAll(async () => {
  const packArgs = ['pack', '--ignore-scripts', '--json', '--pack-destination', packed]
  const {stdout} = await start('npm', packArgs, {cwd: root}).ended
  const [only] = JSON.parse(stdout) as readonly Tarball[]
  tarball = only ?? {filename: '', files: []}
  paths = tarball.files.map(({path}) => path)
  await writeFile(join(app, 'package.json'), '{"type": "module", "private": true}\n')
  const installArgs = ['install', '--prefer-offline', '--no-audit', '--no-fund']
  installed = await start('npm', [...installArgs, join(packed, tarball.filename)], {cwd: app}).ended
})

describe('the packed tarball', () => {
  test('is under 4 MB', async () => {
    expect((await stat(join(packed, tarball.filename))).size).toBeLessThan(4_000_000)
  })

  test.each([
    'bin/run.js',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/commands/simulate.js',
    'fixtures/audio/hello.wav',
    'fixtures/audio/README.md',
    'fixtures/scenarios/sales.yaml',
    'fixtures/templates/sales/template.yaml',
    'fixtures/templates/sales/greeting.wav',
    'README.md',
    'src/protocol/README.md',
    'ARCHITECTURE.md',
    'CHANGELOG.md',
    'LICENSE',
  ])('holds %s', (path) => {
    expect(paths).toContain(path)
  })

  test.each([
    ['sources', /^src\/(?!protocol\/README\.md$)|(?<!\.d)\.ts$/],
    ['tests', /^test\/|\.test\./],
    ['bad scenarios', /^fixtures\/scenarios\/bad\//],
    ['test fixtures', /^fixtures\/(golden|messages|regress)\//],
    ['tools', /^\.ci\/|^[^/]*config|^\.dependency-cruiser/],
  ])('holds no %s', (_, pattern) => {
    expect(paths.filter((path) => pattern.test(path))).toEqual([])
  })
})

describe.concurrent('installed into an empty folder', () => {
  test('it installs without a build', () => {
    expect(installed).toMatchObject({exit: 0})
  })

  test('npx exostream --version says which', async () => {
    const {exit, stdout} = await start('npx', ['exostream', '--version'], {cwd: app}).ended

    expect(exit).toBe(0)
    expect(stdout).toMatch(/^exostream\/\d+\.\d+\.\d+ /)
  })

  test('the built-in scenarios and their audio are there', async () => {
    const {exit, stdout} = await start('npx', ['exostream', 'simulate', '--list'], {cwd: app}).ended

    expect(exit).toBe(0)
    expect(stdout.match(/^[a-z-]+(?= {2,}\S)/gm)).toEqual([
      ...['backchannel', 'basic', 'dtmf', 'emi', 'hang-ups', 'hindi', 'interrupt', 'noisy-street'],
      ...['objection', 'sales', 'silence', 'all', 'conformance'],
    ])
  })

  test("a user's own script serves a bot and calls it", async () => {
    await writeFile(
      join(app, 'own-test.js'),
      `import {simulateCall, startServer} from 'exostream'

      const server = await startServer({
        bot: async (call) => {
          for await (const event of call.events) {
            if (event.type === 'audio') call.playPayload(event.payload)
          }
        },
      })
      const report = await simulateCall({url: server.url, scenario: 'basic'})
      await server.close()
      console.log(report.schemaVersion, report.verdict, report.target.kind)`,
    )

    const ended = await start(process.execPath, ['own-test.js'], {cwd: app}).ended

    expect(ended).toEqual({exit: 0, signal: null, stdout: '1 pass url\n', stderr: ''})
  })

  test('the test that the README shows runs under vitest, and passes', async () => {
    // Not by npx: killed, it would leave behind what it started.
    const installedBin = join(app, 'node_modules/exostream/bin/run.js')
    const serveArgs = [installedBin, 'serve', '--port', '0', '--json']
    const serving = start(process.execPath, serveArgs, {cwd: app})
    const said = await serving.said(/"listening"/)
    const [url = ''] = /ws:\/\/127\.0\.0\.1:\d+\/media/.exec(said) ?? []
    const readme = await readFile(join(root, 'README.md'), 'utf8')
    const [, shown = ''] =
      /^## In your own tests and in CI\n\n```ts\n([^]*?)^```$/m.exec(readme) ?? []
    await writeFile(
      join(app, 'shown.test.ts'),
      shown.replace('ws://127.0.0.1:5000/media', () => url),
    )
    await symlink(join(root, 'node_modules/vitest'), join(app, 'node_modules/vitest'))

    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const args = [vitest, 'run', '--root', app, '--reporter', 'json']
    const {exit, stdout, stderr} = await start(process.execPath, args, {cwd: app}).ended

    expect({exit, stderr}).toEqual({exit: 0, stderr: ''})
    expect(JSON.parse(stdout)).toMatchObject({numTotalTests: 1, numPassedTests: 1})
  })

  test("a user's own script learns by a code what cannot be tried", async () => {
    await writeFile(
      join(app, 'mistake.js'),
      `import {ExostreamError, simulateCall} from 'exostream'

      const error = await simulateCall({scenario: 'basic'}).catch((thrown) => thrown)
      console.log(error instanceof ExostreamError, error.code)`,
    )

    const {stdout} = await start(process.execPath, ['mistake.js'], {cwd: app}).ended

    expect(stdout).toBe('true EXO_NO_TARGET\n')
  })

  test('its types resolve and hold', async () => {
    await writeFile(
      join(app, 'typed.ts'),
      `import {type Bot, type RunReport, simulateCall, startServer} from 'exostream'

      const bot: Bot = async (call) => {
        for await (const event of call.events) {
          if (event.type === 'audio') call.play(event.pcm)
        }
      }
      const {url} = await startServer({bot})
      const report: RunReport = await simulateCall({url, profiles: ['16k']})
      export const answeredInMs: number | undefined = report.calls[0]?.turns.at(-1)?.responseMs
      // @ts-expect-error a scenario is named by a text
      export const wrong = await simulateCall({url, scenario: 3})`,
    )
    const compilerOptions = {
      ...{strict: true, noEmit: true, module: 'nodenext', target: 'es2023', lib: ['es2023']},
      ...{types: ['node'], typeRoots: [join(root, 'node_modules/@types')]},
    }
    await writeFile(
      join(app, 'tsconfig.json'),
      JSON.stringify({compilerOptions, files: ['typed.ts']}),
    )

    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const {exit, stdout} = await start(process.execPath, [tsc, '-p', app], {cwd: app}).ended

    expect({exit, stdout}).toEqual({exit: 0, stdout: ''})
  })
})
