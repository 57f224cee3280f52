import {describe, expect, test} from 'vitest'

import type {StreamEvent} from '../../../../src/protocol/events.js'
import {CALL_METRICS} from '../../../../src/simulate/numbers/call-metrics.js'
import {
  bot,
  caller,
  clear,
  closed,
  type Events,
  numbersOf,
  packet,
  turn,
  turnEnd,
} from './hand-made-events.js'

const metricsOf = (...events: Events) => numbersOf(...events).metrics

const gap = (atMs: number, gapMs: number): StreamEvent => ({
  type: 'gap',
  atMs,
  gapMs,
  cause: 'late-chunk',
})

const mark = (atMs: number, roundTripMs: number): StreamEvent => ({
  type: 'mark-echoed',
  atMs,
  name: 'm',
  roundTripMs,
})

describe('what was not measured is absent, never 0', () => {
  test('a call in which nothing happened has no metrics at all', () => {
    expect(metricsOf()).toEqual({})
  })

  test('a bot that sent no audio has no gaps, no lead and nothing unheard', () => {
    const metrics = metricsOf(turn(0, 'say', 0), caller(0, 0, 1000), turnEnd(0, 1000), closed(2000))

    expect(metrics).toEqual({talkOverMs: 0, speechToSilenceRatio: 1, turnsPerMin: 30})
  })

  test('a caller who says nothing is not talked over', () => {
    expect(metricsOf(packet(100), bot(120, 2000), closed(3000))).not.toHaveProperty('talkOverMs')
  })

  test('nothing is counted that has no name in the list', () => {
    const metrics = metricsOf(
      turn(0, 'say', 0, {expectation: 'respond'}),
      caller(0, 0, 1000),
      packet(1100),
      mark(1300, 200),
      packet(1300),
      bot(1120, 1500),
      closed(3000, 20),
    )

    const ofTheDial = ['handshakeMs', 'dnsMs', 'tcpMs', 'tlsMs', 'upgradeMs']
    const later = CALL_METRICS.filter((name) => !ofTheDial.includes(name))
    expect(Object.keys(metrics).toSorted()).toEqual(later.toSorted())
  })
})

test('the handshake is taken from the dial', () => {
  const call = {
    type: 'call',
    atMs: 0,
    journalVersion: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    callSid: 'c',
    streamSid: 's',
    scenario: 'test',
    seed: 1,
    sampleRateHz: 8000,
    frameMs: 20,
    clear: 'packet',
    marksOnClear: 'drop',
    vad: {thresholdDbfs: -50, startMs: 30, stopMs: 200},
    handshakeMs: 34.5,
    attempts: 1,
  } as const

  expect(metricsOf(call)).toEqual({handshakeMs: 34.5})
})

test('the first media is the first of any kind, audible or not', () => {
  expect(metricsOf(packet(340, {audible: false}), packet(900))).toMatchObject({firstMediaMs: 340})
})

describe('gaps', () => {
  test('are summed, counted, and set against the minutes of bot speech', () => {
    const metrics = metricsOf(packet(0), gap(100, 20), gap(200, 60), bot(0, 30_000))

    expect(metrics).toMatchObject({gapMs: 80, underruns: 2, underrunRate: 4})
  })

  test('are 0 when the bot was played without one', () => {
    expect(metricsOf(packet(0), bot(0, 6000))).toMatchObject({
      gapMs: 0,
      underruns: 0,
      underrunRate: 0,
    })
  })

  test('have no rate when the bot was never heard to speak', () => {
    expect(metricsOf(packet(0, {audible: false}))).not.toHaveProperty('underrunRate')
  })
})

describe('the lead', () => {
  test('of a burst drains at real pace: the mean is half of the most', () => {
    const metrics = metricsOf(packet(0, {queuedMs: 600}), closed(5000))

    expect(metrics).toMatchObject({leadMs: 600, leadMeanMs: 300})
  })

  test('is weighed by time, not by arrivals', () => {
    const many = Array.from({length: 50}, (_, at) => packet(1000 + at, {queuedMs: 20}))
    const metrics = metricsOf(packet(0, {queuedMs: 1000}), many, closed(5000))

    expect(metrics['leadMeanMs']).toBeGreaterThan(450)
  })

  test('ends with what a clear dropped, and with the call', () => {
    const cleared = metricsOf(packet(0, {queuedMs: 1000}), clear(100, 900), closed(5000))
    const cut = metricsOf(packet(0, {queuedMs: 1000}), closed(100))

    expect(cleared).toMatchObject({leadMs: 1000, leadMeanMs: 950})
    expect(cut).toMatchObject({leadMs: 1000, leadMeanMs: 950})
  })
})

