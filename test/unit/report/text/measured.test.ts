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
  [
    {deliveryRatio: {n: 3, p50: 0.8, max: 2}},
    '  pace       0.80 of real time in the median call; under 1 the caller hears holes',
  ],
  [{deliveryRatio: one(10)}, '  pace       10.00 of real time; under 1 the caller hears holes'],
  [{deliveryRatio: one(313.3)}, '  pace       sent at once, not paced'],
  [
    {deliveryRatio: {n: 3, p50: 180, max: 313.3}},
    '  pace       sent at once, not paced, in the median call',
  ],
  [
    {dnsMs: one(4), tlsMs: one(31), upgradeMs: {n: 2, p50: 9, max: 12}},
    '  handshake  DNS 4 ms, TLS 31 ms, upgrade at most 12 ms',
  ],
  [
    {firstMediaMs: one(180)},
    '  media      180 ms from start to the first media message: excellent',
  ],
  [
    {firstMediaMs: one(900)},
    '  media      900 ms from start to the first media message: poor. Have the greeting as audio before the call comes, and send its first chunk as soon as start has arrived.',
  ],
  [
    {interEventMs: one(80)},
    '  cadence    80 ms on average that a message came late: good. Send each chunk before the one ahead of it has run out: on deadlines counted from the first one, or 200 ms ahead of the ear.',
  ],
  [
    {underruns: one(3), gapMs: one(60), gapLateMs: one(40), gapShortMs: one(20), gapOddMs: one(0)},
    "  gaps       3 holes, 60 ms of silence in the bot's speech: late chunks 40 ms, short last packets 20 ms",
  ],
  [{falseYield: one(0)}, '  yielding   spoke on over 1 backchannel'],
  [
    {falseYield: {n: 3, p50: 0, max: 1}},
    '  yielding   fell silent over a backchannel, of 3 backchannels in all',
  ],
  [{spuriousResponse: one(0)}, '  noise      left 1 noise unanswered'],
  [{spuriousResponse: {n: 2, p50: 0, max: 1}}, '  noise      answered a noise, of 2 noises in all'],
  [{promptMs: one(4000)}, '  prompt     4000 ms until a silent caller was spoken to'],
  [{answerMs: one(120)}, '  answers    120 ms until the answer to what the caller sent'],
  [{closingAfterMarkMs: one(90)}, '  closing    90 ms from the last mark until the bot closed'],
] as const)('%j reads in words', ([metrics, line]) => {
  expect(describeMetrics(metrics, look)).toEqual([line])
})

test('what was not measured, or was nothing, is not mentioned', () => {
  expect(describeMetrics({unheardMs: one(0), talkOverMs: one(0)}, look)).toEqual([])
})
