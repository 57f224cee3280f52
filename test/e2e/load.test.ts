import {existsSync} from 'node:fs'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {beforeAll, describe, expect, test} from 'vitest'

import type {FailureDocument} from '../../src/cli/failure.js'
import {foundIn} from '../../src/report/kept-paths.js'
import type {RunReport} from '../../src/report/report.js'
import {webPage, webSocket} from '../rig/bad-endpoints.js'
import {readReport} from '../rig/kept-call.js'
import {onPty} from '../rig/pty.js'
import {emptyFolder, runCli, startCli} from '../rig/run-cli.js'

const folder = emptyFolder()
const short = join(folder, 'short.yaml')
const long = join(folder, 'long.yaml')
const people = join(folder, 'people.csv')

beforeAll(async () => {
  await writeFile(short, 'version: 1\nname: short\nsteps:\n  - wait: {ms: 1500}\n')
  await writeFile(long, 'version: 1\nname: long\nsteps:\n  - wait: {ms: 6000}\n')
  await writeFile(people, 'from,plan\n+919800000001,gold\n+919800000002,silver\n')
  await writeFile(join(folder, 'wrong.csv'), 'from,plan\n+919800000001,gold\n98000x,silver\n12\n')
})

async function echo() {
  const serving = startCli(['serve', '--port', '0', '--bot', 'echo', '--json'], {
    cwd: emptyFolder(),
  })
  const said = await serving.said(/"listening"/)
  return {
    url: /ws:\/\/127\.0\.0\.1:\d+\/media/.exec(said)?.[0] ?? '',
    async close() {
      serving.kill('SIGTERM')
      await serving.ended
    },
  }
}

describe.concurrent('a mistake is told in a sentence, before any call', () => {
  const url = 'ws://127.0.0.1:9/media'

  test.each([
    [
      ['--calls', '9', '--concurrency', '3', '--rate', '5'],
      'Give --concurrency or --rate, not both',
    ],
    [[], 'Say with --calls how many calls to make'],
    [['--duration', '9'], 'With --duration alone'],
    [['--calls', '0'], '--calls must be a whole number from 1 to 100000, not "0"'],
    [['--calls', '9', '--rate', 'fast'], '--rate must be calls a second'],
    [['--calls', '9', '--mix', 'sales=x'], '--mix must be scenarios with whole weights'],
    [['--calls', '9', '--mix', 'dtmf=1', '-s', 'emi'], 'Give --mix or --scenario, not both'],
    [['--calls', '9', '--shard', '5/4'], '--shard 5/4 is no part'],
    [['--calls', '9', '--find-knee'], 'leave out --calls'],
    [['--calls', '9', '-s', 'conformance'], 'is a run of its own'],
    [['--calls', '9', '--threshold', 'failed < few'], 'expected a threshold such as failed < 1 %'],
    [['--calls', '9', '--bot-pid', '4194304'], '4194304'],
    [['--calls', '9', '--bot', 'echo'], '--bot'],
  ])('%j', async (args, sentence) => {
    const {exit, stdout} = await runCli(['load', url, ...args, '--json'], {cwd: emptyFolder()})

    const {error} = JSON.parse(stdout) as FailureDocument
    expect({exit, code: error.code}).toEqual({exit: 2, code: 'EXO_USAGE'})
    expect(error.message).toContain(sentence)
    expect(error.message.trim()).not.toContain('\n')
  })

  test('in a file of callers every one, with its line', async () => {
    const args = ['load', url, '--calls', '9', '--data', 'wrong.csv', '--json']

    const {exit, stdout} = await runCli(args, {cwd: folder})

    const {error} = JSON.parse(stdout) as FailureDocument
    expect({exit, code: error.code}).toEqual({exit: 2, code: 'EXO_DATA_INVALID'})
    expect(error.message.split('\n')).toEqual([
      expect.stringMatching(/^wrong\.csv:3 column from: expected a telephone number/),
      expect.stringMatching(/^wrong\.csv:4 expected 2 cells/),
    ])
  })

  test('where no bot is named and none is served here', async () => {
    const {exit, stderr} = await runCli(['load', '--calls', '9'], {cwd: emptyFolder()})

    expect(exit).toBe(2)
    expect(stderr).toContain('EXO_NO_TARGET')
  })
})

