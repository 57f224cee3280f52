import fc from 'fast-check'
import {describe, expect, test} from 'vitest'

import {decodeMedia} from '../../../src/protocol/decode-media.js'
import {decodeBot, decodeExotel} from '../../../src/protocol/decode.js'
import {encodeBot, encodeExotel} from '../../../src/protocol/encode.js'
import {MediaReader} from '../../../src/protocol/media-reader.js'
import {profiles} from '../../../src/protocol/profiles.js'
import {mediaMessage, mutated} from './wire.js'

/** White space before the brace is JSON still, and not the shape that the fast path takes. */
const fullExotel = (text: string) => decodeExotel(` ${text}`)
const fullBot = (text: string) => decodeBot(` ${text}`)

const plainPayload = fc
  .uint8Array({minLength: 1, maxLength: 700})
  .map((bytes) => Buffer.from(bytes).toString('base64'))

const usualMessage = fc.record(
  {
    event: fc.constant('media' as const),
    payload: plainPayload,
    streamSid: fc.stringMatching(/^[a-z0-9-]{8,40}$/),
    sequenceNumber: fc.nat(),
    chunk: fc.nat(),
    timestampMs: fc.nat(),
  },
  {requiredKeys: ['event', 'payload']},
)

const snakeProfiles = Object.values(profiles).filter(({casing}) => casing === 'snake')

const usualText = fc.oneof(
  fc
    .tuple(usualMessage, fc.constantFrom(...snakeProfiles))
    .map(([message, profile]) => encodeExotel(message, profile)),
  usualMessage.map((message) => encodeBot(message)),
  usualMessage.map((message) => asPython(JSON.parse(encodeBot(message)))),
)

/** As `json.dumps` writes it: a space after each comma and colon. No text here holds either. */
function asPython(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[:,]/g, '$& ')
}

/** Any order of members, and of members in members. */
const shuffledText = fc
  .tuple(mediaMessage, fc.constantFrom(...Object.values(profiles)), fc.infiniteStream(fc.nat()))
  .map(([message, profile, chance]) => {
    // The cast: that is the shape of what encodeExotel writes.
    const whole = JSON.parse(encodeExotel(message, profile)) as {
      media: Readonly<Record<string, unknown>>
    }
    return JSON.stringify(shuffled({...whole, media: shuffled(whole.media, chance)}, chance))
  })

function shuffled(fields: Readonly<Record<string, unknown>>, chance: Iterator<number>) {
  return Object.fromEntries(
    Object.entries(fields)
      .map((entry) => ({entry, key: Number(chance.next().value)}))
      .toSorted((one, other) => one.key - other.key)
      .map(({entry}) => entry),
  )
}

describe('the fast path', () => {
  test('takes every usual media message, and agrees with the full decoder', () => {
    fc.assert(
      fc.property(usualText, (text) => {
        expect({message: decodeMedia(text), violations: []}).toStrictEqual(fullExotel(text))
      }),
      {numRuns: 5000},
    )
  })

  test.each([
    {name: 'members in any order', texts: shuffledText, runs: 5000},
    {name: 'edited texts', texts: mutated(usualText), runs: 30_000},
    {name: 'edited texts in any order', texts: mutated(shuffledText), runs: 10_000},
  ])('never disagrees with the full decoder: $name', ({texts, runs}) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(decodeExotel(text)).toStrictEqual(fullExotel(text))
        expect(decodeBot(text)).toStrictEqual(fullBot(text))
      }),
      {numRuns: runs},
    )
  })

  test('still takes some of the edited texts, so that the comparison means something', () => {
    const texts = fc.sample(mutated(usualText), {numRuns: 2000, seed: 7})

    const taken = texts.filter((text) => decodeMedia(text) !== undefined)

    expect(taken.length).toBeGreaterThan(100)
  })
})

describe('the fast path over bytes', () => {
  const reader = new MediaReader()
  const read = (text: string) => reader.read(Buffer.from(text))

  test('takes every usual media message, whatever came before it', () => {
    fc.assert(
      fc.property(usualText, (text) => {
        expect(read(text)).toStrictEqual(decodeMedia(text))
      }),
      {numRuns: 5000},
    )
  })

  test.each([
    {name: 'members in any order', texts: shuffledText, runs: 5000},
    {name: 'edited texts', texts: mutated(usualText), runs: 30_000},
    {name: 'edited texts in any order', texts: mutated(shuffledText), runs: 10_000},
  ])('never disagrees with the one over text: $name', ({texts, runs}) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(read(text)).toStrictEqual(decodeMedia(text))
      }),
      {numRuns: runs},
    )
  })

  test('takes bytes that are anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 40}), (bytes) => {
        const media = Buffer.from('{"event":"media","media":{"payload":"')
        expect(reader.read(Buffer.concat([media, bytes]))).toBeUndefined()
      }),
    )
  })
})

test.each([
  ['an escape in the payload', '{"event":"media","media":{"payload":"AA\\u0041A"}}'],
  ['an escaped key', '{"event":"media","media":{"pa\\u0079load":"AAAA"}}'],
  ['a control character in the payload', '{"event":"media","media":{"payload":"AA\nA"}}'],
  [
    'a wide character whose low byte is base64',
    '{"event":"media","media":{"payload":"\u0141AAA"}}',
  ],
  ['the url-safe alphabet', '{"event":"media","media":{"payload":"AA-_"}}'],
  ['a second payload', '{"event":"media","media":{"payload":"AAAA","payload":"BBBB"}}'],
  ['a second media', '{"event":"media","media":{"payload":"AAAA"},"media":{"payload":"BBBB"}}'],
  ['a second event', '{"event":"media","event":"clear","media":{"payload":"AAAA"}}'],
  ['a leading zero', '{"event":"media","sequence_number":007,"media":{"payload":"AAAA"}}'],
  ['text after the end', '{"event":"media","media":{"payload":"AAAA"}}x'],
  ['two newlines', '{"event":"media","media":{"payload":"AAAA"}}\n\n'],
  ['an empty payload', '{"event":"media","media":{"payload":""}}'],
  ['a payload of padding', '{"event":"media","media":{"payload":"===="}}'],
  ['a brace missing', '{"event":"media","media":{"payload":"AAAA"}'],
  [
    'a payload beyond the largest chunk',
    `{"event":"media","media":{"payload":"${'A'.repeat(200_000)}"}}`,
  ],
])('the fast path leaves %s to the full decoder', (_name, text) => {
  expect(decodeMedia(text)).toBeUndefined()
  expect(decodeExotel(text)).toStrictEqual(fullExotel(text))
})
