import {describe, expect, test} from 'vitest'

import type {CallReport} from '../../../../../src/report/report.js'
import {judgeLevel} from '../../../../../src/simulate/load/knee/level-verdict.js'
import {
  answeredCall,
  closedCall,
  droppedCall,
  refusedCall,
} from '../../../../rig/capacity-bot/fake-calls.js'
import {levelOf} from '../../../../rig/capacity-bot/fake-level.js'

const answered = (count: number, responseMs = 700): CallReport[] =>
  Array.from({length: count}, () => answeredCall({responseMs}))
const refused = (count: number): CallReport[] => Array.from({length: count}, () => refusedCall())

const STANDARD = {
  thresholds: ['p95(responseMs) < 2000', 'failed < 1 %'],
  alone: answeredCall({responseMs: 600}),
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
  const calls = [...answered(40), ...refused(30)]

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
