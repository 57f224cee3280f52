import {describe, expect, test} from 'vitest'

import {ExostreamError} from '../../../../src/errors.js'
import {masked, parseStreamUrl, withSampleRate} from '../../../../src/stream/exotel/stream-url.js'

const basic = (pair: string) => `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`

describe('a stream URL', () => {
  test('goes over the wire as it was given', () => {
    const {dialled, shown, ...rest} = parseStreamUrl('wss://bot.example:8443/media?b=2&a=1')

    expect(dialled.href).toBe('wss://bot.example:8443/media?b=2&a=1')
    expect(shown).toBe(dialled.href)
    expect(rest).toEqual({customParameters: {a: '1', b: '2'}})
  })

  test.each([
    {userinfo: 'key:token', pair: 'key:token'},
    {userinfo: 'k%40y:t%3Ao%40k%2Fen', pair: 'k@y:t:o@k/en'},
    {userinfo: 'key', pair: 'key:'},
    {userinfo: ':token', pair: ':token'},
    {userinfo: 'key:50%25', pair: 'key:50%'},
    {userinfo: 'key:50%zz', pair: 'key:50%zz'},
    {userinfo: 'schl%C3%BCssel:t', pair: 'schlüssel:t'},
  ])('with $userinfo@ is authorized as $pair', ({userinfo, pair}) => {
    expect(parseStreamUrl(`ws://${userinfo}@host/media`).authorization).toBe(basic(pair))
  })

  test('never dials or shows its userinfo, nor its fragment', () => {
    const {dialled, shown} = parseStreamUrl('wss://key:token@host/media?a=1#part')

    expect(dialled.href).toBe('wss://host/media?a=1')
    expect(shown).toBe('wss://host/media?a=1')
  })

  test.each([
    {query: 'sample-rate=16000', rate: 16_000},
    {query: 'sample_rate=24000', rate: 24_000},
    {query: 'sample_rate=24000&sample-rate=16000', rate: 16_000},
    {query: 'sample-rate=16kHz', rate: 16_000},
    {query: 'rate=8000', rate: undefined},
  ])('with ?$query is at $rate Hz', ({query, rate}) => {
    expect(parseStreamUrl(`ws://host/?${query}`).sampleRateHz).toBe(rate)
  })

  test('has its other pairs, decoded once, as custom parameters', () => {
    const url =
      'ws://host/?sample-rate=8000&sample_rate=8000&plan=gold&note=a+b%26c%2525&empty&__proto__=x'

    const {customParameters} = parseStreamUrl(url)

    expect(Object.entries(customParameters)).toEqual([
      ['plan', 'gold'],
      ['note', 'a b&c%25'],
      ['empty', ''],
      ['__proto__', 'x'],
    ])
  })
})

describe('what is shown of it', () => {
  test.each([
    ['token=SECRET&plan=gold', 'token=***&plan=gold'],
    ['plan=gold&api_key=SECRET', 'plan=gold&api_key=***'],
    ['apiKey=SECRET', 'apiKey=***'],
    ['X-Amz-Signature=SECRET&sig=SECRET', 'X-Amz-Signature=***&sig=***'],
    ['client_secret=SECRET', 'client_secret=***'],
    ['password=SECRET&auth=SECRET', 'password=***&auth=***'],
    ['%74oken=SECRET', '%74oken=***'],
    ['design=round&sigma=2&keyboard=us', 'design=round&sigma=2&keyboard=us'],
    ['token=', 'token='],
  ])('of ?%s is ?%s', (query, shown) => {
    const url = parseStreamUrl(`ws://host/media?${query}`)

    expect(url.shown).toBe(`ws://host/media?${shown}`)
    expect(url.dialled.href).toBe(`ws://host/media?${query}`)
  })

  test.each(['http://host/?token=SECRET', 'host:5000/media?a=1&key=SECRET'])(
    'in the refusal of %s is no secret either',
    (text) => {
      expect(refusalOf(text).message).not.toContain('SECRET')
    },
  )
})