describe('a load of twenty calls', () => {
  test('is reported as JSON, JUnit and a page, with a plain line each ten seconds', async () => {
    const bot = await echo()
    const [junit, html, out] = ['load.xml', 'load.html', 'kept'].map((name) => join(folder, name))
    const files = ['--junit', String(junit), '--html', String(html), '--out', String(out)]
    const what = [
      '--calls',
      '20',
      '--mix',
      `${long}=3,${short}=1`,
      '--data',
      people,
      '--workers',
      '2',
    ]

    const {stdout, stderr} = await runCli(['load', bot.url, ...what, ...files, '--json'])
    await bot.close()

    const report = JSON.parse(stdout) as RunReport
    expect(report.load).toMatchObject({
      planned: 20,
      opened: 20,
      workers: 2,
      callers: 2,
      mix: [
        {scenario: 'long', weight: 3},
        {scenario: 'short', weight: 1},
      ],
    })
    expect(report.calls.filter(({scenario}) => scenario === 'short')).toHaveLength(5)
    expect(new Set(report.calls.map(({from}) => from))).toEqual(
      new Set(['+********0001', '+********0002']),
    )
    // In the folder its files are named from there.
    expect(foundIn(String(out), await readReport(String(out)))).toEqual(report)
    expect(await readFile(String(junit), 'utf8')).toContain('<testsuite')
    expect(await readFile(String(html), 'utf8')).toContain('<html')
    expect(stderr).toMatch(
      /^Calling ws:.+ with 20 calls at once, ramp 0\.4 s, scenarios long x3, short x1, .*on 2 threads$/m,
    )
    expect(stderr).toMatch(/^0:1\d {2}\d+ calls? open {2}.+ of 20 finished {2}0 failed/m)
  })

  test('is shown on two live lines on a terminal, which are gone at the end', async () => {
    const bot = await echo()
    const args = ['load', bot.url, '--calls', '3', '-s', short]

    const {exit, seen} = await onPty(args, [], {
      cwd: emptyFolder(),
      columns: 80,
      env: {NO_COLOR: '1'},
    })
    await bot.close()

    expect([0, 3]).toContain(exit)
    expect(seen).toMatch(/0:0\d {2}\d calls? open {2}\d of 3 finished[^\n]+\r\n(response|sends) /)
    // On a busy machine the report says first that it was the limit.
    expect(seen.split('\r\u001b[K').at(-1)).toMatch(exit === 3 ? /^void: / : /^Called ws:/)
  })

  test('keeps its verdict when its JSON is not read to the end', async () => {
    const bot = await echo()
    const args = ['load', bot.url, '--calls', '20', '-s', short, '--json']
    const running = startCli(args, {cwd: emptyFolder()})

    running.stopReading()
    const {exit, stderr} = await running.ended
    await bot.close()

    expect([0, 3]).toContain(exit)
    expect(stderr).toMatch(/\nKept in .*\n$/)
  })

  test('that is interrupted hangs up, and still reports', async () => {
    let opened = 0
    let begun = (): void => undefined
    const several = new Promise<void>((resolve) => {
      begun = resolve
    })
    const bot = await webSocket(() => {
      opened += 1
      // The first call is made alone.
      if (opened === 5) begun()
    })
    const args = ['load', bot.url, '--calls', '20', '--ramp', '0', '-s', short, '--json']
    const running = startCli(args, {cwd: emptyFolder()})
    await several

    running.kill('SIGINT')
    const {exit, stdout} = await running.ended

    const report = JSON.parse(stdout) as RunReport
    expect({exit, interrupted: report.interrupted, verdict: report.verdict}).toEqual({
      exit: 130,
      interrupted: true,
      verdict: 'fail',
    })
    expect(report.calls.length).toBeGreaterThan(0)
  })
})

test('the parts of a plan, merged, are the whole plan', async () => {
  const bot = await echo()
  const cwd = emptyFolder()
  const part = (shard: string, out: string) =>
    runCli(['load', bot.url, '--calls', '7', '-s', short, '--shard', shard, '--out', out], {cwd})

  await Promise.all([part('1/2', 'one'), part('2/2', 'two')])
  await bot.close()
  const {stdout} = await runCli(['report', 'merge', 'one', 'two', '--json'], {cwd})

  const report = JSON.parse(stdout) as RunReport
  expect(report.calls.map(({index}) => index)).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(report.load).toMatchObject({planned: 7, opened: 7})
})

test('a bot that refuses all is the environment, and hears of one call only', async () => {
  const bot = await webPage(503, 'full')
  const cwd = emptyFolder()
  const url = bot.url.replace(/^http/, 'ws')

  const {exit, stdout, stderr} = await runCli(['load', url, '--calls', '20', '--json'], {cwd})

  const report = JSON.parse(stdout) as RunReport
  expect({exit, opened: report.load?.opened, calls: report.calls}).toEqual({
    exit: 3,
    opened: 0,
    calls: [],
  })
  expect(report.load?.calibration?.problem).toMatch(/503/)
  expect(stderr).toContain('so the run itself was not begun')
  expect(existsSync(join(cwd, '.exostream'))).toBe(true)
})
