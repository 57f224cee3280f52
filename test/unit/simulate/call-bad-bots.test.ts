import {describe, expect, test} from 'vitest'

import type {Step} from '../../../src/simulate/scenario/scenario.js'
import {deafBot, echoBot, hastyBot, silentBot} from '../../rig/bots.js'
import {clip, virtualCall, virtualRun} from '../../rig/virtual-call.js'

const hangUp: Step = {hangUp: 'stop'}
const respond = {expect: 'respond', withinMs: 1000} as const
const oneLine: readonly Step[] = [{say: clip(1200), ...respond}, hangUp]

describe('bots that are not good', () => {
  const barge: readonly Step[] = [
    {greet: {withinMs: 1000}},
    {interrupt: clip(900), afterMs: 1000, expect: 'stop', withinMs: 300},
    hangUp,
  ]

  test('a silent one misses its greeting and its answers, and it is said why', async () => {
    const {report} = await virtualRun({
      bot: silentBot,
      steps: [{greet: {withinMs: 1000}}, ...oneLine],
    })

    const turns = report.calls[0]?.turns
    expect(turns?.map(({met, why}) => ({met, why}))).toEqual([
      {met: false, why: 'The bot said nothing.'},
      {met: false, why: 'The bot did not answer.'},
    ])
    expect(report.calls[0]?.outcome).toBe('completed')
    expect(report.calls[0]?.metrics).not.toHaveProperty('gapMs')
    expect(report.verdict).toBe('fail')
  })

  test('one that speaks on when interrupted has not stopped', async () => {
    const {report} = await virtualCall({bot: deafBot([{afterMs: 200, ms: 20_000}]), steps: barge})

    expect(report.turns[1]).toMatchObject({met: false, why: 'The bot did not stop.'})
    expect(report.turns[1]?.bargeInStopMs).toBe(19_000)
    expect(report.turns[1]).not.toHaveProperty('clearMs')
  })

  test('one that generates no more but leaves 8 s queued has not stopped at the ear', async () => {
    const {report} = await virtualCall({bot: hastyBot(9000), steps: barge})

    expect(report.turns[1]).toMatchObject({met: false, why: 'The bot did not stop.'})
    expect(report.turns[1]?.bargeInStopMs).toBeGreaterThan(7900)
    expect(report.findings.map(({rule}) => rule)).toContain('no-clear-on-barge-in')
  })

  test('one that is interrupted after it has finished could not be', async () => {
    const {report} = await virtualCall({bot: deafBot([{afterMs: 0, ms: 400}]), steps: barge})

    expect(report.turns[1]).toMatchObject({
      met: false,
      why: 'There was nothing to interrupt: the bot had not begun, or had finished before afterMs.',
    })
    expect(report.speech.caller).toEqual([])
  })

  test('an echo passes where talk-over is allowed, and fails where it is not', async () => {
    const steps = (talkOver: object): readonly Step[] => [
      {greet: {withinMs: 1000, optional: true}},
      {say: clip(1200), expect: 'respond', withinMs: 5000, ...talkOver},
      hangUp,
    ]

    const allowed = await virtualRun({bot: echoBot, steps: steps({talkOver: 'allow'})})
    const forbidden = await virtualRun({bot: echoBot, steps: steps({})})

    expect(allowed.report.verdict).toBe('pass')
    expect(allowed.report.calls[0]?.turns[1]).toMatchObject({met: true, responseMs: -1160})
    expect(forbidden.report.verdict).toBe('fail')
    expect(forbidden.report.calls[0]?.turns[1]).toMatchObject({
      met: false,
      why: 'The bot began 1160 ms before the caller had finished.',
    })
  })

  test('one that sends rubbish is told so, and has failed without a single expectation', async () => {
    const {report} = await virtualRun({
      raw(socket, sleep) {
        socket.listen({message: () => undefined, closed: () => undefined})
        const rubbish = ['hello', '{"event":', '[]', '{"event":"media","media":{"payload":"%%%"}}']
        for (const text of rubbish)
          void sleep(100).then(() => {
            socket.send(text)
          })
      },
      steps: [{wait: {ms: 500}}, hangUp],
    })

    const [call] = report.calls
    expect(call?.outcome).toBe('completed')
    expect(call?.findings.filter(({severity}) => severity === 'error')).not.toEqual([])
    expect(report.summary).toMatchObject({calls: 1, passed: 0, failed: 1, dropped: 0})
    expect(report.verdict).toBe('fail')
  })
})
