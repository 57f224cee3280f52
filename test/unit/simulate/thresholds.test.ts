import type {TurnKind} from '../../../src/protocol/events.js'
import {describe, expect, test} from 'vitest'

import type {CallReport} from '../../../src/report/report.js'
import {
  judgeThreshold,
  mistakeInThreshold,
  samplesMissing,
  sharesOf,
} from '../../../src/simulate/thresholds.js'

function judged(expression: string, values: readonly number[], uncertaintyMs = 0) {
  const measured = values.map((value) => ({value, uncertaintyMs}))
  return judgeThreshold(expression, new Map([['responseMs', measured]]))
}

const upTo = (count: number) => Array.from({length: count}, (_, index) => index + 1)

describe('the language', () => {
  test.each([
    'p50(responseMs) < 1500',
    'p95(responseMs)<1500',
    '  p99 ( responseMs )  <=  1500.5  ',
    'min(responseMs) >= -500',
    'max(bargeInStopMs) <= 300',
    'mean(leadMs) > 0',
    'count(responseMs) == 3',
    'underruns == 0',
  ])('%j is a threshold', (expression) => {
    expect(mistakeInThreshold(expression)).toBeUndefined()
  })

  test.each([
    '',
    'p50(responseMs)',
    'p50 responseMs < 1',
    'p75(responseMs) < 1',
    'responseMs = 1',
    'responseMs != 1',
    'responseMs < 1500 ms',
    'responseMs < 1e3',
    '1500 > responseMs',
    'responseMs < 1 and underruns == 0',
    'constructor',
  ])('%j is none', (expression) => {
    expect(mistakeInThreshold(expression)).toBe(
      'a threshold such as p50(responseMs) < 1500: p50, p95, p99, min, max, mean or count of a metric, then <, <=, >, >= or ==, then a number without a unit',
    )
    expect(() => judgeThreshold(expression, new Map())).toThrow(RangeError)
  })

  test.each(['happinessMs < 1', 'p50(constructor) < 1', 'max(ResponseMs) < 1'])(
    '%j is on a metric that does not exist',
    (expression) => {
      expect(mistakeInThreshold(expression)).toMatch(/^a threshold on a metric that exists, not /)
    },
  )
})

describe('values that were measured exactly', () => {
  test.each([
    ['p50(responseMs) < 3', [1, 2, 3, 4], 2, 'pass'],
    ['p50(responseMs) < 2', [1, 2, 3, 4], 2, 'fail'],
    ['p50(responseMs) <= 2', [4, 3, 2, 1], 2, 'pass'],
    ['min(responseMs) >= -500', [-600, 1], -600, 'fail'],
    ['min(responseMs) > -601', [-600, 1], -600, 'pass'],
    ['max(responseMs) <= 300', [300, 20], 300, 'pass'],
    ['max(responseMs) < 300', [300, 20], 300, 'fail'],
    ['mean(responseMs) == 2', [1, 2, 3], 2, 'pass'],
    ['count(responseMs) >= 2', [1], 1, 'fail'],
    ['p95(responseMs) < 20', upTo(20), 19, 'pass'],
    ['p95(responseMs) < 19', upTo(20), 19, 'fail'],
    ['p99(responseMs) < 20', upTo(20), 20, 'fail'],
  ])('%s over %j', (expression, values, value, status) => {
    expect(judged(expression, values)).toEqual({expression, value, status})
  })

  test.each([
    ['responseMs < 3', [1, 2], 2, 'pass'],
    ['responseMs < 3', [1, 3], 3, 'fail'],
    ['responseMs <= 3', [3, 3], 3, 'pass'],
    ['responseMs > 1', [2, 1], 1, 'fail'],
    ['responseMs >= 1', [2, 1], 1, 'pass'],
    ['responseMs == 0', [0, 0], 0, 'pass'],
    ['responseMs == 0', [0, 2], 2, 'fail'],
    ['responseMs == 0', [-2, 0, 1], -2, 'fail'],
  ])(
    'without a function every value must hold: %s over %j',
    (expression, values, value, status) => {
      expect(judged(expression, values)).toEqual({expression, value, status})
    },
  )
})

