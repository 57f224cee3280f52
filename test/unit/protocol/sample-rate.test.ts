import {expect, test} from 'vitest'

import {isSampleRateName, offeredRate, readSampleRate} from '../../../src/protocol/sample-rate.js'

test.each([
  ['sample-rate=8000', {text: '8000', sampleRateHz: 8000}],
  ['language=hi&sample-rate=16000', {text: '16000', sampleRateHz: 16_000}],
  ['sample_rate=24000', {text: '24000', sampleRateHz: 24_000}],
  ['sample_rate=24000&sample-rate=16000', {text: '16000', sampleRateHz: 16_000}],
  ['sample-rate=16kHz', {text: '16kHz', sampleRateHz: 16_000}],
  ['sample-rate=8000%20Hz', {text: '8000 Hz', sampleRateHz: 8000}],
  ['sample-rate=44100', {text: '44100'}],
  ['sample-rate=16k', {text: '16k'}],
  ['sample-rate=', {text: ''}],
  ['rate=8000', undefined],
  ['', undefined],
])('what ?%s says of the rate is %j', (query, expected) => {
  expect(readSampleRate(new URLSearchParams(query))).toEqual(expected)
})

test('a rate that Exotel does not offer is none', () => {
  expect([8000, 16_000, 24_000, 44_100, undefined].map(offeredRate)).toEqual([
    ...[8000, 16_000, 24_000],
    ...[undefined, undefined],
  ])
})

test('both spellings are about the rate, and no parameter of the user’s', () => {
  expect(['sample-rate', 'sample_rate', 'rate', 'plan'].filter(isSampleRateName)).toEqual([
    'sample-rate',
    'sample_rate',
  ])
})
