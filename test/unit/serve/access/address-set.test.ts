import {describe, expect, test} from 'vitest'

import {ExostreamError} from '../../../../src/errors.js'
import {addressSet, readAddress} from '../../../../src/serve/access/address-set.js'

describe('an address is read', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:0DB8:0:0::1', '2001:db8::1'],
    ['::1', '::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['0:0:0:0:0:ffff:cb00:7107', '203.0.113.7'],
  ])('%s as %s', (text, address) => {
    expect(readAddress(text)).toBe(address)
  })

  test.each(['', 'localhost', '1.2.3', '1.2.3.4.5', '256.0.0.1', '::g', '1.2.3.4:80', '01.2.3.4'])(
    'out of %j not at all',
    (text) => {
      expect(readAddress(text)).toBeUndefined()
    },
  )
})

describe('a set of addresses', () => {
  test.each([
    {ranges: ['203.0.113.7'], has: ['203.0.113.7'], hasNot: ['203.0.113.8', '']},
    {ranges: ['203.0.113.0/24'], has: ['203.0.113.255'], hasNot: ['203.0.114.0', '2001:db8::1']},
    {ranges: ['203.0.113.4/30'], has: ['203.0.113.7'], hasNot: ['203.0.113.8', '203.0.113.3']},
    {ranges: ['2001:db8::/33'], has: ['2001:db8:7fff::1'], hasNot: ['2001:db8:8000::1']},
    {ranges: ['2001:DB8::1'], has: ['2001:db8::1'], hasNot: ['2001:db8::2']},
    {ranges: ['0.0.0.0/0'], has: ['1.2.3.4'], hasNot: ['::1']},
    {ranges: ['::/0'], has: ['::1', '2001:db8::1'], hasNot: ['1.2.3.4']},
    {ranges: ['::ffff:203.0.113.0/120'], has: ['203.0.113.9'], hasNot: ['203.0.114.9']},
    {ranges: [' 10.0.0.1 ', '192.0.2.0/24'], has: ['10.0.0.1', '192.0.2.9'], hasNot: ['10.0.0.2']},
    {ranges: ['10.0.0.0/8'], has: [], hasNot: ['not an address', '10.0.0.1, 1.2.3.4']},
  ])('of $ranges has $has and not $hasNot', ({ranges, has, hasNot}) => {
    const set = addressSet(ranges, '--allow')

    expect(has.filter((address) => set.has(address))).toEqual(has)
    expect(hasNot.filter((address) => set.has(address))).toEqual([])
  })

  test('tells every range that is none', () => {
    expect(() => addressSet(['x', '10.0.0.1', 'y'], '--allow')).toThrow(
      /^--allow names "x", which .*\n--allow names "y", which [^\n]*$/,
    )
  })

  test.each(['', 'exotel.com', '10.0.0.0/33', '10.0.0.0/', '2001:db8::/129', '1.2.3.4/8/8', '/8'])(
    'is not made of %j, and the flag and the value are named',
    (range) => {
      expect(() => addressSet(['10.0.0.1', range], '--allow')).toThrow(
        new ExostreamError(
          'EXO_USAGE',
          `--allow names ${JSON.stringify(range)}, which is neither an address nor a range of them such as 203.0.113.0/24 or 2001:db8::/32.`,
        ),
      )
    },
  )
})
