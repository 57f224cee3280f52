import {once} from 'node:events'
import type {AddressInfo} from 'node:net'

import {expect, onTestFinished, test} from 'vitest'
import {WebSocketServer} from 'ws'

import {systemClock} from '../../../src/clock.js'
import {Calls} from '../../../src/simulate/conformance/calls.js'
import type {Verdict} from '../../../src/simulate/conformance/trial.js'
import {receiveLoop} from '../../../src/simulate/conformance/trials/receive-loop.js'
import {overWebSocket} from '../../../src/stream/socket.js'
import {blockingBot} from '../../rig/blocking-bot.js'
import {soundProcess} from '../../rig/bot-process.js'
import {conformancePlan} from '../../rig/conformance-run.js'

/** Two calls of a greeting and two answers each, in real time. */
const LONG_MS = 90_000

async function tried(url: string): Promise<Verdict> {
  const world = {clock: systemClock, signal: new AbortController().signal}
  const calls = new Calls(conformancePlan(url), world, 1)
  calls.expectGreeting(100)
  return receiveLoop.run(calls)
}

async function botInAThread(busyMs: number): Promise<string> {
  const bot = await blockingBot(busyMs)
  onTestFinished(async () => {
    await bot.close()
  })
  return bot.url
}

test(
  'a bot that blocks its loop for 300 ms a chunk is warned, with how far it reads behind',
  {timeout: LONG_MS},
  async () => {
    const verdict = await tried(await botInAThread(300))

    expect(verdict.status).toBe('warn')
    const [, behindMs] = /^It reads (\d+) ms behind: a ping took/.exec(verdict.detail ?? '') ?? []
    expect(Number(behindMs)).toBeGreaterThan(200)
  },
)

test('the same bot keeps the rule when it does not block', {timeout: LONG_MS}, async () => {
  const verdict = await tried(await botInAThread(0))

  expect(verdict.status).toBe('pass')
  expect(verdict.tried).toMatch(/^Pinged \d+ times in a call, \d+ of them while the bot spoke\.$/)
})

test('a bot that answers no ping is not judged', {timeout: LONG_MS}, async () => {
  const server = new WebSocketServer({host: '127.0.0.1', port: 0, autoPong: false})
  const bot = soundProcess({answerMs: 50, hz: 260, speechMs: 4000})
  server.on('connection', (ws) => {
    bot(overWebSocket(ws), systemClock)
  })
  onTestFinished(() => {
    for (const ws of server.clients) ws.terminate()
    server.close()
  })
  await once(server, 'listening')
  // A listening TCP server has an address with a port.
  const {port} = server.address() as AddressInfo

  const verdict = await tried(`ws://127.0.0.1:${String(port)}/media`)

  expect(verdict.status).toBe('not-tried')
  expect(verdict.tried).toMatch(/^The bot answered none of \d+ pings\.$/)
})
