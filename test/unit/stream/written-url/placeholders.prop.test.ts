import fc from 'fast-check'
import {expect, test} from 'vitest'

import {
  findCallDetail,
  findPlaceholder,
  isPlaceholderHost,
} from '../../../../src/stream/written-url/placeholders.js'
import {readParts} from '../../../../src/stream/written-url/url-parts.js'
import {shownUrl} from '../../../../src/stream/written-url/shown-url.js'

const label = fc
  .stringMatching(/^[a-z][a-z\d]{2,10}(?:-[a-z\d]{1,8}){0,2}$/)
  .filter((text) => !/^your|xx|^(?:example|subdomain|random|abc|host|ip)/.test(text))
const ending = fc.constantFrom('com', 'in', 'io', 'co.in', 'org', 'ngrok.io', 'onrender.com', 'app')
const realHost = fc
  .tuple(fc.array(label, {minLength: 1, maxLength: 3}), ending)
  .map(([labels, last]) => `${labels.join('.')}.${last}`)

test('a host of ordinary labels is never a placeholder', () => {
  fc.assert(
    fc.property(realHost, fc.nat(65_534), (host, port) => {
      expect(isPlaceholderHost(host)).toBe(false)
      expect(findPlaceholder(`wss://${host}:${port + 1}/media?sample-rate=8000`)).toBeUndefined()
    }),
  )
})

test('a placeholder is found under any scheme, port and path', () => {
  const word = fc.constantFrom('your-ip', 'YOUR_HOST', '<host>', '${HOST}', '{host}', 'example.com')
  const before = fc.constantFrom(
    'wss://',
    'ws://',
    'https://',
    '',
    'http//',
    'wss:/',
    'key:tok@',
    'ws://a:b@',
  )
  const behind = fc.constantFrom('', '/', '/media', ':5000', ':5000/media?sample-rate=8000', '?a=b')
  fc.assert(
    fc.property(before, word, behind, (start, host, end) => {
      expect(findPlaceholder(start + host + end)).toEqual({word: host, where: 'host'})
    }),
  )
})

test('no text at all makes the readers throw', () => {
  fc.assert(
    fc.property(fc.string({unit: 'binary', maxLength: 300}), (text) => {
      expect(() => {
        findPlaceholder(text)
        findCallDetail(text)
        readParts(text)
        shownUrl(text)
      }).not.toThrow()
    }),
  )
})

test('a token of any characters is not shown', () => {
  const token = fc.string({maxLength: 30})
  fc.assert(
    fc.property(token, (secret) => {
      const shown = shownUrl(`wss://KEY:${secret}S3CRETEND@bot.exmple.org/media`)

      expect(shown).not.toContain('S3CRETEND')
      expect(shown).toContain('bot.exmple.org/media')
    }),
    {numRuns: 1000},
  )
})
