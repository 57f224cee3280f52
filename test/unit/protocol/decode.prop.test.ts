import fc from 'fast-check'
import {expect, test} from 'vitest'

import {decodeBot, decodeExotel} from '../../../src/protocol/decode.js'
import {decodePayload} from '../../../src/protocol/payload.js'
import {encodeExotel} from '../../../src/protocol/encode.js'
import {profiles} from '../../../src/protocol/profiles.js'
import {rules} from '../../../src/protocol/rules.js'
import {exotelMessage, mutated} from './wire.js'

const wire = fc
  .tuple(exotelMessage, fc.constantFrom(...Object.values(profiles)))
  .map(([message, profile]) => encodeExotel(message, profile))

const anything = fc.oneof(
  {weight: 6, arbitrary: mutated(wire)},
  {weight: 1, arbitrary: fc.json()},
  {weight: 1, arbitrary: fc.string({unit: 'binary'})},
  {weight: 1, arbitrary: fc.uint8Array({maxLength: 200})},
)

const RUNS = 100_000

test(`${RUNS} texts and bytes, mutated or random, are decoded without a throw`, () => {
  let decoded = 0

  fc.assert(
    fc.property(anything, (data) => {
      for (const {message, violations} of [decodeExotel(data), decodeBot(data)]) {
        if ('payload' in message) decodePayload(message.payload)
        if (violations.some(({rule}) => !Object.hasOwn(rules, rule))) return false
      }
      decoded += 1
      return true
    }),
    {numRuns: RUNS},
  )

  expect(decoded).toBe(RUNS)
})

const MEGABYTE = 1_000_000

test.each([
  ['a text without an end', `{"event":"mark","mark":{"name":"${'a'.repeat(MEGABYTE)}`],
  ['a long mark name', `{"event":"mark","mark":{"name":"${'a'.repeat(MEGABYTE)}"}}`],
  ['backslashes', `{"event":"${'\\'.repeat(MEGABYTE)}"}`],
  ['arrays in arrays', `{"event":"mark","mark":${'['.repeat(MEGABYTE)}${']'.repeat(MEGABYTE)}}`],
  ['arrays that never close', `{"event":"mark","mark":${'['.repeat(MEGABYTE)}`],
  ['objects in objects', `${'{"start":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['many members', `{"event":"start","start":{${'"a":1,'.repeat(150_000)}"b":2}}`],
  ['many digits', `{"event":"media","sequence_number":${'9'.repeat(MEGABYTE)}}`],
  ['many digits in quotes', `{"event":"media","sequence_number":"${'9'.repeat(MEGABYTE)}"}`],
  ['spaces', ' '.repeat(MEGABYTE)],
  ['a megabyte of payload', `{"event":"media","media":{"payload":"${'A'.repeat(MEGABYTE)}"}}`],
  ['a payload of data: URIs', `{"event":"media","media":{"payload":"${'data:'.repeat(200_000)}"}}`],
  ['a payload of spaces', `{"event":"media","media":{"payload":"${' '.repeat(MEGABYTE)}"}}`],
  ['a payload of equals signs', `{"event":"media","media":{"payload":"${'='.repeat(MEGABYTE)}"}}`],
])('%s cost less than a second to decode', (_name, text) => {
  const before = performance.now()

  const {message} = decodeExotel(text)
  if ('payload' in message) decodePayload(message.payload)

  expect(performance.now() - before).toBeLessThan(1000)
})
