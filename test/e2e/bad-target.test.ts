import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {beforeAll, describe, expect, test} from 'vitest'

import type {RunReport} from '../../src/report/report.js'
import {
  closedPort,
  type Endpoint,
  rubbish,
  tcpServer,
  webPage,
  webSocket,
} from '../rig/bad-endpoints.js'
import {onlyCall, onlyCallFolder, readJournal, readReport} from '../rig/kept-call.js'
import {emptyFolder, type Ended, runCli} from '../rig/run-cli.js'

const scenarios = emptyFolder()
const short = join(scenarios, 'short.yaml')
const asking = join(scenarios, 'asking.yaml')

beforeAll(async () => {
  const head = 'version: 1\nname: short\nsteps:\n'
  await writeFile(short, `${head}  - wait: {ms: 500}\n  - hangUp: stop\n`)
  await writeFile(
    asking,
    `${head}  - digits: '1'\n    expect: respond\n    withinMs: 200\n  - hangUp: stop\n`,
  )
})

type Refusing = {
  readonly open: () => Promise<Endpoint>
  readonly code: string
  readonly says: RegExp
}

const refusing: Readonly<Record<string, Refusing>> = {
  'nothing listens there': {
    open: closedPort,
    code: 'EXO_DIAL_REFUSED',
    says: /^Nothing accepts connections at 127\.0\.0\.1:\d+\.$/,
  },
  'the path is wrong': {
    open: () => webPage(404, '<h1>Not Found</h1>'),
    code: 'EXO_UPGRADE_REFUSED',
    says: /answered 404 instead of opening a WebSocket\.$/,
  },
  'credentials are missing': {
    open: () => webPage(401, 'who are you'),
    code: 'EXO_UNAUTHORIZED',
    says: /answered 401 \(who are you\) and the URL has no credentials\.$/,
  },
  'it is a web page': {
    open: () => webPage(200, '<h1>It works</h1>'),
    code: 'EXO_NOT_WEBSOCKET',
    says: /answered 200 like a web page instead of opening a WebSocket\.$/,
  },
  'it is an SSH server': {
    open: () => tcpServer('SSH-2.0-OpenSSH_9.2p1\r\n'),
    code: 'EXO_NOT_WEBSOCKET',
    says: /^What answers at 127\.0\.0\.1:\d+ does not speak WebSocket: .+\.$/,
  },
  'it never answers': {
    open: () => tcpServer(),
    code: 'EXO_DIAL_TIMEOUT',
    says: /did not open the WebSocket within 10 s\.$/,
  },
}

describe.concurrent('a call that cannot be opened is a report with exit 3', () => {
  test.each(Object.entries(refusing))('%s', async (_, {open, code, says}) => {
    const {url} = await open()

    const {asText, asJson, report} = await callTwice([url, '--scenario', short])

    expect([asText.exit, asJson.exit]).toEqual([3, 3])
    expect(report).toMatchObject({verdict: 'fail', target: {kind: 'url', url}})
    const {outcome, failure, closing} = onlyCall(report)
    expect({outcome, closing}).toEqual({outcome: 'failed', closing: undefined})
    expect(failure?.code).toBe(code)
    expect(failure?.message).toMatch(says)
    expect(failure?.hint).toMatch(/^[A-Z].*\.$/)
    expect(failure?.exotelError).toMatch(/^3009 failed to establish ws conn /)
    expect(asText.stdout).toContain(`Code: ${code}\n`)
    expect(asText.stdout).toMatch(
      new RegExp(`^fail: 1 call failed; first cause: ${code}, .+\n$`, 'm'),
    )
  })
})

type Disappointing = {
  readonly open: () => Promise<Endpoint>
  readonly scenario: string
  readonly outcome: string
  readonly says: RegExp
}

const disappointing: Readonly<Record<string, Disappointing>> = {
  'it closes at once': {
    open: () =>
      webSocket((ws) => {
        ws.close(1011, 'no model')
      }),
    scenario: asking,
    outcome: 'failed',
    says: /The bot closed the stream with 1011 at \d\.\d s; 1 of 2 steps were left\./,
  },
  'it drops the connection at once': {
    open: () =>
      webSocket((ws) => {
        ws.terminate()
      }),
    scenario: asking,
    outcome: 'failed',
    says: /The connection broke at \d\.\d s without a close frame; 1 of 2 steps were left\./,
  },
  'it sends rubbish': {
    open: rubbish,
    scenario: short,
    outcome: 'completed',
    says: /^fail: 3 error findings; most likely cause: [a-z0-9-]+\n$/m,
  },
  'it says nothing': {
    open: () => webSocket(() => undefined),
    scenario: asking,
    outcome: 'completed',
    says: /^fail: 1 expectation not met; most likely cause: nothing-sent\n$/m,
  },
}

