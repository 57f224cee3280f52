import {describe, expect, test} from 'vitest'

import type {CallReport} from '../../../../../../src/report/report.js'
import {judgeLevel} from '../../../../../../src/simulate/load/knee/level/level-verdict.js'
import {
  answeredCall,
  closedCall,
  droppedCall,
  refusedCall,
  timedOutCall,
  turnedAwayCall,
} from '../../../../../rig/capacity-bot/fake-calls.js'
import {levelOf} from '../../../../../rig/capacity-bot/fake-level.js'

const answered = (count: number, responseMs = 700): CallReport[] =>
  Array.from({length: count}, () => answeredCall({responseMs}))
const refused = (count: number): CallReport[] => Array.from({length: count}, () => refusedCall())

const STANDARD = {
  thresholds: ['p95(responseMs) < 2000', 'failed < 1 %'],
  alone: [answeredCall({responseMs: 600})],
  concurrency: 60,
}

describe('a level', () => {
  test('holds when every threshold does', () => {
    expect(judgeLevel(levelOf(answered(70)), STANDARD)).toMatchObject({
      verdict: 'held',
      isDoubtful: false,
    })
  })

  test('breaks clearly when each third of its calls breaks', () => {
    const judged = judgeLevel(levelOf([...answered(60), ...refused(10)]), STANDARD)

    expect(judged).toMatchObject({
      verdict: 'broken',
      isDoubtful: false,
      broken: {expression: 'failed < 1 %', status: 'fail'},
    })
  })

  test('that breaks by a single call is tried once more, and then has held', () => {
    const calls = [...answered(69), closedCall()]

    expect(judgeLevel(levelOf(calls), STANDARD)).toMatchObject({
      verdict: 'broken',
      isDoubtful: true,
    })
    expect(judgeLevel(levelOf(calls), {...STANDARD, isAgain: true})).toMatchObject({
      verdict: 'held',
      reason: 'a part of the calls held failed < 1 % twice: that the others broke it may be chance',
    })
  })

  test('breaks in its second try when no part of it holds, though it has too few for thirds', () => {
    const judged = judgeLevel(levelOf(answered(24, 3000)), {
      ...STANDARD,
      concurrency: 20,
      isAgain: true,
    })

    expect(judged).toMatchObject({verdict: 'broken', broken: {expression: STANDARD.thresholds[0]}})
  })

  test('of which hardly a call came to its end is broken, however those few went', () => {
    expect(judgeLevel(levelOf(answered(25)), {...STANDARD, isAgain: true})).toMatchObject({
      verdict: 'broken',
      reason: 'only 25 calls began and ended in 12 s',
    })
  })

  test('of which hardly a call came to its end names no threshold that those few held', () => {
    const {broken} = judgeLevel(levelOf(answered(25)), {...STANDARD, isAgain: true})

    expect(broken).toEqual({expression: 'calls', status: 'not-measured'})
  })

  test('of which hardly any came to its end needs no second try', () => {
    expect(judgeLevel(levelOf(answered(14)), STANDARD)).toMatchObject({
      verdict: 'broken',
      isDoubtful: false,
    })
  })

  test('of which nobody was answered is broken, where only answers are asked for', () => {
    const unanswered = Array.from({length: 70}, () => answeredCall({}))

    expect(
      judgeLevel(levelOf(unanswered), {...STANDARD, thresholds: ['p95(responseMs) < 2000']}),
    ).toMatchObject({verdict: 'broken', isDoubtful: true})
  })

  test('says what it had too few values for', () => {
    expect(judgeLevel(levelOf(answered(12)), {...STANDARD, concurrency: 1})).toMatchObject({
      verdict: 'held',
      isDoubtful: true,
      reason: 'too few values came in 12 calls for p95(responseMs) < 2000',
    })
  })

  test('leaves aside what one call alone does not measure either', () => {
    const thresholds = ['failed < 1 %', 'p95(promptMs) < 2000']

    expect(judgeLevel(levelOf(answered(70)), {...STANDARD, thresholds})).toMatchObject({
      verdict: 'held',
    })
  })
})

describe('a level is void when the rig was the limit, however bad the bot looks', () => {
  const calls = [...answered(40, 3000), ...Array.from({length: 30}, () => closedCall())]

  test.each([
    {what: 'its frames late', over: {lateMs: 80}, reason: /80 ms late at p99/},
    {what: 'its cores busy', over: {rigCpu: 1.5, cores: 2}, reason: /took 75 % of its 2 cores/},
  ])('with $what', ({over, reason}) => {
    const judged = judgeLevel(levelOf(calls, over), STANDARD)

    expect(judged.verdict).toBe('void')
    expect(judged.reason).toMatch(reason)
  })

  test('with calls that it could not start', () => {
    const dropped = [...answered(68), droppedCall(), droppedCall()]

    expect(judgeLevel(levelOf(dropped), STANDARD)).toMatchObject({
      verdict: 'void',
      reason: 'this machine could not start 2 of 70 calls in time',
    })
  })

  test('with a verdict that hangs on its lateness', () => {
    const blurred = Array.from({length: 70}, () =>
      answeredCall({responseMs: 1980, uncertaintyMs: 40}),
    )

    expect(judgeLevel(levelOf(blurred), STANDARD)).toMatchObject({
      verdict: 'void',
      reason:
        "whether p95(responseMs) < 2000 holds hangs on how late this machine's own frames were",
    })
  })
})

