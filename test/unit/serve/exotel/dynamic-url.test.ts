import fc from 'fast-check'
import {describe, expect, test} from 'vitest'

import {dynamicUrlOf} from '../../../../src/serve/exotel/dynamic-url.js'
import {parseStreamUrl} from '../../../../src/stream/exotel/stream-url.js'

const BASE = 'wss://bot.example'

describe('the URL of a stream', () => {
  test('has the rate, the call and the custom parameters', () => {
    const {url} = dynamicUrlOf(BASE, {
      path: '/media',
      fields: [
        ['From', '+910000012345'],
        ['CallSid', 'c1'],
        ['plan', 'gold & more'],
        ['flow_id', '7'],
      ],
    })

    expect(url).toBe('wss://bot.example/media?sample-rate=8000&CallSid=c1&plan=gold%20%26%20more')
  })

  test.each([
    ['sample-rate', '16000', 16_000],
    ['sample_rate', '24kHz', 24_000],
    ['sample-rate', '44100', 8000],
  ])('has the rate that %s=%s names', (name, value, rate) => {
    const {url} = dynamicUrlOf(BASE, {path: '/media', fields: [[name, value]]})

    expect(url).toBe(`wss://bot.example/media?sample-rate=${rate}`)
  })

  test('has the call in the named segments, behind the prefix of the public URL', () => {
    const path = '/ws/voicebot/{sessionId}'

    const dynamic = dynamicUrlOf('wss://bot.example/eu', {path, fields: [['CallSid', 'c1']]})

    expect(dynamic).toMatchObject({
      url: 'wss://bot.example/eu/ws/voicebot/c1?sample-rate=8000&CallSid=c1',
      protocol: 'wss',
      path: '/eu/ws/voicebot/c1',
    })
  })

  test.each(['..', 'a b', '', 'x'.repeat(129), 'a\u0000b'])(
    'is without a CallSid that cannot be one: %j',
    (callSid) => {
      const {url} = dynamicUrlOf(BASE, {path: '/{id}', fields: [['CallSid', callSid]]})

      expect(url).toBe('wss://bot.example/%7Bid%7D?sample-rate=8000')
    },
  )

  test('has each parameter once, as it came first', () => {
    const fields = [['a', '1'] as const, ['a', '2'] as const]

    const {url, leftOut} = dynamicUrlOf(BASE, {path: '/media', fields})

    expect(url).toBe('wss://bot.example/media?sample-rate=8000&a=1')
    expect(leftOut).toEqual([])
  })

  test('has three parameters at most, the call first', () => {
    const fields = ['a', 'b', 'c', 'CallSid'].map((name) => [name, '1'] as const)

    const {url, leftOut} = dynamicUrlOf(BASE, {path: '/media', fields})

    expect(url).toBe('wss://bot.example/media?sample-rate=8000&CallSid=1&a=1&b=1')
    expect(leftOut).toEqual(['c'])
  })

  test('has parameters of 256 characters at most, as they are written', () => {
    const fits = ['a', 'x'.repeat(254)] as const
    const tooLong = ['b', '\u20ac'.repeat(29)] as const

    expect(dynamicUrlOf(BASE, {path: '/', fields: [fits]}).leftOut).toEqual([])
    expect(dynamicUrlOf(BASE, {path: '/', fields: [tooLong]}).leftOut).toEqual(['b'])
  })

  test('stays below 600 characters, whatever the path', () => {
    const path = `/ws/voicebot/${'x'.repeat(560)}`

    expect(dynamicUrlOf(BASE, {path, fields: [['a', '1']]}).leftOut).toEqual(['a'])
  })

  test('is one that Exotel takes, whatever was asked', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({unit: 'grapheme'}), fc.string({unit: 'grapheme'}))),
        (fields) => {
          const {url} = dynamicUrlOf(BASE, {path: '/media', fields})

          const pairs = Object.entries(parseStreamUrl(url).customParameters).flat()
          expect(pairs.length).toBeLessThanOrEqual(6)
          expect(pairs.join('').length).toBeLessThanOrEqual(256)
        },
      ),
    )
  })
})
