import {expect, test} from 'vitest'

import {renderReport} from '../../../../src/report/text/text.js'
import {plainPaint} from '../../../../src/report/text/look.js'
import {aReport, aTurn, good, salesCall} from '../reports.js'

const look = {width: 80, paint: plainPaint, ascii: false}

const repeated = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).flatMap(([scenario, count]) =>
    Array.from({length: count}, (_, at) => ({
      ...salesCall,
      scenario,
      metrics: {deliveryRatio: 1 + at / 100},
      turns: [aTurn({expectation: 'respond', met: at > 0, responseMs: 600 + at * 10})],
    })),
  )

const spreadOf = (text: string) =>
  text.split('\n\n').filter((block) => block.startsWith('Spread of'))

test('a scenario called more than once has the spread of its numbers, with how many there are', () => {
  const calls = repeated({sales: 20, emi: 3})
  const plan = {...good.plan, scenarios: ['sales', 'emi'], repeat: 20}

  expect(spreadOf(renderReport(aReport({calls, plan, verdict: 'fail'}), look))).toEqual([
    `Spread of sales, 20 calls, 19 passed
                  n     p50     p95     max
  responseMs     20  690 ms  780 ms  790 ms
  deliveryRatio  20    1.09    1.18    1.19`,
    `Spread of emi, 3 calls, 2 passed
                 n     p50  p95     max
  responseMs     3  610 ms       620 ms
  deliveryRatio  3    1.01         1.02`,
  ])
})

test('scenarios called once each have none', () => {
  const calls = repeated({sales: 1, emi: 1})

  expect(spreadOf(renderReport(aReport({calls}), look))).toEqual([])
})

test('of more than forty calls those that did not pass are listed', () => {
  const calls = repeated({sales: 50})
  const plan = {...good.plan, repeat: 50}

  const text = renderReport(aReport({calls, plan, verdict: 'fail'}), look)

  expect(text).toContain(`Calls
  49 calls passed; listed are those that did not.
   1  sales   48.2 s  fail`)
  expect(text).not.toMatch(/^ +2 {2}sales/m)
})

test('of more than forty that did not pass the rest are counted', () => {
  const calls = Array.from({length: 45}, () => ({...salesCall, outcome: 'failed' as const}))

  const text = renderReport(aReport({calls, verdict: 'fail'}), look)

  expect(text).toContain('5 more calls did not pass.')
  expect(text.match(/^ {2}[ \d]\d {2}sales/gm)).toHaveLength(40)
})
