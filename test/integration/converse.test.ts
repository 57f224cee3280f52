import {afterEach, describe, expect, test} from 'vitest'

import {tone} from '../../src/audio/tone.js'
import {systemClock, virtualClock} from '../../src/clock.js'
import {silentLogger} from '../../src/log.js'
import type {StreamEvent} from '../../src/protocol/events.js'
import {type ProfileId, profiles} from '../../src/protocol/profiles.js'
import {resolveBot} from '../../src/serve/bots/index.js'
import {opensBot} from '../../src/serve/open-stream.js'
import {startServer, type StreamServer} from '../../src/serve/server.js'
import {makePlan} from '../../src/simulate/plan.js'
import {runPlan} from '../../src/simulate/run.js'
import {BotEnd} from '../../src/stream/bot/bot-end.js'
import {dial} from '../../src/stream/exotel/dial.js'
import {parseStreamUrl} from '../../src/stream/exotel/stream-url.js'
import {socketPair} from '../rig/socket-pair.js'
import {Caller} from '../unit/serve/caller.js'

let server: StreamServer | undefined

afterEach(() => server?.close())

async function callConverse(): Promise<Caller> {
  const bot = await resolveBot('converse', {silenceMs: 300, responseDelayMs: 50})
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    open: opensBot(bot, {clock: systemClock}),
    botName: 'converse',
    clock: systemClock,
    log: silentLogger,
    version: '0',
  })
  const {signal} = new AbortController()
  const url = parseStreamUrl(server.url('/media'))
  const {socket} = await dial(url, {clock: systemClock, signal})
  return new Caller(socket)
}

const rulesBroken = ({events}: {events: readonly StreamEvent[]}) =>
  events.flatMap((event) => (event.type === 'violation' ? [event.violation.rule] : []))

test('converse says a turn back, is interrupted, says the next back, and breaks no rule', async () => {
  const speech = tone({hz: 300, ms: 800, sampleRateHz: 8000})
  const caller = await callConverse()

  await caller.listen(200)
  await caller.say(speech)
  await caller.listenUntil((one) => one.heardAtMs.length > 0)
  const beganMs = caller.atMs
  await caller.say(speech.subarray(0, 3200))
  const stoppedMs = (caller.heardAtMs.at(-1) ?? 0) - beganMs
  await caller.listenUntil((one) => one.marks().includes('turn-2'))

  expect(stoppedMs).toBeLessThanOrEqual(340)
  expect(caller.marks()).toEqual(['turn-2'])
  expect(rulesBroken(caller)).toEqual([])
})

/** The errors that our own simulator finds with this bot in one call, in virtual time. */
async function errorsOf(name: string, profile: ProfileId): Promise<readonly string[]> {
  const bot = await resolveBot(name)
  const plan = await makePlan({
    target: {kind: 'bot', bot: name},
    url: 'ws://127.0.0.1/media',
    scenarios: ['basic'],
    profiles: [profile],
    clock: 'virtual',
    seed: 1,
  })
  const clock = virtualClock()
  const dialInMemory = () => {
    const [socket, other] = socketPair(clock)
    new BotEnd(other, {bot, clock, log: silentLogger})
    return Promise.resolve({socket, handshakeMs: 12, attempts: 1})
  }
  const {signal} = new AbortController()
  const world = {clock, signal, version: '1.2.3', dial: dialInMemory}
  const {report} = await clock.run(() => runPlan(plan, world))
  return report.calls.flatMap(({findings}) =>
    findings.flatMap(({severity, rule}) => (severity === 'error' ? [rule] : [])),
  )
}

describe('the simulator finds no error', () => {
  // A Stream applet only listens, and so may its bot.
  const ids = Object.values(profiles).map(({id, applet}) => [id as ProfileId, applet] as const)
  const calls = ids.flatMap(([profile, applet]) =>
    (applet === 'stream' ? ['sink'] : ['converse', 'echo']).map((bot) => ({bot, profile})),
  )

  test.each(calls)('with $bot in the profile $profile', async ({bot, profile}) => {
    expect(await errorsOf(bot, profile)).toEqual([])
  })
})
