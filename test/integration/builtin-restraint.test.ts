import {expect, test} from 'vitest'

import {virtualClock} from '../../src/clock.js'
import {silentLogger} from '../../src/log.js'
import type {CallReport} from '../../src/report/report.js'
import {callVerdict} from '../../src/report/verdict.js'
import {echo} from '../../src/serve/bots/echo.js'
import {playback} from '../../src/serve/bots/playback.js'
import {loadTemplate} from '../../src/serve/template.js'
import {makePlan} from '../../src/simulate/plan.js'
import {runPlan} from '../../src/simulate/run.js'
import {listScenarios} from '../../src/simulate/scenario/scenario-reader.js'
import type {Bot} from '../../src/stream/bot/bot.js'
import {BotEnd} from '../../src/stream/bot/bot-end.js'
import {silentBot} from '../rig/bots.js'
import {socketPair} from '../rig/socket-pair.js'

const bots: readonly (readonly [string, Bot])[] = [
  ['echo', echo()],
  ['silent', silentBot],
  ['playback', playback(await loadTemplate('sales'))],
]
const scenarios = (await listScenarios()).map(({name}) => name)

/** Every call of a built-in scenario with this bot, through the real engine in virtual time. */
async function callsOf(scenario: string, bot: Bot): Promise<readonly CallReport[]> {
  const plan = await makePlan({
    target: {kind: 'bot', bot: 'test'},
    url: 'ws://127.0.0.1/media',
    scenarios: [scenario],
    clock: 'virtual',
    seed: 1,
  })
  const clock = virtualClock()
  const dial = () => {
    const [socket, other] = socketPair(clock)
    new BotEnd(other, {bot, clock, log: silentLogger})
    return Promise.resolve({socket, handshakeMs: 12, attempts: 1})
  }
  const {signal} = new AbortController()
  const {report} = await clock.run(() => runPlan(plan, {clock, signal, version: '1.2.3', dial}))
  return report.calls
}

const isClean = (call: CallReport) =>
  callVerdict(call) === 'pass' && call.findings.every(({severity}) => severity === 'info')

const pairs = scenarios.flatMap((scenario) => bots.map(([name, bot]) => ({scenario, name, bot})))

test.each(pairs)(
  'a call of $scenario that the $name bot passes without a warning has no diagnosis',
  async ({scenario, bot}) => {
    const calls = await callsOf(scenario, bot)

    expect(calls.filter(isClean).flatMap(({diagnosis}) => diagnosis ?? [])).toEqual([])
  },
)

test.each(scenarios)('an echo in %s is never told that its audio is muted', async (scenario) => {
  const calls = await callsOf(scenario, echo())

  expect(calls.map(({diagnosis}) => diagnosis?.cause)).not.toContain('digital-silence')
})
