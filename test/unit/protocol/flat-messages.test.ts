import {describe, expect, test} from 'vitest'

import {decodeBot, decodeExotel} from '../../../src/protocol/decode.js'

describe('a caller', () => {
  test('may write the payload and its numbers flat', () => {
    const text = '{"event":"media","stream_sid":"s","chunk":2,"timestamp":"20","payload":"AAAA"}'

    expect(decodeExotel(text)).toEqual({
      message: {event: 'media', streamSid: 's', chunk: 2, timestampMs: 20, payload: 'AAAA'},
      violations: [{rule: 'flat-message', detail: 'media'}],
    })
  })

  test('may write the name of a mark flat', () => {
    expect(decodeExotel('{"event":"mark","name":"m"}')).toEqual({
      message: {event: 'mark', name: 'm'},
      violations: [{rule: 'flat-message', detail: 'mark'}],
    })
  })

  test('is taken at the inner object where there is one', () => {
    const {message, violations} = decodeExotel('{"event":"mark","name":"x","mark":{"name":"m"}}')

    expect(message).toEqual({event: 'mark', name: 'm'})
    expect(violations).toEqual([])
  })
})

test('a bot may not: Exotel finds neither name nor payload', () => {
  expect(decodeBot('{"event":"mark","name":"m"}').message).toEqual({event: 'mark', name: ''})
  expect(decodeBot('{"event":"media","payload":"AAAA"}').message).toEqual({
    event: 'media',
    payload: '',
  })
})

describe('what stands beside the inner object of start', () => {
  const start = (beside: object, inner: object = {}) =>
    decodeExotel(
      JSON.stringify({
        ...{event: 'start', stream_sid: 's'},
        start: {call_sid: 'c', account_sid: 'a', from: '1', to: '2', ...inner},
        ...beside,
      }),
    )
  const format = {encoding: 'raw', sample_rate: '16000'}

  test.each([
    ['media_format', {media_format: format}, {mediaFormat: {sampleRateHz: 16_000}}],
    ['custom_parameters', {custom_parameters: {k: 'v'}}, {customParameters: {k: 'v'}}],
  ])('is taken as its own: %s', (name, beside, read) => {
    const {message, violations} = start(beside)

    expect(message).toMatchObject(read)
    expect(violations).toContainEqual({rule: 'start-field-misplaced', detail: name})
  })

  test('is left alone where the inner object has it too', () => {
    const eight = {...format, sample_rate: '8000'}
    const {message, violations} = start({media_format: format}, {media_format: eight})

    expect(message).toMatchObject({mediaFormat: {sampleRateHz: 8000}})
    expect(violations).toEqual([])
  })
})
