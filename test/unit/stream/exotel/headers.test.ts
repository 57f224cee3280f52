import {describe, expect, test} from 'vitest'

import {ExostreamError} from '../../../../src/errors.js'
import {
  checkHeaders,
  parseHeaderFlags,
  withAuthorization,
} from '../../../../src/stream/exotel/headers.js'

function failureOf(work: () => unknown): ExostreamError {
  try {
    work()
  } catch (error) {
    if (error instanceof ExostreamError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('headers from flags', () => {
  test('are names and values without the space around them, colons in the value left alone', () => {
    expect(parseHeaderFlags(['Authorization: Bearer a:b', 'X-Version:2', ' X-Empty : '])).toEqual({
      Authorization: 'Bearer a:b',
      'X-Version': '2',
      'X-Empty': '',
    })
  })

  test.each([
    {text: 'Bearer hush', says: 'A header has no colon; write it as "Name: value".'},
    {text: ': hush', says: '"…" cannot be the name of a header: letters, digits and hyphens can.'},
    {
      text: 'X Token: hush',
      says: '"X…" cannot be the name of a header: letters, digits and hyphens can.',
    },
    {
      text: 'X-Token: hush\r\nHost: b',
      says: 'The value of the header "X-Token" holds a line break or another control character.',
    },
    {
      text: 'X-Token: hush\u0000',
      says: 'The value of the header "X-Token" holds a line break or another control character.',
    },
    {
      text: 'X-Token: hush\u20ac',
      says: 'The value of the header "X-Token" holds a line break or another control character.',
    },
    ...[
      'Host',
      'upgrade',
      'CONNECTION',
      'Content-Length',
      'Transfer-Encoding',
      'Sec-WebSocket-Key',
    ].map((name) => ({
      text: `${name}: hush`,
      says: `The header "${name}" belongs to the connection itself.`,
    })),
  ])('$text is refused, and its value not shown', ({text, says}) => {
    const failure = failureOf(() => parseHeaderFlags([text]))

    expect([failure.code, failure.message]).toEqual(['EXO_USAGE', says])
    expect(failure.message).not.toContain('hush')
  })

  test('of one name in two casings are refused', () => {
    expect(failureOf(() => parseHeaderFlags(['X-A: hush', 'x-a: hush'])).message).toBe(
      'The header "x-a" is given twice.',
    )
  })
})

test('headers from the library are checked alike', () => {
  expect(failureOf(() => checkHeaders({'X-A': 'a\nb'})).code).toBe('EXO_USAGE')
})

describe('the credentials of a URL', () => {
  test('become a header beside the others', () => {
    expect(withAuthorization({'X-A': '1'}, 'Basic abc')).toEqual({
      Authorization: 'Basic abc',
      'X-A': '1',
    })
  })

  test('are not replaced by a header in silence', () => {
    const failure = failureOf(() => withAuthorization({AUTHORIZATION: 'hush'}, 'Basic abc'))

    expect(failure.message).toBe(
      'The URL has credentials, and there is an Authorization header; give one of them.',
    )
  })

  test('may come as a header where the URL has none', () => {
    expect(withAuthorization({authorization: 'Bearer abc'}, undefined)).toEqual({
      authorization: 'Bearer abc',
    })
  })
})
