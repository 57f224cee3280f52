import {describe, expect, test} from 'vitest'

import {
  bot,
  caller,
  clear,
  closed,
  type Events,
  frame,
  numbersOf,
  packet,
  turn,
  turnEnd,
} from '../hand-made-events.js'

/** The turn that matters: the last. */
function measured(...events: Events) {
  return numbersOf(...events).turns.at(-1)
}

describe('a greeting', () => {
  test('is the time from start to the first audible sample', () => {
    expect(measured(turn(0, 'greeting', 0), bot(620, 2000), turnEnd(0, 660))).toMatchObject({
      greetingMs: 620,
    })
  })

  test('is absent when the bot first speaks to answer the caller', () => {
    const report = numbersOf(
      turn(0, 'greeting', 0),
      turnEnd(0, 3000),
      turn(1, 'say', 3000),
      caller(1, 3000, 4000),
      bot(4500, 5000),
      turnEnd(1, 4540),
    )

    expect(report.turns[0]).not.toHaveProperty('greetingMs')
    expect(report.turns[1]).toMatchObject({responseMs: 500})
  })
})

describe('an answer', () => {
  const said = [turn(0, 'say', 1000, {expectation: 'respond'}), caller(0, 1000, 2000)]

  test('is timed from the end of the caller’s speech to the start of the bot’s as played', () => {
    expect(measured(said, packet(2400), bot(2440, 4000), turnEnd(0, 2480))).toMatchObject({
      responseMs: 440,
      firstAudioMs: 400,
      talkOverMs: 0,
      startMs: 1000,
      endMs: 2000,
      met: true,
    })
  })

  test('is negative when it begins while the caller still speaks', () => {
    expect(measured(said, packet(1380), bot(1400, 1700), turnEnd(0, 2080))).toMatchObject({
      responseMs: -600,
      firstAudioMs: -620,
      talkOverMs: 300,
      met: false,
    })
  })

  test('may be negative where talk-over is allowed', () => {
    const asked = turn(0, 'say', 1000, {expectation: 'respond', talkOver: 'allow'})

    expect(measured(asked, caller(0, 1000, 2000), bot(1020, 2020))).toMatchObject({
      responseMs: -980,
      met: true,
    })
  })

  test('is absent when the bot stays silent, and so is its first audio', () => {
    const report = measured(said, turnEnd(0, 10_000))

    expect(report).toMatchObject({met: false, why: 'The bot did not answer.', talkOverMs: 0})
    expect(report).not.toHaveProperty('responseMs')
    expect(report).not.toHaveProperty('firstAudioMs')
  })

  test('is not what the bot had begun to say before the caller spoke, pauses and all', () => {
    const report = measured(said, bot(200, 1500), bot(1900, 2600), bot(2900, 4000))

    expect(report).not.toHaveProperty('responseMs')
  })

  test('may follow at once on what the bot cleared', () => {
    const report = measured(said, bot(200, 1300), clear(1280, 900), bot(1700, 2500))

    expect(report).toMatchObject({responseMs: -300})
  })

  test('may come after the patience of the caller, if nothing else was said until then', () => {
    expect(measured(said, turnEnd(0, 10_000), bot(12_000, 13_000))).toMatchObject({
      responseMs: 10_000,
    })
  })

  test('belongs to the line it follows, not to the one before', () => {
    const {turns} = numbersOf(
      said,
      turnEnd(0, 10_000),
      turn(1, 'say', 10_000),
      caller(1, 10_000, 11_000),
      bot(11_300, 12_000),
    )

    expect(turns[0]).not.toHaveProperty('responseMs')
    expect(turns[1]).toMatchObject({responseMs: 300})
  })

  test('was not to come where the line was to be ignored, and is not waited for', () => {
    const ignored = [turn(0, 'say', 1000, {expectation: 'ignore'}), caller(0, 1000, 2000)]

    expect(measured(ignored, bot(3000, 4000), turnEnd(0, 4000))).toMatchObject({met: false})
    expect(measured(ignored, turnEnd(0, 4000), bot(5000, 6000))).toMatchObject({met: true})
  })

  test('to a line that the end of the stream cut short has no time', () => {
    const report = measured(said, bot(1200, 1600), closed(1800))

    expect(report).toMatchObject({met: false, endMs: 1800})
    expect(report).not.toHaveProperty('responseMs')
    expect(report).toMatchObject({talkOverMs: 400})
  })
})