describe.concurrent('a call that was opened and went wrong is a report with exit 1', () => {
  test.each(Object.entries(disappointing))('%s', async (_, {open, scenario, outcome, says}) => {
    const {url} = await open()

    const {asText, asJson, report} = await callTwice([url, '--scenario', scenario])

    expect([asText.exit, asJson.exit]).toEqual([1, 1])
    expect(report.verdict).toBe('fail')
    expect(onlyCall(report).outcome).toBe(outcome)
    expect(asText.stdout.replaceAll(/\n +/g, ' ')).toMatch(says)
  })

  test('each kind of rubbish is a finding with its fix', async () => {
    const {url} = await rubbish()
    const cwd = emptyFolder()

    await runCli(['simulate', url, '--scenario', short], {cwd})

    const {findings} = onlyCall(await readReport(await onlyCallFolder(cwd)))
    expect(findings.map(({rule, severity}) => `${severity} ${rule}`)).toEqual(
      expect.arrayContaining([
        'error message-not-an-event',
        'error payload-not-base64',
        'error chunk-not-multiple-of-320',
        'warning binary-message',
      ]),
    )
    expect(findings.every(({fix}) => fix !== '')).toBe(true)
  })

  test('a bot module that throws is named, with its own words', async () => {
    const cwd = emptyFolder()
    await writeFile(
      join(cwd, 'bot.mjs'),
      'export default async () => { throw new Error("no model") }',
    )

    const {asText, asJson, report} = await callTwice(
      ['--bot', './bot.mjs', '--scenario', asking],
      cwd,
    )

    expect([asText.exit, asJson.exit]).toEqual([1, 1])
    const {failure} = onlyCall(report)
    expect(failure?.code).toBe('EXO_BOT_THREW')
    expect(failure?.message).toMatch(/^The bot threw Error: no model \(at .*bot\.mjs:1:\d+\)\)?\.$/)
    expect(asText.stdout).toMatch(/^fail: .*first cause: EXO_BOT_THREW, The bot threw /m)
  })
})

describe.concurrent('credentials of a URL', () => {
  const secret = 'K3Y-T0K3N'
  const kept = (text: string) =>
    [secret, Buffer.from(`me:${secret}`).toString('base64')].filter((word) => text.includes(word))

  test('are sent to the bot as Basic, and appear nowhere else', async () => {
    const {url, authorizations} = await webSocket(() => undefined)
    const cwd = emptyFolder()

    const ended = await runCli(
      ['simulate', url.replace('ws://', `ws://me:${secret}@`), '--scenario', short, '--json'],
      {cwd},
    )

    expect(authorizations).toEqual([`Basic ${Buffer.from(`me:${secret}`).toString('base64')}`])
    expect(ended.exit).toBe(0)
    const folder = await onlyCallFolder(cwd)
    const files = await Promise.all(
      ['report.json', 'journal.ndjson'].map((name) => readFile(join(folder, name), 'utf8')),
    )
    expect([ended.stdout, ended.stderr, ...files].flatMap(kept)).toEqual([])
    expect(await readJournal(folder)).not.toEqual([])
  })

  test.each([
    ['of an endpoint that refuses them', async () => (await webPage(401, 'no')).url, 3],
    ['of a port that is closed', async () => (await closedPort()).url, 3],
    ['of another scheme', async () => 'ftp://127.0.0.1/media', 2],
    [
      'of a dynamic URL that nobody answers',
      async () => (await closedPort()).url.replace('ws', 'http'),
      3,
    ],
    ['of a URL with a port that is none', async () => 'ws://127.0.0.1:port/media', 2],
  ])('do not appear: %s', async (_, open, exit) => {
    const url = (await open()).replace('://', `://me:${secret}@`)

    const {asText, asJson} = await callTwice([url, '--scenario', short])

    expect([asText.exit, asJson.exit]).toEqual([exit, exit])
    expect([asText, asJson].flatMap(({stdout, stderr}) => kept(stdout + stderr))).toEqual([])
  })

  test.each([
    ['a second URL', ['simulate', 'ws://127.0.0.1:1/', `ws://me:${secret}@127.0.0.1/`]],
    ['a command that takes none', ['serve', `ws://me:${secret}@127.0.0.1/`]],
    ['a URL without a command', [`ws://me:${secret}@127.0.0.1/`]],
    ['a flag that does not exist', ['simulate', '--ur', `ws://me:${secret}@127.0.0.1/`]],
    ['a number', ['simulate', '--seed', `ws://me:${secret}@127.0.0.1/`]],
    ['a scenario', ['simulate', '--bot', 'sink', '-s', `ws://me:${secret}@127.0.0.1/`]],
    ['a bot', ['simulate', '--bot', `ws://me:${secret}@127.0.0.1/`]],
  ])('do not appear where the URL is in the wrong place: %s', async (_, args) => {
    const {exit, stdout, stderr} = await runCli(args)

    expect(exit).toBe(2)
    expect(kept(stdout + stderr)).toEqual([])
  })
})

type Twice = {readonly asText: Ended; readonly asJson: Ended; readonly report: RunReport}

/** The same call for a person and for a program, side by side. */
async function callTwice(args: readonly string[], cwd = emptyFolder()): Promise<Twice> {
  const [asText, asJson] = await Promise.all([
    runCli(['simulate', ...args], {cwd}),
    runCli(['simulate', ...args, '--json'], {cwd}),
  ])
  return {asText, asJson, report: JSON.parse(asJson.stdout) as RunReport}
}
