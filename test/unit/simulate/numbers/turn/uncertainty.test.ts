import {describe, expect, test} from 'vitest'

import type {StreamEvent} from '../../../../../src/protocol/events.js'
import {
  bot,
  caller,
  closed,
  type Events,
  frame,
  numbersOf,
  packet,
  turn,
  turnEnd,
} from '../hand-made-events.js'

const lateTick = (intendedMs: number, lateMs: number): StreamEvent => ({
  type: 'late-tick',
  atMs: intendedMs + lateMs,
  tick: intendedMs / 20,
  intendedMs,
})

/** The caller speaks from 1000 to 3000 ms, and is answered at 3800 ms, within the limit of 820 ms. */
function answered(...late: Events) {
  const asked = turn(0, 'say', 1000, {expectation: 'respond', withinMs: 820})
  const said = [asked, caller(0, 1000, 3000), turnEnd(0, 3840)]
  return numbersOf(said, late, packet(3790), bot(3800, 5000), closed(9000)).turns[0]
}

describe('an expectation hangs on the lateness inside its own interval', () => {
  test.each([
    ['in the caller’s speech', 1500, true],
    ['a tick before the end of it', 2980, undefined],
    ['while the answer is waited for', 3400, undefined],
    ['as the answer begins', 3800, undefined],
    ['a tick after that', 3820, undefined],
    ['when the answer has been heard', 4000, true],
  ])('a frame that is 60 ms late %s', (_where, atMs, met) => {
    expect(answered(frame(atMs, 60))?.met).toBe(met)
  })

  test('a tick without a frame counts as well: 100 ms frames would not show it', () => {
    expect(answered(lateTick(3400, 60))).not.toHaveProperty('met')
    expect(answered(lateTick(3400, 60))?.uncertaintyMs).toBe(60)
  })

  test('the turn tells the worst of its intervals', () => {
    expect(answered(frame(1500, 40), frame(3400, 7))).toMatchObject({met: true, uncertaintyMs: 40})
    expect(answered(frame(1500, 4), frame(3400, 7))?.uncertaintyMs).toBe(7)
  })

  test('a stall between two turns blurs neither', () => {
    expect(answered(frame(6000, 200))).toMatchObject({met: true, uncertaintyMs: 0})
  })
})

describe('a stall of ours while an interruption is answered', () => {
  const interrupted = (...late: Events) =>
    numbersOf(
      [bot(0, 1200), turn(0, 'interrupt', 1000, {expectation: 'stop', answerWithinMs: 1000})],
      [caller(0, 1000, 2000), late, bot(2800, 4000), turnEnd(0, 4000), closed(6000)],
    ).turns[0]

  test('blurs the turn, and not the stop before it, nor the words', () => {
    expect(interrupted(frame(2400, 200))).toMatchObject({
      bargeInStopMs: 200,
      recoveryMs: 800,
      uncertaintyMs: 200,
      uncertaintiesMs: {bargeInStopMs: 0, talkOverMs: 0},
    })
  })

  test('is told of the turn alone where each of its times is as blurred', () => {
    expect(interrupted()).not.toHaveProperty('uncertaintiesMs')
  })
})

test('where nothing came, the wait for it is what may be off', () => {
  const asked = turn(0, 'say', 1000, {expectation: 'ignore'})
  const report = numbersOf(
    [asked, caller(0, 1000, 2000), turnEnd(0, 4000)],
    frame(3500, 30),
    closed(9000),
  ).turns[0]

  expect(report).toMatchObject({met: true, uncertaintyMs: 30})
})
