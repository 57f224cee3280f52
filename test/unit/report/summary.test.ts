import fc from 'fast-check'
import {expect, test} from 'vitest'

import {mergeFindings, metricsOf, percentile, summarise} from '../../../src/report/summary.js'
import {aTurn, chunkFinding, salesCall, unknownEventFinding} from './reports.js'

const infoFinding = {
  ...unknownEventFinding,
  rule: 'chunk-small',
  severity: 'info',
  count: 900,
} as const

function callsWithResponses(responses: readonly number[]) {
  const turns = responses.map((responseMs) => aTurn({responseMs}))
  return [{...salesCall, turns, metrics: {}}]
}

test.for([
  [[15, 20, 35, 40, 50], 30, 20],
  [[15, 20, 35, 40, 50], 50, 35],
  [[15, 20, 35, 40, 50], 100, 50],
  [[1, 2], 50, 1],
  [[7], 95, 7],
  [[3, 4], 0, 3],
] as const)('of %j the percentile %i is %i, one of the values', ([values, p, expected]) => {
  expect(percentile(values, p)).toBe(expected)
})

test('a percentile of nothing, or no percentage, is a mistake in the code', () => {
  expect(() => percentile([], 50)).toThrow(RangeError)
  expect(() => percentile([1], 101)).toThrow(RangeError)
  expect(() => percentile([1], Number.NaN)).toThrow(RangeError)
})

test('a metric is summed up from the turns, whatever their order', () => {
  const {metrics} = summarise(callsWithResponses([900, -120, 1400]))

  expect(metrics).toEqual({responseMs: {n: 3, p50: 900, max: 1400}})
})

test('a 95th percentile is given from twenty values on, and not before', () => {
  const nineteen = summarise(callsWithResponses(Array.from({length: 19}, (_, at) => at)))
  const twenty = summarise(callsWithResponses(Array.from({length: 20}, (_, at) => at)))

  expect(nineteen.metrics['responseMs']).not.toHaveProperty('p95')
  expect(twenty.metrics['responseMs']).toEqual({n: 20, p50: 9, p95: 18, max: 19})
})

test('a metric that stands on the turns is not counted again from the call', () => {
  const call = {
    ...salesCall,
    turns: [aTurn({greetingMs: 400})],
    metrics: {greetingMs: 400, gapMs: 0},
  }

  const {metrics} = summarise([call, call])

  expect(metrics).toEqual({
    gapMs: {n: 2, p50: 0, max: 0},
    greetingMs: {n: 2, p50: 400, max: 400},
  })
})

test('findings of one rule become one: counts added, the earliest time kept', () => {
  const later = {...chunkFinding, count: 2, firstAtMs: 9000}

  expect(mergeFindings([later, chunkFinding])).toEqual([{...chunkFinding, count: 150}])
})

test('errors come before warnings, and warnings before the rest, however many there are', () => {
  const merged = mergeFindings([infoFinding, unknownEventFinding, chunkFinding])

  expect(merged.map(({severity}) => severity)).toEqual(['error', 'warning', 'info'])
})

test('it makes no difference in which portions findings are merged', () => {
  const finding = fc.record({
    rule: fc.constantFrom('chunk-small', 'chunk-too-large', 'unknown-event'),
    count: fc.integer({min: 1, max: 99}),
    firstAtMs: fc.integer({min: 0, max: 9999}),
  })
  fc.assert(
    fc.property(fc.array(finding), fc.nat(), (some, cut) => {
      const all = some.map((one) => ({...chunkFinding, ...one}))

      const whole = mergeFindings(all)
      const portions = mergeFindings([...mergeFindings(all.slice(0, cut)), ...all.slice(cut)])

      expect(portions).toEqual(whole)
    }),
  )
})

test('of two findings that came as often, the first by name stands first, whichever came first', () => {
  const [one, other] = [chunkFinding, {...chunkFinding, rule: 'chunk-too-large'} as const]

  expect(mergeFindings([other, one])).toEqual(mergeFindings([one, other]))
})

test('a call passes only when everything it promised was measured and held', () => {
  const unmeasured = {...salesCall, turns: [aTurn({expectation: 'respond'})]}
  const unmet = {...salesCall, turns: [aTurn({expectation: 'respond', met: false})]}
  const broken = {...salesCall, findings: [chunkFinding]}
  const warned = {...salesCall, findings: [unknownEventFinding]}
  const lost = {...salesCall, outcome: 'failed' as const}
  const dropped = {...salesCall, outcome: 'dropped' as const}

  const summary = summarise([salesCall, unmeasured, unmet, broken, warned, lost, dropped])

  expect(summary).toMatchObject({calls: 7, passed: 2, failed: 4, dropped: 1})
})

test('what both sides said at once is held to its sum over the call, not turn by turn', () => {
  const turns = [aTurn({talkOverMs: 200}), aTurn({talkOverMs: 0})]
  const call = {...salesCall, turns, metrics: {talkOverMs: 240}}

  expect(summarise([call]).metrics).toEqual({talkOverMs: {n: 1, p50: 240, max: 240}})
})

test('a time is as sure as its own interval, and one before the call as sure as can be', () => {
  const turns = [
    aTurn({
      bargeInStopMs: 250,
      recoveryMs: 900,
      uncertaintyMs: 200,
      uncertaintiesMs: {bargeInStopMs: 3},
    }),
  ]
  const metrics = {handshakeMs: 40, tlsMs: 12, leadMs: 90}

  const values = metricsOf({...salesCall, turns, metrics, uncertaintyMs: 200})

  expect(Object.fromEntries(values.map(({name, uncertaintyMs}) => [name, uncertaintyMs]))).toEqual({
    bargeInStopMs: 3,
    recoveryMs: 200,
    handshakeMs: 0,
    tlsMs: 0,
    leadMs: 200,
  })
})

test('a lateness of ours blurs times, not what was counted', () => {
  const turns = [aTurn({responseMs: 700, falseYield: 0, uncertaintyMs: 40})]
  const metrics = {underruns: 0, leadMs: 200}

  const values = metricsOf({...salesCall, turns, metrics, uncertaintyMs: 90})

  expect(Object.fromEntries(values.map(({name, uncertaintyMs}) => [name, uncertaintyMs]))).toEqual({
    responseMs: 40,
    falseYield: 0,
    underruns: 0,
    leadMs: 90,
  })
})
