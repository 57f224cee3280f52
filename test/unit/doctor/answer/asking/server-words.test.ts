import {expect, test} from 'vitest'

import {wordsOf} from '../../../../../src/doctor/answer/asking/server-words.js'

const answered = (headers: Readonly<Record<string, string>>, body = '') =>
  ({kind: 'answered', status: 401, headers, body, tookMs: 1}) as const

test.each([
  'Basic realm="bot"',
  'Bearer realm="api", error="invalid_token"',
  'Basic realm="exostream", charset="UTF-8", Bearer realm="exostream"',
])('what a server asks for is quoted as it is: %s', (schemes) => {
  expect(wordsOf(answered({'www-authenticate': schemes}))).toBe(
    `HTTP 401 Unauthorized\nwww-authenticate: ${schemes}`,
  )
})

test('no control characters come along, and no secrets of other headers or the body', () => {
  const words = wordsOf(
    answered(
      {
        'www-authenticate': 'Basic realm="\u001b[2J\u009bbot"',
        server: 'x Authorization: Basic a2V5OnRva2Vu',
      },
      'Bearer abcdef123456 was not taken',
    ),
  )

  expect(words).not.toMatch(/\u001b|\u009b|a2V5OnRva2Vu|abcdef123456/)
  expect(words).toContain('www-authenticate: Basic realm="')
})
