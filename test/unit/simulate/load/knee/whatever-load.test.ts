import {describe, expect, test} from 'vitest'

import type {BrokenLevel} from '../../../../../src/report/load-report.js'
import type {CallReport} from '../../../../../src/report/report.js'
import {judgeLoad} from '../../../../../src/simulate/load/knee/whatever-load.js'
import {answeredCall, closedCall} from '../../../../rig/capacity-bot/fake-calls.js'

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
    {concurrency: 10, calls: fewer.slice(0, 40)},
    {concurrency: 20, calls: fewer.slice(40)},
    {concurrency: 21, calls: more},
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
    const shown = [{concurrency: 50, calls: failing(20, 500)}]

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
    const shown = [{concurrency: 2, calls: failing(1, 60)}]
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
    const shown = [{concurrency: 20, calls: failing(0, 200)}]
    const bySilence = {bound: 'exact', calls: 20, broken: silent} as const

    expect(judged([failing(0, 200), failing(0, 100)], 'mean(underrunRate) < 1').bound).toBe('exact')
    expect(judgeLoad(bySilence, THRESHOLDS, shown)).toEqual(bySilence)
  })

  test('that the rig ended stays as it is', () => {
    const found = {
      ...({bound: 'at-least', calls: 20} as const),
      broken: {...broken('failed < 1 %'), fault: 'rig' as const},
    }

    expect(judgeLoad(found, THRESHOLDS, [{concurrency: 20, calls: failing(0, 100)}])).toEqual(found)
  })
})
