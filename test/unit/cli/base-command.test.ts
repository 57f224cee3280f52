import {captureOutput} from '@oclif/test'
import {Args, Flags} from '@oclif/core'
import {afterEach, expect, test, vi} from 'vitest'

import {BaseCommand} from '../../../src/cli/base-command.js'
import {FailureError} from '../../../src/cli/failure.js'
import {dataDir, seed, wholeNumber} from '../../../src/cli/flags.js'
import {ExostreamError} from '../../../src/errors.js'

const root = new URL('../../..', import.meta.url).pathname

class Probe extends BaseCommand {
  static override id = 'probe'
  static override args = {url: Args.string({ignoreStdin: true})}
  static override flags = {
    port: wholeNumber({env: 'EXOSTREAM_PORT', max: 65_535}),
    how: Flags.string({options: ['port', 'bug', 'exit', 'aborted']}),
    name: Flags.string({env: 'EXOSTREAM_NAME'}),
    needy: Flags.boolean({dependsOn: ['name']}),
    'data-dir': dataDir,
    seed,
  }

  async run() {
    const {args, flags} = await this.parse(Probe)
    const interrupted = new ExostreamError('EXO_INTERRUPTED', 'Interrupted by SIGINT')
    if (flags.how === 'aborted') throw new DOMException('aborted', 'AbortError')
    if (flags.how === 'exit') this.exit(1)
    if (flags.how === 'bug') throw new TypeError('x is not a function', {cause: interrupted})
    if (flags.how === 'port') {
      throw new ExostreamError('EXO_PORT_IN_USE', 'Port 1 is in use', {cause: new Error('EACCES')})
    }
    this.output.answer(`url ${args.url ?? 'none'}, port ${String(flags.port)}`)
    return {port: flags.port ?? null, dataDir: flags['data-dir']}
  }
}

function probe(...argv: string[]) {
  return captureOutput(() => Probe.run(argv, root))
}

afterEach(() => {
  process.exitCode = undefined
  vi.unstubAllEnvs()
})

test('without --json a command answers in words', async () => {
  const {stdout, error} = await probe('ws://127.0.0.1:5000/media', '--port', '5')

  expect(error).toBeUndefined()
  expect(stdout).toBe('url ws://127.0.0.1:5000/media, port 5\n')
})

test('with --json stdout is the result and nothing else', async () => {
  const {stdout} = await probe('--json')

  expect(JSON.parse(stdout)).toEqual({port: null, dataDir: '.exostream'})
})

test('EXOSTREAM_JSON asks for the same as --json', async () => {
  vi.stubEnv('EXOSTREAM_JSON', 'true')

  const {stdout} = await probe()

  expect(JSON.parse(stdout)).toEqual({port: null, dataDir: '.exostream'})
})

test.for([
  [['--how', 'port'], 3, 'EXO_PORT_IN_USE', 'Port 1 is in use'],
  [['--how', 'bug'], 70, 'EXO_BUG', 'exostream failed: x is not a function'],
  [['--prot', '5'], 2, 'EXO_USAGE', 'Nonexistent flag: --prot (did you mean --port?)'],
  [['--frobnicate'], 2, 'EXO_USAGE', 'Nonexistent flag: --frobnicate'],
  [['--port'], 2, 'EXO_USAGE', 'Flag --port expects a value'],
  [['--port', 'abc'], 2, 'EXO_USAGE', '--port must be a whole number from 0 to 65535, not "abc"'],
  [['--seed', '-1'], 2, 'EXO_USAGE', '--seed must be a whole number from 0 on, not "-1"'],
  [['--how', 'x'], 2, 'EXO_USAGE', 'Expected --how=x to be one of: port, bug, exit, aborted'],
  [['--needy'], 2, 'EXO_USAGE', 'All of the following must be provided when using --needy: --name'],
  [['ws://a/b', 'more'], 2, 'EXO_USAGE', 'Unexpected argument: more'],
  [['--how', 'aborted'], 70, 'EXO_BUG', 'exostream failed: aborted'],
] as const)(
  '%j fails with its own exit code, with --json and without',
  async ([argv, exit, code, message]) => {
    const text = await probe(...argv)
    const json = await probe(...argv, '--json')

    expect(text.stdout).toBe('')
    expect(text.error).toBeInstanceOf(FailureError)
    expect(text.error).toMatchObject({message, code, oclif: {exit}})
    expect(JSON.parse(json.stdout)).toEqual({
      error: {code, message, hint: expect.any(String) as string},
    })
    expect(json.error).toMatchObject({oclif: {exit}})
    expect(process.exitCode).toBe(exit)
  },
)

test('a mistake in a variable is told by the name of the variable', async () => {
  vi.stubEnv('EXOSTREAM_PORT', '70000')

  const {error} = await probe()

  expect(error?.message).toBe('EXOSTREAM_PORT must be a whole number from 0 to 65535, not "70000"')
})

test('the hint of a mistake in a flag is the help of that command', async () => {
  const {error} = await probe('--prot', '5')

  expect(error).toMatchObject({
    suggestions: ['Run "exostream probe --help" for its arguments and flags.'],
  })
})

test('a command that ends itself with a code prints no error', async () => {
  const {stdout, error} = await probe('--how', 'exit', '--json')

  expect(stdout).toBe('')
  expect(error).toMatchObject({oclif: {exit: 1}})
})
