import {once} from 'node:events'
import {mkdir, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {join} from 'node:path'

import {beforeAll, describe, expect, test} from 'vitest'

import type {FailureDocument} from '../../src/cli/failure.js'
import {emptyFolder, root, runCli} from '../rig/run-cli.js'

const folder = emptyFolder()
const bad = join(root, 'fixtures/scenarios/bad')
const audio = join(root, 'fixtures/audio')
const taken = createServer()
let takenPort = ''

beforeAll(async () => {
  const files = {
    'a-file': 'no folder',
    'short.yaml': 'version: 1\nname: short\nsteps:\n  - wait: {ms: 40}\n',
    'no-default.mjs': 'export const bot = async () => {}\n',
    'text.mjs': 'export default "echo"\n',
    'throws.mjs': 'throw new Error("no API key")\n',
    'cut.mjs': 'export default async (call) => {\n',
    'wants.mjs': 'import "no-such-x"\n',
    'empty/nothing.txt': '',
  }
  await mkdir(join(folder, 'empty'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  taken.listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  takenPort = typeof address === 'object' && address ? String(address.port) : ''
  return () => taken.close()
})

type Failing = {
  readonly args: readonly string[]
  readonly code: string
  readonly says: string | RegExp
  readonly exit?: number
}

const short = ['simulate', '--bot', 'sink', '--scenario', 'short.yaml']

const failing: Readonly<Record<string, Failing>> = {
  'a command that does not exist': {
    args: ['simluate'],
    code: 'EXO_USAGE',
    says: '"simluate" is not a command of exostream (did you mean "simulate"?)',
  },
  'an argument for a command that takes none': {
    args: ['serve', 'ws://KEY:TOKEN@127.0.0.1/media'],
    code: 'EXO_USAGE',
    says: '"serve" takes flags only, no arguments',
  },
  'a flag that does not exist': {
    args: ['simulate', '--scenari', 'sales'],
    code: 'EXO_USAGE',
    says: 'Nonexistent flag: --scenari (did you mean --scenario?)',
  },
  'a flag without its value': {
    args: ['simulate', '--scenario'],
    code: 'EXO_USAGE',
    says: 'Flag --scenario expects a value',
  },
  'two URLs': {
    args: ['simulate', 'ws://127.0.0.1:1/', 'ws://127.0.0.1:2/'],
    code: 'EXO_USAGE',
    says: 'Unexpected argument: ws://127.0.0.1:2/',
  },
  'a URL and --bot': {
    args: ['simulate', 'ws://127.0.0.1:1/', '--bot', 'echo'],
    code: 'EXO_USAGE',
    says: 'A URL and --bot were both given; the call can go to one of them.',
  },
  'a scenario and --say': {
    args: ['simulate', '--scenario', 'basic', '--say', join(audio, 'hello.wav')],
    code: 'EXO_USAGE',
    says: /--say/,
  },
  'a port beyond the last': {
    args: ['serve', '--port', '99999'],
    code: 'EXO_USAGE',
    says: '--port must be a whole number from 0 to 65535, not "99999"',
  },
  'a port that is a word': {
    args: ['serve', '--port', 'abc'],
    code: 'EXO_USAGE',
    says: '--port must be a whole number from 0 to 65535, not "abc"',
  },
  'a profile that does not exist': {
    args: ['simulate', '--profile', '44k'],
    code: 'EXO_USAGE',
    says: /--profile/,
  },
  'two profiles that contradict each other': {
    args: ['simulate', '--bot', 'sink', '--profile', '16k', '--profile', '24k'],
    code: 'EXO_USAGE',
    says: /profiles 16k and 24k both change/,
  },
  'a URL of another kind': {
    args: ['simulate', 'ftp://127.0.0.1:1/media'],
    code: 'EXO_URL_INVALID',
    says: '"ftp://127.0.0.1:1/media" is not a ws:// or wss:// URL.',
  },
  'a URL without a host': {
    args: ['simulate', 'ws://'],
    code: 'EXO_URL_INVALID',
    says: '"ws://" is not a ws:// or wss:// URL.',
  },
  'a URL that is none': {
    args: ['simulate', 'my bot'],
    code: 'EXO_URL_INVALID',
    says: '"my bot" is not a ws:// or wss:// URL.',
  },
  'a scenario that is not there': {
    args: ['simulate', '--bot', 'sink', '--scenario', 'missing.yaml'],
    code: 'EXO_SCENARIO_NOT_FOUND',
    says: 'There is no scenario or file "missing.yaml"; built in are backchannel, basic, dtmf, emi, hang-ups, hindi, interrupt, noisy-street, objection, sales, silence.',
  },
  'a scenario that is not YAML': {
    args: ['simulate', '--bot', 'sink', '--scenario', join(bad, 'not-yaml.yaml')],
    code: 'EXO_SCENARIO_INVALID',
    says: `${bad}/not-yaml.yaml:4:1 expected valid YAML: missing closing "quote`,
  },
  'a step that does not exist': {
    args: ['simulate', '--bot', 'sink', '--scenario', join(bad, 'unknown-step.yaml')],
    code: 'EXO_SCENARIO_INVALID',
    says: `${bad}/unknown-step.yaml:6:5 steps[1]: expected a step that begins with`,
  },
  'a scenario with a WAV that is not there': {
    args: ['simulate', '--bot', 'sink', '--scenario', join(bad, 'wav-missing.yaml')],
    code: 'EXO_AUDIO_UNREADABLE',
    says: `${audio}/no-such-line.wav does not exist`,
  },
  'a scenario with a WAV that is an MP3': {
    args: ['simulate', '--bot', 'sink', '--scenario', join(bad, 'wav-is-mp3.yaml')],
    code: 'EXO_AUDIO_UNREADABLE',
    says: `${bad}/an-mp3.wav is an MP3, not a WAV`,
  },
  'a WAV to say that is not there': {
    args: ['simulate', '--bot', 'sink', '--say', 'missing.wav'],
    code: 'EXO_AUDIO_UNREADABLE',
    says: /missing\.wav does not exist/,
  },
  'a bot that is not built in': {
    args: ['simulate', '--bot', 'parrot'],
    code: 'EXO_BOT_INVALID',
    says: 'There is no bot parrot; built in are playback, echo, converse, sink, relay.',
  },
  'a bot module that is not there': {
    args: ['simulate', '--bot', 'missing.js'],
    code: 'EXO_BOT_INVALID',
    says: 'There is no bot missing.js: the file cannot be found.',
  },
  'the same for serve': {
    args: ['serve', '--port', '0', '--bot', 'missing.js'],
    code: 'EXO_BOT_INVALID',
    says: 'There is no bot missing.js: the file cannot be found.',
  },
  'a bot module without a default export': {
    args: ['simulate', '--bot', './no-default.mjs'],
    code: 'EXO_BOT_INVALID',
    says: 'The bot ./no-default.mjs has no default export.',
  },
  'a bot module whose default export is no function': {
    args: ['simulate', '--bot', './text.mjs'],
    code: 'EXO_BOT_INVALID',
    says: 'The default export of the bot ./text.mjs is a string, not a function.',
  },
  'a bot module that throws while it is loaded': {
    args: ['simulate', '--bot', './throws.mjs'],
    code: 'EXO_BOT_NOT_LOADED',
    says: 'The bot ./throws.mjs threw while it was loaded, at line 1: no API key',
  },
  'a bot module that is cut short': {
    args: ['simulate', '--bot', './cut.mjs'],
    code: 'EXO_BOT_NOT_LOADED',
    says: 'The bot ./cut.mjs has a syntax error: line 2: Unexpected end of input.',
  },
  'a bot module that wants a package that is not there': {
    args: ['serve', '--port', '0', '--bot', './wants.mjs'],
    code: 'EXO_BOT_NOT_LOADED',
    says: /^The bot \.\/wants\.mjs threw while it was loaded: Cannot find package 'no-such-x'/,
  },
  'a template that is not there': {
    args: ['serve', '--port', '0', '--template', './missing'],
    code: 'EXO_TEMPLATE_NOT_FOUND',
    says: 'There is no template "./missing", neither a built-in one nor a folder.',
  },
  'a template folder without a template': {
    args: ['simulate', '--bot', 'playback', '--template', './empty'],
    code: 'EXO_TEMPLATE_NOT_FOUND',
    says: /template\.yaml/,
  },
  'a template for a bot that plays none': {
    args: ['simulate', '--bot', 'echo', '--template', 'sales'],
    code: 'EXO_USAGE',
    says: 'A template is for the playback bot, and the bot asked for is echo.',
  },
  'an --out below a file': {
    args: [...short, '--out', 'a-file/below'],
    code: 'EXO_DATA_DIR',
    says: 'The folder a-file/below could not be made.',
    exit: 3,
  },
  'a data folder that is a file': {
    args: [...short, '--data-dir', 'a-file'],
    code: 'EXO_DATA_DIR',
    says: 'The data folder a-file cannot be used.',
    exit: 3,
  },
  'the same data folder for serve': {
    args: ['serve', '--port', '0', '--data-dir', 'a-file'],
    code: 'EXO_DATA_DIR',
    says: 'The data folder a-file cannot be used.',
    exit: 3,
  },
}

describe('one sentence, a hint and the exit code, as text and as data', () => {
  test.each(Object.entries(failing))('%s', async (_, {args, code, says, exit = 2}) => {
    await expectFailure(args, {code, says, exit})
  })

  test('a port that is taken', async () => {
    await expectFailure(['serve', '--host', '127.0.0.1', '--port', takenPort], {
      code: 'EXO_PORT_IN_USE',
      says: `Port ${takenPort} on 127.0.0.1 is taken.`,
      exit: 3,
    })
  })
})

async function expectFailure(
  args: readonly string[],
  {code, says, exit}: Required<Omit<Failing, 'args'>>,
): Promise<void> {
  const [asText, asJson] = await Promise.all([
    runCli(args, {cwd: folder}),
    runCli([...args, '--json'], {cwd: folder}),
  ])

  const document = JSON.parse(asJson.stdout) as FailureDocument
  const {error} = document
  expect(Object.keys(document)).toEqual(['error'])
  expect(error.code).toBe(code)
  expect(error.message).toMatch(says)
  expect(error.hint).toMatch(/^[A-Z].*\.$/)
  expect(asText.stdout).toBe('')
  expect(asText.stderr).toContain(`Error: ${error.message}\n  Code: ${code}\n  Try this: `)
  expect([asText.exit, asJson.exit]).toEqual([exit, exit])
}
