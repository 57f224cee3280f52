import fc from 'fast-check'
import {expect, test} from 'vitest'

import {decodeBot, decodeExotel} from '../../../src/protocol/decode.js'
import {encodeBot, encodeExotel} from '../../../src/protocol/encode.js'
import {profiles} from '../../../src/protocol/profiles.js'
import {botMessage, exotelMessage} from './wire.js'

test.each(Object.values(profiles))(
  'what is encoded in $id is decoded to the same message',
  (profile) => {
    fc.assert(
      fc.property(exotelMessage, (message) => {
        const {message: back, violations} = decodeExotel(encodeExotel(message, profile))

        expect(back).toEqual(message)
        expect(violations.filter(({rule}) => rule !== 'camel-case-keys')).toEqual([])
      }),
      {numRuns: 1000},
    )
  },
)

test.each(['snake', 'camel'] as const)(
  'what a bot encodes in %s case is decoded to the same message',
  (casing) => {
    fc.assert(
      fc.property(botMessage, (message) => {
        const {message: back, violations} = decodeBot(encodeBot(message, casing))

        expect(back).toEqual(message)
        expect(violations.filter(({rule}) => rule !== 'camel-case-keys')).toEqual([])
      }),
      {numRuns: 2000},
    )
  },
)

test('any text is carried as a payload without a change', () => {
  fc.assert(
    fc.property(fc.string({unit: 'binary'}), (payload) => {
      const parsed: unknown = JSON.parse(encodeBot({event: 'media', payload}))

      expect(parsed).toEqual({event: 'media', media: {payload}})
    }),
    {numRuns: 2000},
  )
})
