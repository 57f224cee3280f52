import {expect, test} from 'vitest'

import {brokenWords} from '../../../../../src/doctor/answer/asking/broken-words.js'

const failure = (message: string, more: object = {}) => Object.assign(new Error(message), more)

test.each([
  ['the end of the stream', failure('socket hang up', {code: 'ECONNRESET'}), /^EOF/],
  ['a reset', failure('read ECONNRESET', {code: 'ECONNRESET'}), /^read ECONNRESET$/],
  ['an error without a message', failure('', {code: 'ETIMEDOUT'}), /^ETIMEDOUT$/],
  [
    'a parser without the bytes',
    failure('Parse Error', {code: 'HPE_INVALID_CONSTANT'}),
    /^not HTTP$/,
  ],
] as const)('%s has words of its own', (_name, error, words) => {
  expect(brokenWords(error, undefined)).toMatch(words)
})

test('what came in place of HTTP is quoted without control characters, and cut', () => {
  const rawPacket = Buffer.from(`\u001b[2Jhello ${'x'.repeat(5000)}`)

  const words = brokenWords(
    failure('Parse Error', {code: 'HPE_INVALID_CONSTANT', rawPacket}),
    undefined,
  )

  expect(words).toMatch(/^not HTTP, but "\[2Jhello x+"$/)
  expect(words.length).toBeLessThan(100)
})

test('a long or strange message is cut and made printable', () => {
  const words = brokenWords(failure(`bad\n\u0007${'y'.repeat(500)}`), undefined)

  expect(words).toMatch(/^bad y+$/)
  expect(words.length).toBeLessThanOrEqual(120)
})