test.each([
  ['http://h/500?token=SECRET answered 500.', 'http://h/500?token=*** answered 500.'],
  ['a redirect to "/x?a=1&key=SECRET"; so', 'a redirect to "/x?a=1&key=***"; so'],
  ["of '/x?sig=SECRET' and more", "of '/x?sig=***' and more"],
])('the sentence around a URL with a secret stays whole: %s', (text, shown) => {
  expect(masked(text)).toBe(shown)
})

describe('what is not one', () => {
  test.each(['44100', '', '16k', '-8000'])(
    'names a rate that Exotel does not offer, such as %j',
    (rate) => {
      const error = refusalOf(`ws://host/?sample-rate=${rate}`)

      expect(error).toMatchObject({
        code: 'EXO_URL_INVALID',
        message: `The URL names the sample rate ${JSON.stringify(rate)}; Exotel has 8000, 16000 and 24000.`,
      })
    },
  )

  test.each([
    ['http://127.0.0.1:8007/x', 'ws://127.0.0.1:8007/x'],
    ['https://host/media?a=1', 'wss://host/media?a=1'],
    ['https://host', 'wss://host'],
    ['127.0.0.1:5000', 'ws://127.0.0.1:5000'],
    ['host.example:5000/media', 'ws://host.example:5000/media'],
    ['http://host/?token=SECRET', 'ws://host/?token=***', 'http://host/?token=***'],
  ])('%j is refused with what was probably meant', (text, meant, shown = text) => {
    expect(refusalOf(text)).toMatchObject({
      code: 'EXO_URL_INVALID',
      message: `"${shown}" is not a ws:// or wss:// URL (did you mean "${meant}"?).`,
    })
  })

  test.each(['ftp://host', 'http://', 'ws://', 'my bot', '', 'line\nbreak', 'ws://host:99999/'])(
    '%j is refused in one sentence',
    (text) => {
      const error = refusalOf(text)

      expect(error).toBeInstanceOf(ExostreamError)
      expect(error).toMatchObject({code: 'EXO_URL_INVALID', kind: 'usage'})
      expect(error.message).toBe(`${JSON.stringify(text)} is not a ws:// or wss:// URL.`)
    },
  )

  test.each([
    'http://key:SECRET@host/media',
    'https://key:SEC@RET@host/media',
    'http://key:SEC/RET@host',
    'http://key:12/RET@host',
    'key:12/RET@host',
    'wss://key:SEC#RET@host/media',
    'wss://key:SEC?RET@host/media',
    'wss://key:SECRET@host:port/media',
    'ftp:key:SECRET@host',
    'key:SECRET@host/media',
    'http:\\\\key:SECRET@host',
    'WSS://key:SECRET@',
    'http://key:SEC\nRET@host/media',
  ])('%j does not tell its password', (text) => {
    const {message} = refusalOf(text)

    expect(message).not.toMatch(/SEC|RET|key/)
    expect(message).toMatch(/^"[^"]*" is not a ws:\/\/ or wss:\/\/ URL\.$/)
  })
})

describe('withSampleRate', () => {
  test.each([
    {url: 'ws://host/media', named: 'ws://host/media?sample-rate=16000'},
    {url: 'ws://host/media?plan=gold', named: 'ws://host/media?plan=gold&sample-rate=16000'},
    {url: 'ws://host/?sample-rate=8000', named: 'ws://host/?sample-rate=8000'},
    {url: 'ws://host/?sample_rate=24000', named: 'ws://host/?sample_rate=24000'},
  ])('$url becomes $named', ({url, named}) => {
    const given = new URL(url)

    expect(withSampleRate(given, 16_000).href).toBe(named)
    expect(given.href).toBe(url)
  })
})

function refusalOf(text: string): Error {
  try {
    parseStreamUrl(text)
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('it was taken for a stream URL')
}
