import fc from 'fast-check'
import {describe, expect, test} from 'vitest'

import {SendLateness, sumOfLateness} from '../../../src/report/send-lateness.js'

/** On time, a little late as a sound machine is, and late as a stalled one is. */
const lateMs = fc.oneof(
  fc.double({min: -0.5, max: 15, noNaN: true}),
  fc.double({min: 0, max: 400, noNaN: true}),
  fc.constantFrom(0, 0.005, 99.99, 99.994, 100, 100.01, 60_000),
)
const frames = fc.array(lateMs, {minLength: 1, maxLength: 300})

const PERCENTAGES = [0, 1, 50, 90, 99, 99.9, 100]

function latenessOf(values: readonly number[]): SendLateness {
  const lateness = new SendLateness()
  for (const value of values) lateness.add(value)
  return lateness
}

function rounded(ms: number): number {
  return Math.max(0, Math.round(ms * 100)) / 100
}

function nearestRank(values: readonly number[], percentage: number): number | undefined {
  const sorted = values.map(rounded).toSorted((one, other) => one - other)
  return sorted[Math.max(1, Math.ceil((percentage / 100) * sorted.length)) - 1]
}

test('percentiles are those of the values to a hundredth of a millisecond, by the nearest rank', () => {
  fc.assert(
    fc.property(frames, (values) => {
      const lateness = latenessOf(values)

      for (const percentage of PERCENTAGES)
        expect(lateness.percentile(percentage)).toBe(nearestRank(values, percentage))
    }),
  )
})

test('any split into parts adds up to the whole', () => {
  fc.assert(
    fc.property(fc.array(frames, {maxLength: 6}), (parts) => {
      const sum = sumOfLateness(parts.map(latenessOf))
      const whole = latenessOf(parts.flat())

      expect(sum.frames).toBe(parts.flat().length)
      expect(sum.counts()).toEqual(whole.counts())
      for (const percentage of PERCENTAGES)
        expect(sum.percentile(percentage)).toBe(whole.percentile(percentage))
    }),
  )
})

test('what is written in a report is read back as it was', () => {
  fc.assert(
    fc.property(frames, (values) => {
      const lateness = latenessOf(values)
      // Through JSON, as a report goes.
      const written = JSON.parse(JSON.stringify(lateness.counts())) as ReturnType<
        SendLateness['counts']
      >
      const read = SendLateness.from(written)

      expect(read.frames).toBe(values.length)
      expect(read.counts()).toEqual(lateness.counts())
      expect(read.percentile(99)).toBe(lateness.percentile(99))
    }),
  )
})

describe('of no frames', () => {
  test('none was late', () => {
    expect(new SendLateness().percentile(99)).toBe(0)
    expect(new SendLateness().counts()).toEqual({unitMs: 0.01, counts: ''})
    expect(SendLateness.from({unitMs: 0.01, counts: ''}).frames).toBe(0)
  })
})

test.each([-1, 100.1, Number.NaN])('%d is no percentage', (percentage) => {
  expect(() => new SendLateness().percentile(percentage)).toThrow(RangeError)
})

describe('what no report holds is refused', () => {
  test.each([
    ' ',
    '7',
    '7:',
    ':7',
    '-1:1',
    '1.5:1',
    '1e3:1',
    '0x1:1',
    '07:1',
    '7:1,8:1',
    '7:1  8:1',
    '7:1 ',
    '7:1\n8:1',
    '__proto__:1',
    '8:1 7:1',
    '7:1 7:1',
    '7:0',
    '7:01',
    '7:99999999999999',
    '7:9999999999999999',
    '9999999999999:1',
  ])('%j', (counts) => {
    expect(() => SendLateness.from({unitMs: 0.01, counts})).toThrow(RangeError)
  })

  test.each([0, 0.1, 1, -0.01, Number.NaN])('a unit of %d ms', (unitMs) => {
    // The cast is what a foreign report does.
    expect(() => SendLateness.from({unitMs: unitMs as 0.01, counts: '0:1'})).toThrow(RangeError)
  })
})
