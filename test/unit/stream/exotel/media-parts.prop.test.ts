import fc from 'fast-check'
import {expect, test} from 'vitest'

import {encodeExotel} from '../../../../src/protocol/encode.js'
import {combineProfiles, type ProfileId, profiles} from '../../../../src/protocol/profiles.js'
import {MediaParts} from '../../../../src/stream/exotel/media-parts.js'

// As the profiles are named.
const ids = Object.keys(profiles) as ProfileId[]
const count = fc.oneof(fc.nat({max: 12}), fc.nat({max: 10_000_000}))
const media = fc.record({
  sequenceNumber: count,
  chunk: count,
  timestampMs: count,
  streamSid: fc.stringMatching(/^[\w-]{1,40}$/),
  payload: fc.base64String({minLength: 4, maxLength: 80}),
})

test('every media message is, in its parts, what the encoder makes of it', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ids), fc.array(media, {minLength: 1}), (id, messages) => {
      const profile = combineProfiles([id])
      const parts = new MediaParts(profile)
      const {streamSid} = messages[0] ?? {streamSid: ''}

      for (const one of messages) {
        const message = {...one, streamSid}
        const {head, payload, tail} = parts.of(message) ?? expect.fail('it is ASCII')
        const text = Buffer.concat([head, Buffer.from(payload), tail]).toString()
        expect(text).toBe(encodeExotel({event: 'media', ...message}, profile))
      }
    }),
  )
})

test('a stream id that is more than ASCII is left to the encoder', () => {
  const parts = new MediaParts(profiles['docs-strings'])
  const message = {sequenceNumber: 1, chunk: 1, timestampMs: 0, streamSid: 'é', payload: 'AAAA'}

  expect(parts.of(message)).toBeUndefined()
})
