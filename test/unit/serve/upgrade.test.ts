import {expect, test} from 'vitest'

import {sampleRateOf} from '../../../src/serve/upgrade.js'

test.each([
  ['sample-rate=8000', 8000],
  ['sample-rate=16000&language=hi', 16_000],
  ['sample_rate=24000', 24_000],
  ['sample-rate=16kHz', 16_000],
  ['sample-rate=8000%20Hz', 8000],
  ['sample-rate=44100', undefined],
  ['sample-rate=8000.5', undefined],
  ['sample-rate=', undefined],
  ['sample-rate=%F0%9F', undefined],
  ['', undefined],
])('the rate in ?%s is %s', (query, expected) => {
  expect(sampleRateOf(new URLSearchParams(query))).toBe(expected)
})
