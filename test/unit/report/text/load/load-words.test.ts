import {describe, expect, test} from 'vitest'

import type {KneeReport} from '../../../../../src/report/load-report.js'
import {renderHtml} from '../../../../../src/report/html/html.js'
import {bandWords} from '../../../../../src/report/metric-words.js'
import {refuseTooMany} from '../../../../../src/report/merge/mergeable.js'
import {readReport} from '../../../../../src/report/report-reader.js'
import {
  kneeSentences,
  overloadSentence,
  overloadWord,
} from '../../../../../src/report/text/load/knee-text.js'
import {plainPaint} from '../../../../../src/report/text/look.js'
import {renderReport} from '../../../../../src/report/text/text.js'
import {aLoad, kneeExact, passingLoad} from '../../load-reports.js'

const plain = {width: 120, paint: plainPaint, ascii: false}
const last = (text: string) => text.trimEnd().split('\n').at(-1)

test('a bot that is not there is named in the verdict, with what to do above it', () => {
  const failure = {code: 'EXO_DIAL_REFUSED', message: 'Nothing listens.', hint: 'Start the bot.'}
  const calibration = {
    outcome: 'failed' as const,
    durationMs: 0,
    sendLatenessP99Ms: 0,
    problem: failure.message,
    failure,
  }

  const text = renderReport(
    aLoad({calls: [], verdict: 'fail', thresholds: []}, {calibration}),
    plain,
  )

  expect(last(text)).toBe(
    'fail: no call was opened; first cause: EXO_DIAL_REFUSED, Nothing listens',
  )
  expect(text).toContain('Alone: Nothing listens. Fix: Start the bot.')
})

test('missing shards come first in the verdict, and callers are told', () => {
  const cut = aLoad({verdict: 'fail'}, {shards: [{part: 1, of: 3}], missing: [2, 3], callers: 40})
  const text = renderReport(cut, plain)

  expect(last(text)).toMatch(/^fail: shards 2, 3 of 3 are missing, 300 calls passed/)
  expect(text).toContain('callers  40 rows of --data')
})

test('what held once is not said to have held again', () => {
  const {knee} = kneeExact.load ?? {}
  if (!knee) throw new Error('there is no knee')

  expect(kneeSentences(knee)[0]).toContain('held, and held again')
  expect(kneeSentences({...knee, heldTwice: false})[0]).toContain('held once')
})

describe('a knee in words', () => {
  const {knee} = kneeExact.load ?? {}
  if (!knee?.broken) throw new Error('there is no knee')
  const {value: _, ...broken} = knee.broken
  const told = (fields: Partial<KneeReport>) => kneeSentences({...knee, ...fields}).join(' ')

  test('names no threshold where hardly a call came to its end', () => {
    const words = told({broken: {...broken, threshold: 'calls', why: 'Only 9 calls ended.'}})

    expect(words).toContain(
      "With 126 too few calls came to their end in time. That is the bot's doing: Only 9 calls ended.",
    )
  })

  test('is none where as many calls fail whatever their number', () => {
    const {calls: __, ...without} = knee
    const why = '9 of 200 calls failed.'
    const atAnyLoad = {...broken, threshold: 'failed < 1 %', atAnyLoad: true as const, why}

    expect(kneeSentences({...without, bound: 'none', broken: atAnyLoad})).toEqual([
      'No number of calls is a knee: failed < 1 % breaks at any.',
      "That is the bot's doing: 9 of 200 calls failed.",
    ])
  })

  test('says what no step was held to', () => {
    expect(told({unmeasured: ['p95(responseMs) < 2000']})).toContain(
      'Not judged, because no call alone gave a value: p95(responseMs) < 2000.',
    )
  })
})

test('a bot that is gone is said to be, in the text, on the page and in the verdict', () => {
  const {knee} = kneeExact.load ?? {}
  if (!knee) throw new Error('there is no knee')
  const leak = {verdict: 'gone' as const, evidence: ['Its process is gone.']}
  const report = aLoad({...kneeExact, verdict: 'fail'}, {...kneeExact.load, knee: {...knee, leak}})
  const text = renderReport(report, plain)

  expect(text).toContain('After all had hung up: the bot is gone')
  expect(renderHtml(report)).toContain('<h3>After all had hung up: the bot is gone</h3>')
  expect(last(text)).toBe(
    'fail: knee: 120 calls at once, limited by the bot, sheds, the bot is gone',
  )
})

test('an overload that was not tried has no numbers', () => {
  const overload = {verdict: 'not-measured' as const, why: 'There is nothing to go beyond.'}

  expect(overloadWord(overload)).toBe('not tried')
  expect(overloadSentence(overload)).toBe('There is nothing to go beyond.')
})

test('an answer before its time is no slow one', () => {
  expect(bandWords('responseMs', -1460)).toBe('began before the caller had finished')
  expect(bandWords('responseMs', 900)).toBe('excellent')
})

test('what is no JSON is said without what is in it', () => {
  expect(() => readReport('secret words', 'a.json')).toThrow(/^a\.json is not JSON(?!.*secret)/)
  expect(() => readReport('{"a"', 'a.json')).toThrow(/^a\.json is not JSON/)
})

test('more calls than one report holds are refused', () => {
  const part = {name: 'a.json', report: passingLoad}

  expect(() => {
    refuseTooMany([part], 299)
  }).toThrow('These are over 299 calls')
  expect(() => {
    refuseTooMany([part], 300)
  }).not.toThrow()
})