describe('a refusal is the word of the bot, whatever the rig did', () => {
  const late = {lateMs: 180, rigCpu: 1.9}
  const turnedAway = Array.from({length: 30}, () => turnedAwayCall())
  const timedOut = Array.from({length: 30}, () => timedOutCall())

  test.each([
    {what: 'refused with 503', calls: [...answered(25), ...refused(63)]},
    {what: 'closed before it had said anything', calls: [...answered(58), ...turnedAway]},
  ])('so that a level of a late rig breaks by calls $what', ({calls}) => {
    expect(judgeLevel(levelOf(calls, late), {...STANDARD, concurrency: 16})).toMatchObject({
      verdict: 'broken',
      isDoubtful: false,
      broken: {expression: 'failed < 1 %', status: 'fail'},
      reason: expect.stringMatching(/^\d+ of 88 calls were refused, which no lateness/) as string,
    })
  })

  test('but the times of such a level say nothing', () => {
    const calls = [...answered(69, 3000), ...refused(1)]
    const thresholds = ['p95(responseMs) < 2000', 'failed < 5 %']

    expect(judgeLevel(levelOf(calls, late), {...STANDARD, thresholds}).verdict).toBe('void')
  })

  test('which a dial that was not answered in time is not, nor a call that was cut off later', () => {
    const later = Array.from({length: 30}, () => closedCall())

    expect(judgeLevel(levelOf([...answered(40), ...timedOut], late), STANDARD).verdict).toBe('void')
    expect(judgeLevel(levelOf([...answered(40), ...later], late), STANDARD).verdict).toBe('void')
  })

  test('and a single one is tried once more, like any', () => {
    const calls = [...answered(69), ...refused(1)]

    expect(judgeLevel(levelOf(calls, late), STANDARD)).toMatchObject({
      verdict: 'broken',
      isDoubtful: true,
    })
    expect(judgeLevel(levelOf(calls, late), {...STANDARD, isAgain: true}).verdict).toBe('void')
  })
})

describe('holes in what the bot said', () => {
  const standard = {...STANDARD, thresholds: ['mean(underrunRate) < 1']}
  const heard = (count: number, more: Parameters<typeof answeredCall>[0]) =>
    Array.from({length: count}, () => answeredCall({responseMs: 700, ...more}))

  test('break a level when our own frames were on time', () => {
    expect(
      judgeLevel(levelOf([...heard(30, {holes: 1}), ...heard(30, {})]), standard),
    ).toMatchObject({verdict: 'broken', isDoubtful: false, broken: {value: 25}})
  })

  test('are counted over all of its speech, not by the mean of short answers', () => {
    const long = {...answeredCall({}), speech: {caller: [], bot: [{startMs: 0, endMs: 240_000}]}}
    const calls = [...heard(3, {holes: 1}), ...Array.from({length: 57}, () => long)]

    expect(judgeLevel(levelOf(calls), standard)).toMatchObject({
      verdict: 'held',
      thresholds: [{status: 'pass', value: expect.closeTo(3 / (57 * 4), 3) as number}],
    })
  })

  test('are too few to say anything by when they are two, and a second try would not help', () => {
    expect(judgeLevel(levelOf([...heard(2, {holes: 1}), ...heard(58, {})]), standard)).toEqual({
      verdict: 'held',
      thresholds: [{expression: 'mean(underrunRate) < 1', status: 'not-measured'}],
      reason: "2 holes in 72 s of the bot's speech are too few to say how many come a minute",
      isDoubtful: false,
    })
    const three = [...heard(3, {holes: 1}), ...heard(57, {})]
    expect(judgeLevel(levelOf(three), standard).verdict).toBe('broken')
  })

  test('are no fault of the bot where our frames were late by more than 10 ms at p99', () => {
    const calls = [...heard(30, {holes: 1}), ...heard(30, {})]

    expect(judgeLevel(levelOf(calls, {lateMs: 10}), standard).verdict).toBe('broken')
    expect(judgeLevel(levelOf(calls, {lateMs: 11}), standard)).toMatchObject({
      verdict: 'void',
      reason:
        "whether mean(underrunRate) < 1 holds hangs on how late this machine's own frames were",
    })
  })

  test('are judged by the calls that were on time, where these are half of them', () => {
    const late = heard(30, {holes: 1, lateMs: 25})

    expect(judgeLevel(levelOf([...late, ...heard(30, {})]), standard).verdict).toBe('held')
    expect(judgeLevel(levelOf([...late, ...heard(30, {holes: 1})]), standard).verdict).toBe(
      'broken',
    )
    expect(judgeLevel(levelOf([...late, ...heard(29, {})]), standard).verdict).toBe('void')
  })

  test('of a late rig are none where there were none', () => {
    expect(judgeLevel(levelOf(heard(60, {}), {lateMs: 40}), standard).verdict).toBe('held')
  })
})