describe('what was not measured is not judged', () => {
  test.each(['p50(responseMs) < 1500', 'responseMs < 1500', 'max(responseMs) > 0'])(
    'no value at all: %s',
    (expression) => {
      expect(judged(expression, [])).toEqual({expression, status: 'not-measured'})
    },
  )

  test('a metric nobody gave values for', () => {
    expect(judgeThreshold('leadMs < 1', new Map())).toEqual({
      expression: 'leadMs < 1',
      status: 'not-measured',
    })
  })

  test.each(['p95(responseMs) < 1500', 'p99(responseMs) < 1500'])(
    'fewer than twenty values for a high percentile: %s',
    (expression) => {
      expect(judged(expression, upTo(19))).toEqual({expression, status: 'not-measured'})
    },
  )

  test('a count can be of nothing', () => {
    expect(judged('count(responseMs) == 0', [])).toMatchObject({value: 0, status: 'pass'})
  })
})

describe('what the rig may have been off by', () => {
  test.each([
    ['responseMs < 1000', [900], 99, 'pass'],
    ['responseMs < 1000', [900], 100, 'not-measured'],
    ['responseMs < 1000', [1100], 100, 'fail'],
    ['responseMs <= 1000', [900], 100, 'pass'],
    ['responseMs > 1000', [1100], 99, 'pass'],
    ['responseMs >= 1000', [1100], 101, 'not-measured'],
    ['responseMs >= 1000', [900], 50, 'fail'],
    ['p50(responseMs) < 1000', [100, 990, 2000], 20, 'not-measured'],
    ['mean(responseMs) < 1000', [900, 1000], 40, 'pass'],
    ['count(responseMs) == 2', [1, 2], 500, 'pass'],
    ['responseMs == 10', [10], 1, 'not-measured'],
    ['responseMs == 10', [12], 3, 'not-measured'],
    ['responseMs == 10', [12], 1, 'fail'],
  ])('%s over %j ± %i ms', (expression, values, uncertaintyMs, status) => {
    expect(judged(expression, values, uncertaintyMs)).toMatchObject({status})
  })

  test('a blurred value that nothing hangs on does not blur the rest', () => {
    const values = new Map([
      [
        'responseMs',
        [
          {value: 100, uncertaintyMs: 200},
          {value: 900, uncertaintyMs: 0},
        ],
      ],
    ])

    expect(judgeThreshold('max(responseMs) < 1000', values)).toMatchObject({
      value: 900,
      status: 'pass',
    })
  })

  test('the value shown is the value as measured', () => {
    expect(judged('responseMs < 1000', [990], 30)).toEqual({
      expression: 'responseMs < 1000',
      value: 990,
      status: 'not-measured',
    })
  })
})

describe('what a scenario can give values for', () => {
  test('what both sides said at once is one value a call, however many turns there are', () => {
    const many = (kind: TurnKind) => (kind === 'say' ? 30 : 0)

    expect(samplesMissing('p95(talkOverMs) < 200', many)).toMatch(/this call gives at most 1;/)
    expect(samplesMissing('max(talkOverMs) < 200', many)).toBeUndefined()
  })

  const turns = (made: Partial<Record<TurnKind, number>>) => (kind: TurnKind) => made[kind] ?? 0

  test.each([
    ['greetingMs < 1', {greeting: 1}],
    ['responseMs < 1', {say: 1}],
    ['firstAudioMs < 1', {digits: 1}],
    ['bargeInStopMs < 1', {interrupt: 1}],
    ['clearMs < 1', {interrupt: 1}],
    ['recoveryMs < 1', {interrupt: 1}],
    ['unheardMs < 1', {}],
    ['leadMs < 1', {}],
    ['p95(responseMs) < 1', {say: 12, digits: 8}],
    ['count(bargeInStopMs) == 0', {}],
    ['falseYield == 0', {backchannel: 1}],
    ['spuriousResponse == 0', {noise: 1}],
    ['answerMs < 500', {send: 1}],
    ['promptMs < 9000', {silence: 1}],
    ['interEventMs < 50', {}],
  ])('%s can be measured with %j', (expression, made) => {
    expect(samplesMissing(expression, turns(made))).toBeUndefined()
  })

  test.each([
    ['greetingMs < 1', {say: 1}, 'no step gives a greetingMs'],
    ['responseMs < 1', {greeting: 1, interrupt: 1}, 'no step gives a responseMs'],
    ['bargeInStopMs < 1', {say: 1}, 'no step gives a bargeInStopMs'],
    [
      'p95(responseMs) < 1',
      {say: 12, digits: 7},
      'p95 of responseMs takes 20 values, and this call gives at most 19; --repeat 2 gives enough',
    ],
    [
      'p99(leadMs) < 1',
      {say: 30},
      'p99 of leadMs takes 20 values, and this call gives at most 1; --repeat 20 gives enough',
    ],
    ['falseYield == 0', {say: 1, silence: 1}, 'no step gives a falseYield'],
    ['spuriousResponse == 0', {backchannel: 1}, 'no step gives a spuriousResponse'],
    ['max(answerMs) < 9', {say: 1}, 'no step gives a answerMs'],
    ['max(promptMs) < 9', {say: 1}, 'no step gives a promptMs'],
  ])('%s cannot with %j', (expression, made, why) => {
    expect(samplesMissing(expression, turns(made))).toBe(`a threshold that can be measured: ${why}`)
  })

  test.each([
    ['p95(responseMs) < 1', {say: 2}, 10],
    ['p95(leadMs) < 1', {}, 20],
  ])('%s can be measured with %j when it is called often enough', (expression, made, calls) => {
    expect(samplesMissing(expression, turns(made), calls)).toBeUndefined()
    expect(samplesMissing(expression, turns(made), calls - 1)).toMatch(
      new RegExp(`${String(calls - 1)} calls give .*; --repeat ${String(calls)} gives enough$`),
    )
  })
})

