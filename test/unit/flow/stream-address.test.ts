import {expect, test} from 'vitest'

import type {StreamSettings} from '../../../src/flow/flow.js'
import {boxUrl, isDynamic, withQuery} from '../../../src/flow/stream-address.js'

const settings = (given: Partial<StreamSettings>): StreamSettings => ({
  parameters: {},
  auth: {kind: 'none'},
  record: false,
  foreign: {},
  ...given,
})

test('a static URL gets the rate and the parameters behind its own query', () => {
  const url = boxUrl(
    settings({
      url: 'wss://bot.acme.in/media?plan=gold',
      sampleRateHz: 16_000,
      parameters: {campaign: 'emi & more'},
    }),
  )

  expect(url).toBe('wss://bot.acme.in/media?plan=gold&sample-rate=16000&campaign=emi+%26+more')
})

test('what the URL names itself is not added again', () => {
  const url = boxUrl(
    settings({
      url: 'wss://bot.acme.in/media?sample_rate=8000&plan=gold',
      sampleRateHz: 16_000,
      parameters: {plan: 'silver'},
    }),
  )

  expect(url).toBe('wss://bot.acme.in/media?sample_rate=8000&plan=gold')
})

test('a rate among the parameters is not written beside another', () => {
  const url = (given: Partial<StreamSettings>) =>
    boxUrl(settings({url: 'wss://bot.acme.in/m', parameters: {sample_rate: '16000'}, ...given}))

  expect(url({})).toBe('wss://bot.acme.in/m?sample_rate=16000')
  expect(url({sampleRateHz: 8000})).toBe('wss://bot.acme.in/m?sample-rate=8000')
  expect(url({url: 'wss://bot.acme.in/m?sample-rate=8000'})).toBe(
    'wss://bot.acme.in/m?sample-rate=8000',
  )
})

test('a dynamic URL stays as it is, because its answer names rate and parameters', () => {
  const dynamic = settings({
    url: ' HTTPS://bot.acme.in/media ',
    sampleRateHz: 8000,
    parameters: {a: 'b'},
  })

  expect(isDynamic(dynamic)).toBe(true)
  expect(boxUrl(dynamic)).toBe('HTTPS://bot.acme.in/media')
})

test('without a URL there is none', () => {
  expect(boxUrl(settings({sampleRateHz: 8000}))).toBeUndefined()
  expect(isDynamic(settings({}))).toBe(false)
})

test('text that is no URL, and a fragment, are kept', () => {
  expect(withQuery('your-ip', {sampleRateHz: 8000, parameters: {}})).toBe(
    'your-ip?sample-rate=8000',
  )
  expect(withQuery('wss://bot.acme.in/#top', {sampleRateHz: 8000, parameters: {}})).toBe(
    'wss://bot.acme.in/?sample-rate=8000#top',
  )
})
