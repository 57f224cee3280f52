import {describe, expect, test} from 'vitest'

import {
  bot,
  caller,
  clear,
  closed,
  type Events,
  numbersOf,
  turn,
  turnEnd,
} from '../hand-made-events.js'

/** The turn that matters: the last. */
function measured(...events: Events) {
  return numbersOf(...events).turns.at(-1)
}

describe('a barge-in', () => {
  const asked = turn(0, 'interrupt', 2000, {expectation: 'stop', withinMs: 300})
  const over = [asked, caller(0, 2000, 3000)]

  test('is timed to the last sample the caller hears', () => {
    const report = measured(bot(500, 2260), over, clear(2180, 4000), bot(3600, 5000))

    expect(report).toMatchObject({
      bargeInStopMs: 260,
      clearMs: 180,
      unheardMs: 4000,
      recoveryMs: 600,
      talkOverMs: 260,
      met: true,
    })
  })

  test('is not over in a pause under 500 ms', () => {
    expect(measured(bot(500, 2100), over, bot(2599, 2900), bot(3600, 5000))).toMatchObject({
      bargeInStopMs: 900,
      met: false,
      why: 'It took 900 ms, over the limit of 300 ms.',
    })
  })

  test('is over in a pause of 500 ms', () => {
    expect(measured(bot(500, 2100), over, bot(2600, 2900), bot(3600, 5000))).toMatchObject({
      bargeInStopMs: 100,
      met: true,
    })
  })

  test('is over in a shorter pause too, when the bot has cleared and the caller has finished', () => {
    const quick = [asked, caller(0, 2000, 2300)]

    expect(measured(bot(500, 2200), quick, clear(2180, 900), bot(2600, 4000))).toMatchObject({
      bargeInStopMs: 200,
      recoveryMs: 300,
      met: true,
    })
    expect(measured(bot(500, 2200), quick, bot(2600, 4000))).toMatchObject({
      bargeInStopMs: 2000,
      met: false,
    })
  })

  test('that takes over 2 s is none', () => {
    expect(measured(bot(500, 4001), over)).toMatchObject({
      bargeInStopMs: 2001,
      met: false,
      why: 'The bot did not stop.',
    })
  })

  test('that did not stop the bot has no answer: what comes behind its own pause is the old speech', () => {
    const report = measured(bot(500, 4200), over, clear(2100, 0), bot(5000, 9000))

    expect(report).toMatchObject({bargeInStopMs: 2200, met: false})
    expect(report).not.toHaveProperty('recoveryMs')
  })

  test('meets a bot in a short pause: it goes on, and stops later', () => {
    expect(measured(bot(500, 1800), over, bot(2100, 2240), closed(4000))).toMatchObject({
      bargeInStopMs: 240,
      met: true,
    })
  })

  test('meets a bot in a short pause: what it drops is never heard, so it stopped at once', () => {
    expect(measured(bot(500, 1800), over, clear(2150, 1000), closed(4000))).toMatchObject({
      bargeInStopMs: 0,
      unheardMs: 1000,
      met: true,
    })
  })

  test.each([
    ['had finished just before', bot(500, 1800)],
    ['had long finished', bot(500, 1400)],
    ['had never begun', []],
  ])('of a bot that %s measures nothing', (_, spoken) => {
    const report = measured(spoken, over, closed(4000))

    expect(report).toMatchObject({met: false})
    expect(report).not.toHaveProperty('bargeInStopMs')
    expect(report).not.toHaveProperty('clearMs')
    expect(report).not.toHaveProperty('unheardMs')
    expect(report).not.toHaveProperty('recoveryMs')
  })

  test('that could not begin has no numbers at all', () => {
    const report = measured(bot(500, 1400), asked, turnEnd(0, 2000))

    expect(report).toMatchObject({met: false, startMs: 2000, endMs: 2000})
    expect(report).not.toHaveProperty('talkOverMs')
  })

  test('may end the stream: the caller hears no more from then on', () => {
    expect(measured(bot(500, 2240), over, closed(2250))).toMatchObject({
      bargeInStopMs: 240,
      talkOverMs: 240,
      met: true,
    })
  })

  test('is recovered from by speech that begins strictly after the caller’s end', () => {
    expect(measured(bot(500, 2100), over, bot(2700, 2900))).not.toHaveProperty('recoveryMs')
    expect(measured(bot(500, 2100), over, bot(3000, 4000))).not.toHaveProperty('recoveryMs')
    expect(measured(bot(500, 2100), over, bot(3010, 4000))).toMatchObject({recoveryMs: 10})
  })

  test('is not recovered from by the rest of what was never stopped', () => {
    expect(measured(bot(500, 2800), over, bot(3100, 4000))).not.toHaveProperty('recoveryMs')
  })

  test('is not credited with what comes in a later turn', () => {
    const {turns} = numbersOf(
      bot(500, 2200),
      over,
      turnEnd(0, 8000),
      turn(1, 'say', 8000),
      caller(1, 8000, 9000),
      clear(9100, 0),
      bot(9400, 10_000),
    )

    expect(turns[0]).toMatchObject({bargeInStopMs: 200})
    expect(turns[0]).not.toHaveProperty('clearMs')
    expect(turns[0]).not.toHaveProperty('recoveryMs')
  })
})
