import {expect, test} from 'vitest'

import {bandOf, METRIC_WORDS, wordsOf} from '../../../src/report/metric-words.js'
import {mistakeInThreshold} from '../../../src/simulate/thresholds.js'

test('every number that a threshold can be on has its words, and no other', () => {
  const [, known = ''] = /there are (.*)$/.exec(mistakeInThreshold('unknown < 1') ?? '') ?? []

  expect(Object.keys(METRIC_WORDS).toSorted()).toEqual(known.split(/, | and /).toSorted())
})

test.for([
  ['responseMs', 1150, 'excellent'],
  ['responseMs', 1151, 'good'],
  ['responseMs', 2001, 'poor'],
  ['responseMs', -500, 'excellent'],
  ['responseMs', -501, 'poor'],
  ['greetingMs', 3000, 'good'],
  ['firstMediaMs', 501, 'poor'],
  ['interEventMs', 50, 'excellent'],
  ['turnsPerMin', 7, undefined],
] as const)('%s of %d is %s', ([metric, value, band]) => {
  expect(bandOf(metric, value)).toBe(band)
})

test('a number of a later release is called by its name, and never judged', () => {
  expect(wordsOf('novelMs')).toEqual({label: 'novelMs', unit: 'ms'})
  expect(wordsOf('constructor')).toEqual({label: 'constructor', unit: 'ratio'})
})
