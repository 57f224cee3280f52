import {once} from 'node:events'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {beforeAll, describe, expect, test} from 'vitest'
import {WebSocket} from 'ws'

import type {RunReport} from '../../src/report/report.js'
import {onlyCall, onlyCallFolder, readReport} from '../rig/kept-call.js'
import {emptyFolder, runCli, startCli} from '../rig/run-cli.js'

const folder = emptyFolder()
const short = join(folder, 'short.yaml')

const LISTEN = 'for await (const event of call.events) void event'

/** What each bot does when its call begins, before it listens. */
const bots = {
  timer: 'setTimeout(() => { throw new Error("no model") }, 20)',
  promise: 'void (async () => { await call.sleep(20); throw new Error("no model") })()',
  words: 'void Promise.reject("no model")',
  misuse: 'setTimeout(() => call.play("no samples"), 20)',
  goesOn:
    'setTimeout(() => { throw new Error("no model") }, 20); setTimeout(() => call.mark("on"), 40)',
  sleeper: 'void call.sleep(600_000).then(() => call.mark("late"))',
}

const pathOf = (bot: keyof typeof bots) => join(folder, `${bot}.mjs`)

beforeAll(async () => {
  await writeFile(short, 'version: 1\nname: short\nsteps:\n  - wait: {ms: 500}\n')
  for (const [name, act] of Object.entries(bots)) {
    const text = `export default async (call) => {\n  ${act}\n  ${LISTEN}\n}\n`
    await writeFile(join(folder, `${name}.mjs`), text)
  }
})

describe.concurrent('what a bot throws outside its own function', () => {
  test.each([
    ['in a timer', 'timer', /^The bot threw Error: no model \(at .*timer\.mjs:2:\d+\)\)?, in a /],
    [
      'in a promise',
      'promise',
      /^The bot threw Error: no model \(at .*promise\.mjs:2:\d+\)?, in a /,
    ],
    [
      'as words',
      'words',
      /^The bot threw no model, in a timer, a listener or a promise that it did not await\.$/,
    ],
    [
      'by misuse',
      'misuse',
      /^The bot threw TypeError: .* \(at .*misuse\.mjs:2:\d+\)\)?, in a timer/,
    ],
  ] as const)(
    '%s fails its call, which goes on to its end and is reported',
    async (_, bot, says) => {
      const cwd = emptyFolder()

      const {exit, stdout} = await runCli(
        ['simulate', '--bot', pathOf(bot), '--scenario', short, '--json'],
        {cwd},
      )

      expect(exit).toBe(1)
      const report = JSON.parse(stdout) as RunReport
      const {outcome, failure, durationMs, closing} = onlyCall(report)
      expect({verdict: report.verdict, outcome}).toEqual({verdict: 'fail', outcome: 'failed'})
      expect(report.summary).toMatchObject({calls: 1, passed: 0, failed: 1})
      expect(failure).toMatchObject({
        code: 'EXO_BOT_THREW',
        message: expect.stringMatching(says) as unknown,
      })
      expect(closing).toMatchObject({by: 'caller'})
      expect(durationMs).toBeGreaterThan(400)
      const kept = await readReport(await onlyCallFolder(cwd))
      expect({...kept, calls: []}).toEqual({...report, calls: []})
      expect({...onlyCall(kept), artifacts: {}}).toEqual({...onlyCall(report), artifacts: {}})
    },
  )

  test('is no failure when it only waited for a call that has ended', async () => {
    const {exit, stdout} = await runCli(
      ['simulate', '--bot', pathOf('sleeper'), '--scenario', short, '--json'],
      {cwd: emptyFolder()},
    )

    expect(exit).toBe(0)
    expect((JSON.parse(stdout) as RunReport).verdict).toBe('pass')
  })

  test('is an error in the log of serve, whose streams go on', async () => {
    const args = [
      'serve',
      '--bot',
      pathOf('goesOn'),
      '--port',
      '0',
      '--host',
      '127.0.0.1',
      '--json',
    ]
    const serving = startCli(args, {cwd: emptyFolder()})
    const said = await serving.said(/"listening"/)
    const url = /ws:\/\/127\.0\.0\.1:\d+\/media/.exec(said)?.[0] ?? ''

    const heard = await Promise.all([firstMessage(url), firstMessage(url)])
    serving.kill('SIGINT')
    const {exit, stderr} = await serving.ended

    expect(heard).toEqual([expect.stringContaining('"on"'), expect.stringContaining('"on"')])
    expect(exit).toBe(0)
    expect(linesOf(stderr)).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: 'a bot threw outside its own function',
        values: expect.objectContaining({
          err: expect.objectContaining({message: 'no model'}) as unknown,
        }) as unknown,
      }),
    )
  })
})

/** Of the bot, in a call of its own that stays open. */
async function firstMessage(url: string): Promise<string> {
  const ws = new WebSocket(url)
  await once(ws, 'open')
  ws.send('{"event":"start","stream_sid":"s1","start":{"stream_sid":"s1"}}')
  const [message] = (await once(ws, 'message')) as [Buffer]
  return message.toString('utf8')
}

const linesOf = (log: string) =>
  log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
