import {describe, expect, test} from 'vitest'

import type {BrokenLevel} from '../../../../../src/report/load-report.js'
import type {CallReport} from '../../../../../src/report/report.js'
import {judgeLoad} from '../../../../../src/simulate/load/knee/whatever-load.js'
import {answeredCall, closedCall} from '../../../../rig/capacity-bot/fake-calls.js'
import {levelOf} from '../../../../rig/capacity-bot/fake-level.js'

const times = (count: number, call: CallReport) => Array.from({length: count}, () => call)
const quick = answeredCall({responseMs: 600})
const slow = answeredCall({responseMs: 3000})
const THRESHOLDS = ['p95(responseMs) < 2000', 'failed < 1 %', 'mean(underrunRate) < 1']

const failing = (failed: number, of: number) => [
  ...times(failed, closedCall()),
  ...times(of - failed, quick),
]
const broken = (threshold: string): BrokenLevel => ({
  concurrency: 21,
  threshold,
  value: 5,
  fault: 'bot',
  why: 'With 21 calls at once it broke.',
})

function judged(
  [fewer, more]: readonly [readonly CallReport[], readonly CallReport[]],
  threshold = 'failed < 1 %',
) {
  const shown = [
    {concurrency: 10, result: levelOf(fewer.slice(0, 40))},
    {concurrency: 20, result: levelOf(fewer.slice(40))},
    {concurrency: 21, result: levelOf(more)},
  ]
  return judgeLoad({bound: 'exact', calls: 20, broken: broken(threshold)}, THRESHOLDS, shown)
}

describe('a knee', () => {
  test('is one where more calls fail than with fewer', () => {
    const found = judged([failing(0, 200), failing(12, 100)])

    expect(found).toEqual({bound: 'exact', calls: 20, broken: broken('failed < 1 %')})
  })

  test('is none where as many fail of those that held together', () => {
    expect(judged([failing(9, 200), failing(12, 250)])).toEqual({
      bound: 'none',
      broken: {
        concurrency: 20,
        threshold: 'failed < 1 %',
        value: 4.5,
        fault: 'bot',
        atAnyLoad: true,
        why: 'With 20 calls at once or fewer 9 of 200 calls failed, and 12 of 250 with more.',
      },
    })
  })

  test('is at least what held where the more may be chance', () => {
    expect(judged([failing(1, 200), failing(4, 100)])).toMatchObject({
      bound: 'at-least',
      calls: 20,
      broken: {
        why: 'With 21 calls at once it broke. But with 20 calls at once or fewer 1 of 200 calls failed, and 4 of 100 with more. That is too little more to lay it to the number of calls.',
      },
    })
  })

  test('is none by a pooled share that the ceiling hid', () => {
    const shown = [{concurrency: 50, result: levelOf(failing(20, 500))}]

    expect(judgeLoad({bound: 'at-least', calls: 50}, THRESHOLDS, shown)).toMatchObject({
      bound: 'none',
      broken: {
        threshold: 'failed < 1 %',
        atAnyLoad: true,
        why: 'With 50 calls at once or fewer 20 of 500 calls failed.',
      },
    })
  })

  test('is not taken away by a call or two of a few', () => {
    const shown = [{concurrency: 2, result: levelOf(failing(1, 60))}]
    const found = {bound: 'at-least', calls: 2} as const

    expect(judgeLoad(found, THRESHOLDS, shown)).toEqual(found)
  })

  test('by slow answers is judged as one by failures', () => {
    const threshold = 'p95(responseMs) < 2000'
    const answers = (late: number, of: number) => [...times(late, slow), ...times(of - late, quick)]

    expect(judged([answers(4, 200), answers(60, 100)], threshold).bound).toBe('exact')
    expect(judged([answers(8, 200), answers(8, 100)], threshold)).toMatchObject({
      bound: 'at-least',
      broken: {
        why: 'With 21 calls at once it broke. But with 20 calls at once or fewer 8 of 200 values broke responseMs < 2000, and 8 of 100 with more. That is too little more to lay it to the number of calls.',
      },
    })
    expect(judged([answers(22, 200), answers(12, 100)], threshold)).toMatchObject({
      bound: 'none',
      broken: {threshold, atAnyLoad: true},
    })
  })

  test('by a mean, or by what failed to come, stays as the levels had it', () => {
    const {value: _, ...silent} = broken('calls')
    const shown = [{concurrency: 20, result: levelOf(failing(0, 200))}]
    const bySilence = {bound: 'exact', calls: 20, broken: silent} as const

    expect(judged([failing(0, 200), failing(0, 100)], 'mean(underrunRate) < 1').bound).toBe('exact')
    expect(judgeLoad(bySilence, THRESHOLDS, shown)).toEqual(bySilence)
  })

  test('that the rig ended stays as it is', () => {
    const found = {
      ...({bound: 'at-least', calls: 20} as const),
      broken: {...broken('failed < 1 %'), fault: 'rig' as const},
    }

    expect(
      judgeLoad(found, THRESHOLDS, [{concurrency: 20, result: levelOf(failing(0, 100))}]),
    ).toEqual(found)
  })

  describe('by holes', () => {
    const threshold = 'p95(underrunRate) < 1'
    const clean = answeredCall({responseMs: 600})
    const holed = answeredCall({responseMs: 600, holes: 3})
    const ourHoles = answeredCall({responseMs: 600, holes: 3, lateMs: 14})
    const judgedByHoles = (
      [fewer, more]: readonly [readonly CallReport[], readonly CallReport[]],
      lateMs = 9,
    ) =>
      judgeLoad(
        {bound: 'exact', calls: 20, broken: broken(threshold)},
        [threshold],
        [
          {concurrency: 20, result: levelOf(fewer, {lateMs})},
          {concurrency: 21, result: levelOf(more)},
        ],
      )

    test('is not taken away by those of calls that our own frames were too late for', () => {
      const echo = [...times(60, clean), ...times(40, ourHoles)]
      const shown = [{concurrency: 20, result: levelOf(echo, {lateMs: 9})}]
      const found = {bound: 'at-least', calls: 20} as const

      expect(judgeLoad(found, [threshold], shown)).toEqual(found)
      expect(judgedByHoles([echo, times(60, holed)]).bound).toBe('exact')
    })

    test('is none where as many are in the calls at real pace', () => {
      const fewer = [...times(60, clean), ...times(40, holed)]

      expect(judgedByHoles([fewer, [...times(36, clean), ...times(24, holed)]])).toMatchObject({
        bound: 'none',
        broken: {
          threshold,
          atAnyLoad: true,
          why: 'With 20 calls at once or fewer 40 of 100 values broke underrunRate < 1, and 24 of 60 with more.',
        },
      })
    })

    test('stays as the levels had it where none of them was at real pace up to there', () => {
      const found = judgedByHoles([times(60, ourHoles), times(60, holed)], 40)

      expect(found).toEqual({bound: 'exact', calls: 20, broken: broken(threshold)})
    })
  })

  test.each([
    {threshold: ' failed<=1.5% ', slowOrFailed: failing(40, 200)},
    {threshold: 'p99 ( responseMs )<=2000', slowOrFailed: times(200, slow)},
  ])('is judged by $threshold however it is written', ({threshold, slowOrFailed}) => {
    const shown = [{concurrency: 50, result: levelOf(slowOrFailed)}]

    expect(judgeLoad({bound: 'at-least', calls: 50}, [threshold], shown).bound).toBe('none')
  })
})
