import {describe, expect, test} from 'vitest'

import {tone} from '../../src/audio/tone.js'
import {EnergyVad} from '../../src/audio/vad.js'
import {type Clock, virtualClock} from '../../src/clock.js'
import {silentLogger} from '../../src/log.js'
import type {ProfileId} from '../../src/protocol/profiles.js'
import type {RunReport} from '../../src/report/report.js'
import {callVerdict} from '../../src/report/verdict.js'
import {playback} from '../../src/serve/bots/playback.js'
import {loadTemplate, type Template} from '../../src/serve/template.js'
import {makePlan} from '../../src/simulate/plan.js'
import {runPlan} from '../../src/simulate/run.js'
import {listScenarios} from '../../src/simulate/scenario/scenario-reader.js'
import type {Bot} from '../../src/stream/bot/bot.js'
import {BotEnd} from '../../src/stream/bot/bot-end.js'
import {politeBot, silentBot} from '../rig/bots.js'
import {socketPair} from '../rig/socket-pair.js'

/** Every call of a built-in scenario with this bot, through the real engine in virtual time. */
async function run(
  scenario: string,
  bot: Bot,
  {profile}: {profile?: ProfileId} = {},
): Promise<RunReport> {
  const plan = await makePlan({
    target: {kind: 'bot', bot: 'test'},
    url: 'ws://127.0.0.1/media',
    scenarios: [scenario],
    clock: 'virtual',
    seed: 1,
    ...(profile === undefined ? {} : {profiles: [profile]}),
  })
  const clock = virtualClock()
  const {report} = await clock.run(() =>
    runPlan(plan, {
      clock,
      signal: new AbortController().signal,
      version: '1.2.3',
      dial: () => Promise.resolve(dialled(bot, clock)),
    }),
  )
  return report
}

function dialled(bot: Bot, clock: Clock) {
  const [exotel, other] = socketPair(clock)
  new BotEnd(other, {bot, clock, log: silentLogger})
  return {socket: exotel, handshakeMs: 12, attempts: 1}
}

/** What went wrong, in a form that a failed test shows whole. */
function faults({calls, thresholds}: RunReport): readonly unknown[] {
  return [
    ...calls
      .filter((call) => callVerdict(call) !== 'pass')
      .map(({scenario, failure, turns, findings}) => ({
        scenario,
        failure,
        turns: turns.filter(({expectation, met}) => expectation !== undefined && met !== true),
        findings: findings.filter(({severity}) => severity === 'error'),
      })),
    ...thresholds.filter(({status}) => status !== 'pass'),
  ]
}

const sales = await loadTemplate('sales')

/** The playback bot with something left out or changed in its template. */
const changed = (file: Partial<Template['file']>): Bot =>
  playback({...sales, file: {...sales.file, ...file}})

/** Says a second of tone whenever a sound of at least that level has ended. */
function answersEverySound(thresholdDbfs: number): Bot {
  return async (call) => {
    const {sampleRateHz} = call
    const vad = new EnergyVad({sampleRateHz, thresholdDbfs, stopMs: 500})
    void call.speak(tone({hz: 300, ms: 2000, sampleRateHz}))
    for await (const event of call.events) {
      if (event.type !== 'audio') continue
      const hasEnded = vad.push(event.pcm).some(({type}) => type === 'end')
      if (hasEnded) void call.speak(tone({hz: 300, ms: 4000, sampleRateHz}))
    }
  }
}

/** Takes no more calls once one of them was gone without a stop. */
function diesWithoutStop(): Bot {
  let isDead = false
  const well = playback(sales)
  return async (call) => {
    if (isDead) return silentBot(call)
    let hasEnded = false
    const watched = async function* () {
      for await (const event of call.events) {
        hasEnded ||= event.type === 'stop'
        yield event
      }
    }
    try {
      await well({...call, events: watched()})
    } finally {
      isDead ||= !hasEnded
    }
  }
}

const names = (await listScenarios()).map(({name}) => name)

test('the built-in scenarios are these', () => {
  expect(names).toEqual([
    'backchannel',
    'basic',
    'dtmf',
    'emi',
    'hang-ups',
    'hindi',
    'interrupt',
    'noisy-street',
    'objection',
    'sales',
    'silence',
  ])
})

describe.each(names)('%s', (name) => {
  test('is passed by the playback bot', async () => {
    const report = await run(name, playback(sales))

    expect(faults(report)).toEqual([])
    expect(report.verdict).toBe('pass')
  })

  test.each<ProfileId>(['100ms', '24k', 'suppress-silence', 'camel-mulaw'])(
    'is passed by the playback bot in profile %s',
    async (profile) => {
      const report = await run(name, playback(sales), {profile})

      expect(faults(report)).toEqual([])
      expect(report.verdict).toBe('pass')
    },
  )

  test('is not passed by a bot that says nothing', async () => {
    expect((await run(name, silentBot)).verdict).toBe('fail')
  })
})

test('emi is passed by the template of that name too, whatever the parameters', async () => {
  const report = await run('emi', playback(await loadTemplate('emi')))

  expect(faults(report)).toEqual([])
  expect(report.calls[0]?.closing).toMatchObject({by: 'bot', code: 1000})
})

test('the calls of a run of all are each over within 50 seconds', async () => {
  const {calls} = await run('all', playback(sales))

  expect(calls).toHaveLength(names.length - 1 + 7)
  expect(Math.max(...calls.map(({durationMs}) => durationMs))).toBeLessThan(50_000)
})

/** The kinds of the turns that were not as expected, each once, in the order of the calls. */
function unmet({calls}: RunReport): readonly string[] {
  const turns = calls.flatMap((call) => call.turns)
  return [
    ...new Set(
      turns.filter(({expectation, met}) => expectation && met !== true).map(({kind}) => kind),
    ),
  ]
}

describe('the fault that a scenario is for', () => {
  test.each<[string, string, Bot, string[]]>([
    ['interrupt', 'speaks on when interrupted', changed({bargeInMs: 10_000}), ['interrupt']],
    ['sales', 'speaks on when interrupted', changed({bargeInMs: 10_000}), ['interrupt']],
    ['objection', 'speaks on when interrupted', changed({bargeInMs: 10_000}), ['interrupt']],
    ['hindi', 'speaks on when interrupted', changed({bargeInMs: 10_000}), ['interrupt']],
    ['emi', 'never closes', changed({when: [], end: undefined}), ['closing']],
    ['emi', 'closes too early', changed({when: [], end: {afterTurns: 2, play: []}}), ['say']],
    ['backchannel', 'yields to any sound', politeBot({answerMs: 500}), ['backchannel']],
    ['backchannel', 'yields to a short, soft sound', changed({bargeInMs: 60}), ['backchannel']],
    ['dtmf', 'knows no keys', changed({digits: {}}), ['digits']],
    ['silence', 'waits for ever', changed({silence: undefined}), ['silence']],
    ['noisy-street', 'answers every sound over the street', answersEverySound(-33), ['noise']],
    ['hang-ups', 'is dead after a call without a stop', diesWithoutStop(), ['greeting', 'say']],
  ])('%s is not passed by a bot that %s', async (name, _, bot, kinds) => {
    const report = await run(name, bot)

    expect(report.verdict).toBe('fail')
    expect(unmet(report)).toEqual(kinds)
  })
})