describe('messages against their own cadence', () => {
  test('are late by what passed after the audio before them had run out', () => {
    const metrics = metricsOf(packet(0), packet(200), packet(430), packet(640), closed(2000))

    expect(metrics).toMatchObject({interEventMs: 40 / 3, interEventMaxMs: 30})
  })

  test('that come ahead are not late, and their lead covers a pause', () => {
    const metrics = metricsOf(packet(0), packet(0), packet(0), packet(590), closed(2000))

    expect(metrics).toMatchObject({interEventMs: 0, interEventMaxMs: 0})
  })

  test('of two utterances are not compared', () => {
    expect(metricsOf(packet(0), packet(5000), closed(6000))).not.toHaveProperty('interEventMs')
  })
})

test('the silence in speech is summed by cause; what the rig put in is left out', () => {
  const causes = ['late-chunk', 'short-last-packet', 'odd-length', 'rig'] as const
  const gaps = causes.map((cause, at) => ({...gap(500, 10 * (at + 1)), cause}) as StreamEvent)

  expect(metricsOf(packet(0), gaps, bot(20, 3000), closed(4000))).toMatchObject({
    gapMs: 60,
    gapLateMs: 10,
    gapShortMs: 20,
    gapOddMs: 30,
    underruns: 3,
  })
})

describe('the end of the call', () => {
  test.each([
    ['bot', 700],
    ['caller', undefined],
    ['network', undefined],
  ] as const)('by the %s comes %s ms after the last mark', (by, expected) => {
    const metrics = metricsOf(packet(0), mark(800, 10), mark(2300, 10), closed(3000, 0, by))

    expect(metrics['closingAfterMarkMs']).toBe(expected)
  })

  test('without a mark has no such time', () => {
    expect(metricsOf(packet(0), closed(3000))).not.toHaveProperty('closingAfterMarkMs')
  })
})

describe('interruptions', () => {
  const call = (...events: Events) =>
    metricsOf(turn(0, 'greeting', 0), events, closed(60_000))['interruptionsPerMin']

  test('are counted on both sides', () => {
    const byCaller = [bot(1000, 4000), turn(1, 'interrupt', 2000), caller(1, 2000, 3000)]
    const byBot = [turn(2, 'say', 9000), caller(2, 9000, 12_000), bot(11_000, 13_000)]

    expect(call(byCaller, byBot)).toBe(2)
  })

  test('are none when each lets the other finish, and a "mm-hmm" is none', () => {
    const said = [turn(1, 'say', 2000), caller(1, 2000, 3000), bot(3500, 6000)]
    const hummed = [turn(2, 'backchannel', 4000), caller(2, 4000, 4400)]

    expect(call(said, hummed)).toBe(0)
  })

  test('do not count the breaths of an utterance', () => {
    const said = [turn(1, 'say', 900), caller(1, 900, 3000)]

    expect(call(bot(0, 1000), bot(1300, 2000), said)).toBe(1)
  })

  test('are absent when one side was never heard', () => {
    expect(call(bot(1000, 2000))).toBeUndefined()
  })
})

describe('the delivery ratio', () => {
  test('is 1 for a bot that sends as fast as it speaks', () => {
    expect(metricsOf(packet(0), packet(200), packet(400))).toMatchObject({deliveryRatio: 1})
  })

  test('is over 1 for a bot that runs ahead, under 1 for one that falls behind', () => {
    expect(metricsOf(packet(0), packet(50), packet(100))).toMatchObject({deliveryRatio: 4})
    expect(metricsOf(packet(0), packet(400), packet(800))).toMatchObject({deliveryRatio: 0.5})
  })

  test('does not count the time between two utterances', () => {
    const first = [packet(0), packet(200)]
    const second = [packet(5000), packet(5200)]

    expect(metricsOf(first, second)).toMatchObject({deliveryRatio: 1})
  })

  test('is absent for single messages: nothing was timed', () => {
    expect(metricsOf(packet(0), packet(5000))).not.toHaveProperty('deliveryRatio')
  })
})

test('the round trip of marks is the slowest of the call', () => {
  expect(metricsOf(mark(900, 900), mark(1000, 10), mark(1100, 30))).toMatchObject({
    markRoundTripMs: 900,
  })
})