describe('shares of the calls of a load run', () => {
  test.each(['failed < 1 %', 'failed<0.5%', ' failed <= 2 ', 'dropped == 0', 'dropped < 1%'])(
    '%j is a threshold over them',
    (expression) => {
      expect(mistakeInThreshold(expression, 'load')).toBeUndefined()
    },
  )

  test.each(['mean(failed) < 1', 'failed < -1 %', 'failed < 1 % of all', 'dropped', 'failed < %'])(
    '%j is none',
    (expression) => {
      expect(mistakeInThreshold(expression, 'load')).toMatch(
        /^a threshold such as (failed|dropped) < 1 %: \1 without a function, then/,
      )
    },
  )

  test.each(['failed < 1 %', 'dropped == 0', 'mean(failed) < 1'])(
    '%j is not for a scenario, whose calls each have to pass',
    (expression) => {
      expect(mistakeInThreshold(expression)).toMatch(
        /^a threshold on the numbers of a call: (failed|dropped) is a share of many calls, for --threshold of exostream load$/,
      )
    },
  )

  test('they are among the metrics that exist there, and there alone', () => {
    expect(mistakeInThreshold('refused < 1', 'load')).toMatch(
      /, failed and dropped \(these in percent of the calls\)$/,
    )
    expect(mistakeInThreshold('refused < 1')).not.toMatch(/failed/)
  })

  test('a number takes no per cent elsewhere', () => {
    expect(mistakeInThreshold('responseMs < 1 %', 'load')).toMatch(/a number without a unit$/)
  })

  const call = (outcome: CallReport['outcome'], turns: readonly object[] = []) =>
    // The cast leaves out what no share is made of.
    ({outcome, turns, findings: []}) as unknown as CallReport
  const [passed, failed, dropped] = [call('completed'), call('failed'), call('dropped')]
  const unmeasured = call('completed', [{expectation: 'respond', uncertaintyMs: 90}])

  test.each([
    ['failed < 1 %', [...Array<CallReport>(99).fill(passed), failed], 1, 'fail'],
    ['failed <= 1 %', [...Array<CallReport>(99).fill(passed), failed], 1, 'pass'],
    ['failed < 1 %', [...Array<CallReport>(100).fill(passed), failed], 100 / 101, 'pass'],
    ['failed < 50', [passed, passed, failed, dropped], 100 / 3, 'pass'],
    ['dropped < 20', [passed, passed, failed, dropped], 25, 'fail'],
    ['dropped == 0', [passed, failed], 0, 'pass'],
  ] as const)('%s, call %#', (expression, calls, value, status) => {
    expect(judgeThreshold(expression, sharesOf(calls))).toEqual({expression, value, status})
  })

  test('of no calls nothing is known', () => {
    expect(judgeThreshold('failed < 1 %', sharesOf([dropped]))).toMatchObject({
      status: 'not-measured',
    })
  })

  test.each([
    ['failed < 20 %', 'not-measured'],
    ['failed < 60 %', 'pass'],
    ['failed < 10 %', 'not-measured'],
    ['failed > 60 %', 'fail'],
  ])('a call that the rig could not judge may have failed: %s', (expression, status) => {
    expect(judgeThreshold(expression, sharesOf([passed, unmeasured]))).toMatchObject({status})
  })
})
