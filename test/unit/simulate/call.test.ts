import {describe, expect, test} from 'vitest'

import {rms} from '../../../src/audio/level.js'
import {politeBot} from '../../rig/bots.js'
import {clip, virtualCall} from '../../rig/virtual-call.js'

describe('a call against a polite bot', () => {
  test('greets, answers, stops when interrupted, takes a digit and is hung up on', async () => {
    const {report, caller, heard} = await virtualCall({
      bot: politeBot(),
      steps: [
        {greet: {withinMs: 1000}},
        {say: clip(1200), expect: 'respond', withinMs: 1000},
        {interrupt: clip(900), afterMs: 1000, expect: 'stop', withinMs: 300},
        {digits: '1', gapMs: 250, expect: 'respond', withinMs: 500},
        {hangUp: 'stop'},
      ],
    })

    expect(report.turns.map(({kind, met}) => ({kind, met}))).toEqual([
      {kind: 'greeting', met: true},
      {kind: 'say', met: true},
      {kind: 'interrupt', met: true},
      {kind: 'digits', met: true},
    ])
    expect(report.outcome).toBe('completed')
    expect(report.closing).toEqual({by: 'caller', reason: 'callended', code: 1000})
    expect(report.findings.filter(({severity}) => severity === 'error')).toEqual([])
    expect(caller.length).toBe(heard.length)
  })

  test('both tracks hold speech where the report says so, and nothing where it does not', async () => {
    const {report, caller, heard} = await virtualCall({
      bot: politeBot(),
      steps: [{greet: {withinMs: 1000}}, {say: clip(1200), expect: 'respond'}, {hangUp: 'stop'}],
    })

    const level = (track: Int16Array, startMs: number, endMs: number) =>
      rms(track.slice(startMs * 8, endMs * 8))
    for (const {startMs, endMs} of report.speech.caller)
      expect(level(caller, startMs + 20, endMs)).toBeGreaterThan(1000)
    for (const {startMs, endMs} of report.speech.bot)
      expect(level(heard, startMs, endMs)).toBeGreaterThan(1000)
    const [said] = report.speech.caller
    expect(level(heard, said?.startMs ?? 0, said?.endMs ?? 0)).toBe(0)
    expect(level(caller, 0, said?.startMs ?? 0)).toBeLessThan(20)
  })

  test.each([50, 300, 1000, 2500])(
    'an answer %i ms after the last packet is measured to the tick',
    async (answerMs) => {
      // 280 ms of quiet end the speech for the bot: 300 less the packet that its last 20 ms arrived in.
      const {report} = await virtualCall({
        bot: politeBot({answerMs, greets: false}),
        steps: [{say: clip(1200), expect: 'respond', withinMs: 3000}, {hangUp: 'stop'}],
      })

      const [turn] = report.turns
      expect(turn?.responseMs).toBeGreaterThanOrEqual(answerMs + 280)
      expect(turn?.responseMs).toBeLessThanOrEqual(answerMs + 280 + 45)
    },
  )
})