describe('a turn that our own hang-up cut off', () => {
  const asked = (expectation: 'respond' | 'ignore') => [
    turn(0, 'say', 1000, {expectation, withinMs: 2000}),
    caller(0, 1000, 2000),
  ]
  const hungUp = (atMs: number) => closed(atMs, 0, 'caller')
  const untold = 'The call was ended before this could be told.'

  test.each([
    ['a greeting that had not come', [turn(0, 'greeting', 0, {expectation: 'respond'})]],
    ['an answer that had not come', asked('respond')],
    ['a line that was ignored so far', asked('ignore')],
    ['an interruption that had stopped nothing', turn(0, 'interrupt', 0, {expectation: 'stop'})],
  ])('has no verdict: %s', (_, events) => {
    const report = numbersOf([events].flat(), hungUp(2500)).turns[0]

    expect(report).not.toHaveProperty('met')
    expect(report?.why).toBe(untold)
  })

  test('stays what it was once that could be told', () => {
    expect(measured(asked('respond'), bot(2300, 2500), hungUp(2500))).toMatchObject({met: true})
    expect(measured(asked('ignore'), bot(2300, 2500), hungUp(2500))).toMatchObject({met: false})
  })

  test('is judged when its patience had been at an end before', () => {
    expect(measured(asked('respond'), turnEnd(0, 12_000), hungUp(12_020))).toMatchObject({
      met: false,
      why: 'The bot did not answer.',
    })
  })

  test('is judged when it was not we who ended the call', () => {
    expect(measured(asked('respond'), closed(2500, 0, 'bot'))).toMatchObject({met: false})
    expect(measured(asked('respond'), closed(2500, 0, 'network'))).toMatchObject({met: false})
  })

  test('has no reason when nothing was expected of it', () => {
    const report = measured(turn(0, 'say', 1000), caller(0, 1000, 2000), hungUp(2500))

    expect(report).not.toHaveProperty('met')
    expect(report).not.toHaveProperty('why')
  })
})

describe('the first audio of an answer', () => {
  const said = [turn(0, 'say', 1000), caller(0, 1000, 2000)]

  test('is the first packet that can be heard', () => {
    const quiet = packet(2210, {audible: false})

    expect(measured(said, quiet, packet(2410, {queuedMs: 220}), bot(2430, 4000))).toMatchObject({
      firstAudioMs: 410,
    })
  })

  test('may have come long before it was played, behind silence', () => {
    const lead = packet(2100, {audioMs: 1000, audible: false})

    expect(measured(said, lead, packet(2110, {queuedMs: 1180}), bot(3120, 4000))).toMatchObject({
      firstAudioMs: 110,
      responseMs: 1120,
    })
  })

  test('may have come while the caller still spoke', () => {
    expect(measured(said, packet(1930, {audioMs: 400}), bot(2100, 4000))).toMatchObject({
      firstAudioMs: -70,
      responseMs: 100,
    })
  })

  test('is not a click that came and went before', () => {
    const click = packet(2050, {audioMs: 20})

    expect(measured(said, click, packet(2500), bot(2520, 4000))).toMatchObject({firstAudioMs: 500})
  })

  test('is not what was cleared before it could be heard', () => {
    const dropped = packet(1100, {audioMs: 5000})

    expect(measured(said, dropped, clear(1200, 4900), packet(2500), bot(2520, 4000))).toMatchObject(
      {firstAudioMs: 500},
    )
  })
})

describe('digits', () => {
  test('are answered from the last of them on, and nobody talks over a key', () => {
    const report = numbersOf(
      turn(0, 'digits', 1000, {expectation: 'respond'}),
      caller(0, 1000, 1500),
      bot(1400, 2000),
    )

    expect(report.turns[0]).toMatchObject({responseMs: -100, met: true})
    expect(report.turns[0]).not.toHaveProperty('talkOverMs')
    expect(report.metrics).not.toHaveProperty('talkOverMs')
    expect(report.speech.caller).toEqual([])
  })

  test('in the middle of a sentence are answered by another sentence, not by the rest of it', () => {
    const pressed = [bot(0, 1200), turn(0, 'digits', 1000), caller(0, 1000, 1000)]

    expect(measured(pressed, bot(1500, 4000))).not.toHaveProperty('responseMs')
    expect(measured(pressed, bot(1500, 2000), bot(2600, 4000))).toMatchObject({responseMs: 1600})
    expect(measured(pressed, clear(1190, 500), bot(1500, 4000))).toMatchObject({responseMs: 500})
  })
})

describe('the uncertainty of a turn', () => {
  const said = [turn(0, 'say', 1000, {expectation: 'respond'}), caller(0, 1000, 2000)]
  const answered = [bot(2500, 3000), turnEnd(0, 2540)]

  test('is the worst lateness of our own frames inside it', () => {
    const frames = [frame(1000, 3), frame(1500, 42), frame(2500, 7)]

    expect(measured(said, frames, answered)).toMatchObject({uncertaintyMs: 42})
  })

  test('is not what happened before or after it', () => {
    const frames = [frame(960, 90), frame(1500, 2), frame(2580, 80)]

    expect(measured(said, frames, answered)).toMatchObject({uncertaintyMs: 2})
  })

  test('reaches to an answer that came after the caller had given up waiting', () => {
    const late = [turnEnd(0, 3000), frame(4000, 55), bot(5000, 6000)]

    expect(measured(said, late)).toMatchObject({responseMs: 3000, uncertaintyMs: 55})
  })

  test('reaches to the end of a stream that ended first', () => {
    expect(measured(said, frame(5000, 33), closed(5100))).toMatchObject({uncertaintyMs: 33})
  })
})
