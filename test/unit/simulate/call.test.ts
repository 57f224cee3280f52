import {describe, expect, test} from 'vitest'

import {rms} from '../../../src/audio/level.js'
import type {StreamEvent} from '../../../src/protocol/events.js'
import {CallReducer} from '../../../src/simulate/numbers/turns.js'
import {politeBot, silentBot} from '../../rig/bots.js'
import {clip, virtualCall, virtualRun} from '../../rig/virtual-call.js'

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

describe('the record of a call', () => {
  const call = {
    bot: politeBot(),
    steps: [
      {greet: {withinMs: 1000}},
      {say: clip(1200), expect: 'respond'},
      {interrupt: clip(900), afterMs: 1000, expect: 'stop'},
      {digits: '12', gapMs: 250, expect: 'respond'},
      {hangUp: 'stop'},
    ],
  } as const

  test('is the same for the same seed, event by event and sample by sample', async () => {
    const one = await virtualCall({...call, seed: 42})
    const other = await virtualCall({...call, seed: 42})

    expect(other.events).toEqual(one.events)
    expect(other.report).toEqual(one.report)
    expect(other.caller).toEqual(one.caller)
    expect(other.heard).toEqual(one.heard)
  })

  test('has other SIDs, numbers and noise for another seed, and the same turns', async () => {
    const one = await virtualCall({...call, seed: 42})
    const other = await virtualCall({...call, seed: 43})

    expect(other.report.callSid).not.toBe(one.report.callSid)
    expect(other.report.streamSid).not.toBe(one.report.streamSid)
    expect(other.caller).not.toEqual(one.caller)
    expect(other.report.turns).toEqual(one.report.turns)
  })

  test('gives the same numbers when it is read back from a journal', async () => {
    const {events, report, lateness} = await virtualCall(call)

    const reducer = new CallReducer()
    for (const line of events.map((event) => JSON.stringify(event))) {
      // The cast is the journal's promise: what was written is what is read.
      reducer.feed(JSON.parse(line) as StreamEvent)
    }
    const {lateness: again, ...numbers} = reducer.numbers()

    expect(report).toMatchObject(numbers)
    expect(again.frames).toBeGreaterThan(0)
    expect(again.counts()).toEqual(lateness.counts())
  })

  test('begins with what the call was, and ends with how it ended', async () => {
    const {events, report} = await virtualCall(call)

    expect(events[0]).toMatchObject({
      type: 'call',
      journalVersion: 1,
      callSid: report.callSid,
      streamSid: report.streamSid,
      seed: 1,
      handshakeMs: 12,
      vad: {thresholdDbfs: -50, startMs: 30, stopMs: 200},
    })
    expect(events.findLast(({type}) => type === 'closed')).toMatchObject({closing: report.closing})
    expect(events.filter(({type}) => type === 'turn-end')).toHaveLength(4)
  })
})

describe('in each dialect a polite bot greets, answers and is hung up on', () => {
  test.each([
    {profiles: ['docs-numbers'], sampleRateHz: 8000},
    {profiles: ['100ms'], sampleRateHz: 8000},
    {profiles: ['16k'], sampleRateHz: 16_000},
    {profiles: ['24k'], sampleRateHz: 24_000},
    {profiles: ['24k', '100ms'], sampleRateHz: 24_000},
    {profiles: ['camel-mulaw'], sampleRateHz: 8000},
    {profiles: ['legacy-connected-version'], sampleRateHz: 8000},
    {profiles: ['connect-voice-ai'], sampleRateHz: 8000},
  ] as const)('$profiles', async ({profiles, sampleRateHz}) => {
    const {report, caller, heard} = await virtualCall({
      profiles,
      bot: politeBot(),
      steps: [
        {greet: {withinMs: 1000}},
        {say: clip(1200, 'a line', sampleRateHz), expect: 'respond', withinMs: 1000},
        {digits: '1', gapMs: 250, expect: 'respond', withinMs: 500},
        {hangUp: 'stop'},
      ],
    })

    expect(report.turns.map(({met}) => met)).toEqual([true, true, true])
    expect(report.findings.filter(({severity}) => severity === 'error')).toEqual([])
    expect(caller.length).toBe(heard.length)
    expect(Math.abs(caller.length / sampleRateHz - report.durationMs / 1000)).toBeLessThan(0.05)
  })

  test('on a Stream applet a bot that only listens is right, and one that speaks is not', async () => {
    const steps = [{wait: {ms: 1000}}, {hangUp: 'stop'}] as const
    const profiles = ['stream-applet'] as const

    const listening = await virtualCall({profiles, steps, bot: silentBot})
    const speaking = await virtualCall({profiles, steps, bot: politeBot()})

    expect(listening.report.findings).toEqual([])
    expect(speaking.report.findings).toContainEqual(
      expect.objectContaining({rule: 'sent-on-stream-applet', severity: 'error'}),
    )
  })
})

test('on a Stream applet nobody is expected to answer, whatever the scenario asks', async () => {
  const steps = [
    {greet: {withinMs: 1000}},
    {say: clip(1200), expect: 'respond', withinMs: 2000},
    {hangUp: 'stop'},
  ] as const

  const {report} = await virtualCall({profiles: ['stream-applet'], steps, bot: silentBot})

  expect(report.turns.map(({expectation}) => expectation)).toEqual([undefined, undefined])
  expect(report).toMatchObject({outcome: 'completed', findings: []})
  expect(report.diagnosis).toBeUndefined()
})

describe('our own lateness', () => {
  const steps = [
    {greet: {withinMs: 1000}},
    {say: clip(1200), expect: 'respond', withinMs: 2000},
    {hangUp: 'stop'},
  ] as const
  /** 60 ms late at one moment, while the caller waits for the answer. */
  const stall = (deadlineMs: number) => (deadlineMs === 3100 ? 60 : 0)

  test('of 60 ms inside a turn does not void a limit of two seconds', async () => {
    const {report} = await virtualRun({bot: politeBot(), steps, lateMs: stall})

    expect(report.rig).toMatchObject({verdict: 'void', sendLatenessMs: {max: 60}})
    expect(report.calls[0]?.turns[1]).toMatchObject({met: true, uncertaintyMs: 60})
    expect(report.verdict).toBe('pass')
  })

  test('leaves an answer unjudged that hangs on it, and then the run has not passed', async () => {
    const {report: exact} = await virtualRun({bot: politeBot(), steps})
    const withinMs = (exact.calls[0]?.turns[1]?.responseMs ?? 0) + 30
    const close = [steps[0], {...steps[1], withinMs}, steps[2]] as const

    const {report} = await virtualRun({bot: politeBot(), steps: close, lateMs: stall})

    expect(report.calls[0]?.turns[1]).not.toHaveProperty('met')
    expect(report.calls[0]?.turns[1]?.why).toMatch(/too close to the limit/)
    expect(report.verdict).toBe('fail')
  })
})
