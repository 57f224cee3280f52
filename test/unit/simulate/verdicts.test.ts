import {describe, expect, test} from 'vitest'

import {type Bot, type RunReport, simulateCall} from '../../../src/index.js'
import {turnBot} from '../../rig/turn-bots.js'

function call(bot: Bot, scenario: string): Promise<RunReport> {
  return simulateCall({bot, scenario, clock: 'virtual', seed: 1})
}

function turnsOf({calls}: RunReport, kind: string) {
  return calls.flatMap(({turns}) => turns).filter((turn) => turn.kind === kind)
}

describe('the interrupt scenario', () => {
  test('passes a bot that drops what waits as soon as it hears the caller', async () => {
    const report = await call(turnBot({whenSpokenOver: 'clear'}), 'interrupt')

    expect(report.verdict).toBe('pass')
    expect(turnsOf(report, 'interrupt')).toMatchObject([{met: true}])
  })

  test.each([
    {fault: 'never stops', whenSpokenOver: 'go-on'},
    {fault: 'stops sending but leaves 8 s to be heard', whenSpokenOver: 'stop-sending'},
  ] as const)('fails a bot that $fault', async ({whenSpokenOver}) => {
    const report = await call(turnBot({whenSpokenOver}), 'interrupt')

    expect(report.verdict).toBe('fail')
    expect(turnsOf(report, 'interrupt')).toMatchObject([{met: false}])
  })
})

describe('the backchannel scenario', () => {
  test('passes a bot that goes on through a hum, a cough and side-talk', async () => {
    const report = await simulateCall({
      bot: 'playback',
      scenario: 'backchannel',
      clock: 'virtual',
      seed: 1,
    })

    expect(report.verdict).toBe('pass')
    expect(turnsOf(report, 'backchannel').map(({met}) => met)).toEqual([true, true, true])
  })

  test('fails a bot that yields to "mm-hmm"', async () => {
    const report = await call(turnBot({whenSpokenOver: 'clear'}), 'backchannel')

    expect(report.verdict).toBe('fail')
    expect(turnsOf(report, 'backchannel')[0]).toMatchObject({
      label: 'Mm-hmm.',
      met: false,
      falseYield: 1,
    })
    expect(report.thresholds).toMatchObject([{expression: 'falseYield == 0', status: 'fail'}])
  })
})
