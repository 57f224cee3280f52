import fc from 'fast-check'
import {expect, test} from 'vitest'

import {editDistance, nearest} from '../../src/nearest.js'

test.for([
  ['simulat', 'simulate'],
  ['simualte', 'simulate'],
  ['reprot', 'report'],
  ['tyr', 'try'],
  ['serv', 'serve'],
] as const)('"%s" was meant to be "%s"', ([given, meant]) => {
  expect(nearest(given, ['report', 'serve', 'simulate', 'try'])).toBe(meant)
})

test('what resembles nothing gets no suggestion', () => {
  expect(nearest('frobnicate', ['report', 'serve', 'simulate'])).toBeUndefined()
})

test('the nearest of several is suggested', () => {
  expect(nearest('--ports', ['--part', '--port'])).toBe('--port')
})

test('a distance is 0 for the same text only, and the same both ways', () => {
  fc.assert(
    fc.property(fc.string({maxLength: 12}), fc.string({maxLength: 12}), (one, other) => {
      const distance = editDistance(one, other)

      expect(distance === 0).toBe(one === other)
      expect(distance).toBe(editDistance(other, one))
      expect(distance).toBeLessThanOrEqual(Math.max(one.length, other.length))
    }),
  )
})