describe('the response rate', () => {
  const say = (number: number, atMs: number, expectation?: 'respond' | 'ignore') => [
    turn(number, 'say', atMs, expectation ? {expectation} : {}),
    caller(number, atMs, atMs + 1000),
  ]

  test('is the answered turns over those that wanted an answer', () => {
    const metrics = metricsOf(
      turn(0, 'greeting', 0, {expectation: 'respond'}),
      say(1, 1000, 'respond'),
      bot(2500, 3000),
      say(2, 4000, 'respond'),
      say(3, 14_000, 'ignore'),
      say(4, 18_000),
      say(5, 20_000, 'respond'),
      bot(21_100, 22_000),
    )

    expect(metrics).toMatchObject({responseRate: 2 / 3})
  })

  test.each<{name: string; asked: Events}>([
    {
      name: 'digits',
      asked: [
        turn(0, 'digits', 1000, {expectation: 'respond'}),
        caller(0, 1000, 1400),
        turnEnd(0, 4000),
      ],
    },
    {
      name: 'a silence',
      asked: [turn(0, 'silence', 1000, {expectation: 'respond'}), turnEnd(0, 4000)],
    },
    {
      name: 'an interruption that is to be answered',
      asked: [
        bot(0, 1200),
        turn(0, 'interrupt', 1000, {expectation: 'stop', answerWithinMs: 3000}),
        caller(0, 1000, 1400),
        turnEnd(0, 4000),
      ],
    },
  ])('counts $name as any other turn', ({asked}) => {
    expect(metricsOf(asked, closed(5000))).toMatchObject({responseRate: 0})
    expect(metricsOf(asked, bot(2000, 3000), closed(5000))).toMatchObject({responseRate: 1})
  })

  test('is absent when no answer was wanted', () => {
    expect(metricsOf(say(0, 0), say(1, 2000, 'ignore'), closed(5000))).not.toHaveProperty(
      'responseRate',
    )
  })

  test.each<{how: string; asked: Events}>([
    {
      how: 'has only to stop the bot',
      asked: [turn(0, 'interrupt', 1000, {expectation: 'stop'}), caller(0, 1000, 1400)],
    },
    {
      how: 'found nothing to interrupt',
      asked: [turn(0, 'interrupt', 1000, {expectation: 'stop', answerWithinMs: 3000})],
    },
  ])('does not count an interruption that $how', ({asked}) => {
    expect(metricsOf(bot(0, 1200), asked, closed(5000))).not.toHaveProperty('responseRate')
  })
})

test('talk-over is summed over the call, segment by segment', () => {
  const metrics = metricsOf(
    turn(0, 'say', 0),
    caller(0, 0, 1000),
    bot(900, 1500),
    turn(1, 'say', 2000),
    caller(1, 2000, 3000),
    bot(2100, 2400),
    bot(2700, 2800),
    closed(4000),
  )

  expect(metrics).toMatchObject({talkOverMs: 500})
})

test('speech is set against silence, what both say at once counted once', () => {
  const metrics = metricsOf(
    turn(0, 'say', 1000),
    caller(0, 1000, 3000),
    bot(2500, 6000),
    closed(10_000),
  )

  expect(metrics).toMatchObject({speechToSilenceRatio: 1, turnsPerMin: 6})
})

describe('what was unheard at the end', () => {
  test.each(['bot', 'network'] as const)(
    'is what was still queued when it came by the %s',
    (by) => {
      expect(metricsOf(packet(100), closed(200, 7800, by))).toMatchObject({unheardMs: 7800})
    },
  )

  test('is nobody’s loss when the caller hung up', () => {
    expect(metricsOf(packet(100), closed(200, 7800, 'caller'))).not.toHaveProperty('unheardMs')
  })
})

describe('speech as the report shows it', () => {
  test('ends with the stream, whatever the caller had still meant to say', () => {
    const {speech, durationMs} = numbersOf(
      turn(0, 'say', 1000),
      caller(0, 1000, 3000),
      closed(2200),
    )

    expect(speech.caller).toEqual([{startMs: 1000, endMs: 2200}])
    expect(durationMs).toBe(2200)
  })

  test('leaves out a line that was never begun', () => {
    const {speech} = numbersOf(turn(0, 'say', 1000), caller(0, 1080, 3000), closed(1040))

    expect(speech.caller).toEqual([])
  })
})
