import {expect, test} from 'vitest'

import {causeOfClass, shownByExotel} from '../../../src/doctor/exotel-error.js'

test('Exotel shows its error of a stream that it could not open', () => {
  expect(shownByExotel('stream', 'EOF')).toEqual({
    exotelError: '3009 failed to establish ws conn EOF',
  })
})

test.each(['dynamic', 'passthru'] as const)(
  'of the %s URL nothing is known to be shown',
  (role) => {
    expect(shownByExotel(role, 'EOF')).toEqual({})
  },
)

test.each([
  ['loopback', 'dial tcp ADDRESS: connect: connection refused'],
  ['unspecified', 'dial tcp ADDRESS: connect: connection refused'],
  ['multicast', 'dial tcp ADDRESS: connect: network is unreachable'],
  ['private', 'dial tcp ADDRESS: i/o timeout'],
  ['reserved', 'dial tcp ADDRESS: i/o timeout'],
] as const)('who dials a %s address gets its own words', (kind, words) => {
  expect(causeOfClass(kind, 'ADDRESS')).toBe(words)
})
