import {expect, test} from 'vitest'

import {courseOf} from '../../../../../src/report/html/load/course.js'
import type {CallReport} from '../../../../../src/report/report.js'
import {aLoadCall, refused} from '../../load-reports.js'
import {aTurn} from '../../reports.js'

const RUN = '2026-11-21T09:00:00.000Z'
const at = (ms: number) => new Date(Date.parse(RUN) + ms).toISOString()

const call = (startMs: number, durationMs: number, fields: Partial<CallReport> = {}) =>
  aLoadCall(0, {startedAt: at(startMs), durationMs, metrics: {}, turns: [], ...fields})

const opens = (calls: readonly CallReport[]) => courseOf(calls, RUN)?.moments.map(({open}) => open)

test('a second shows the most calls that were open in it', () => {
  expect(opens([call(0, 2500), call(500, 200), call(2900, 300)])).toEqual([2, 1, 1, 1])
})

test('a call that ends as the next begins is not open beside it', () => {
  expect(opens([call(0, 1000), call(1000, 500)])).toEqual([1, 1])
})

test('calls that were never opened are failures, and not open', () => {
  const course = courseOf([{...refused(0), startedAt: at(1200)}, call(0, 2400)], RUN)

  expect(course?.moments).toEqual([
    {atMs: 0, open: 1, failed: 0},
    {atMs: 1000, open: 1, failed: 1},
    {atMs: 2000, open: 1, failed: 0},
  ])
})

test('the response is that of the last ten seconds, from twenty answers on', () => {
  const answering = (startMs: number, responseMs: number) =>
    call(startMs, 900, {turns: [aTurn({responseMs})]})
  const calls = [
    ...Array.from({length: 19}, (_, index) => answering(0, 100 + index)),
    answering(3000, 999),
    call(0, 14_000),
  ]

  const course = courseOf(calls, RUN)

  expect(course?.moments.map(({responseP95Ms}) => responseP95Ms)).toEqual([
    ...[undefined, undefined, undefined],
    ...Array.from({length: 7}, () => 118),
    ...Array.from({length: 5}, () => undefined),
  ])
})

test('a long run has longer steps, and no more of them than a page can show', () => {
  const course = courseOf([call(0, 3_600_000)], RUN)

  expect(course?.stepMs).toBe(7000)
  expect(course?.moments.length).toBeLessThanOrEqual(600)
})

test.for([
  ['before the run', at(-5000)],
  ['in another century', '2126-01-01T00:00:00.000Z'],
  ['at no time', 'yesterday'],
])('a call that was dialled %s is left out', ([, startedAt]) => {
  expect(opens([call(0, 900), call(0, 900, {startedAt: startedAt ?? ''})])).toEqual([1])
})

test('a run without a start has no course', () => {
  expect(courseOf([call(0, 900)], 'never')).toBeUndefined()
  expect(courseOf([], RUN)).toBeUndefined()
})
