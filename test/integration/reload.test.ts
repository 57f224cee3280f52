import {once} from 'node:events'
import {mkdtemp, rm, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, expect, test} from 'vitest'
import {WebSocket} from 'ws'

import {systemClock} from '../../src/clock.js'
import {resolveBot} from '../../src/serve/bots/index.js'
import {opensBot} from '../../src/serve/open-stream.js'
import {startServer, type StreamServer} from '../../src/serve/server.js'
import {callerSays, keepingLogger} from '../unit/stream/bot/bot-rig.js'

let folder = ''
let path = ''
let server: StreamServer | undefined
const {log, lines} = keepingLogger()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-reload-'))
  path = join(folder, 'my-bot.mjs')
})

afterEach(async () => {
  await server?.close()
  await rm(folder, {recursive: true})
})

let written = 1000

/** A bot that says this mark to each digit. */
async function writeBot(mark: string, before = ''): Promise<void> {
  await writeFile(
    path,
    `${before}
    export default async (call) => {
      for await (const event of call.events) if (event.type === 'dtmf') call.mark('${mark}')
    }`,
  )
  written += 1
  await utimes(path, written, written)
}

async function serve(): Promise<void> {
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    open: opensBot(await resolveBot(path, {reload: true}), {clock: systemClock}),
    botName: path,
    clock: systemClock,
    log,
    version: '0',
  })
}

type Call = {ask(): Promise<unknown>; close(): void}

async function call(): Promise<Call> {
  const ws = new WebSocket(server?.url('/media') ?? '')
  await once(ws, 'open')
  ws.send(JSON.stringify(callerSays.start()))
  return {
    async ask() {
      ws.send(JSON.stringify(callerSays.dtmf('1')))
      const [data] = (await once(ws, 'message')) as [Buffer]
      return JSON.parse(data.toString('utf8')) as unknown
    },
    close() {
      ws.terminate()
    },
  }
}

const says = (name: string) => expect.objectContaining({mark: {name}}) as unknown

test('a call keeps the bot it began with, and the next takes the changed file', async () => {
  await writeBot('one')
  await serve()

  const first = await call()
  const before = await first.ask()
  await writeBot('two')
  const second = await call()

  expect([before, await second.ask(), await first.ask()]).toEqual([
    says('one'),
    says('two'),
    says('one'),
  ])
  first.close()
  second.close()
})

test('a broken change loses no call, and is told once with its line', async () => {
  await writeBot('one')
  await serve()
  await writeBot('two', 'throw new Error("half written")\n')

  const answers: unknown[] = []
  for (let index = 0; index < 2; index += 1) {
    const each = await call()
    answers.push(await each.ask())
    each.close()
  }

  expect(answers).toEqual([says('one'), says('one')])
  const errors = lines.filter(({level}) => level === 'error')
  expect(errors).toHaveLength(1)
  expect(String(errors[0]?.values['err'])).toContain('at line 1: half written')
})
