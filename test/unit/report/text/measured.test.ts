import {expect, test} from 'vitest'

import {plainPaint} from '../../../../src/report/text/look.js'
import {describeMetrics} from '../../../../src/report/text/measured.js'

const look = {width: 200, paint: plainPaint, ascii: false}
const one = (value: number) => ({n: 1, p50: value, max: value})

test.for([
  [{greetingMs: one(412)}, '  greeting   412 ms from start to the first sound the caller heard'],
  [
    {responseMs: {n: 40, p50: 800, p95: 1900, max: 2400}},
    "  response   p50 800 ms, p95 1900 ms, max 2400 ms over 40 answers, from the end of the caller's speech to the bot's as heard",
  ],
  [
    {responseMs: one(640)},
    "  response   640 ms, from the end of the caller's speech to the bot's as heard",
  ],
  [
    {bargeInStopMs: one(340)},
    "  stop       340 ms from the caller's first word to silence at the ear; no clear arrived",
  ],
  [
    {clearMs: one(210)},
    '  stop       clear arrived after 210 ms, and the bot was not heard to stop',
  ],
  [{underruns: one(0)}, '  gaps       none: the bot was heard without a hole'],
  [{underruns: one(1)}, "  gaps       1 hole in the bot's speech"],
  [
    {underruns: {n: 3, p50: 0, max: 2}, gapMs: {n: 3, p50: 0, max: 9.96}},
    '  gaps       2 holes, 10 ms of silence in the worst call',
  ],
  [{leadMs: one(3900)}, "  lead       the bot was up to 3900 ms ahead of the caller's ear"],
  [{deliveryRatio: one(0.8)}, '  pace       0.80 of real time; under 1 the caller hears holes'],
] as const)('%j reads in words', ([metrics, line]) => {
  expect(describeMetrics(metrics, look)).toEqual([line])
})

test('what was not measured, or was nothing, is not mentioned', () => {
  expect(describeMetrics({unheardMs: one(0), talkOverMs: one(0)}, look)).toEqual([])
})
