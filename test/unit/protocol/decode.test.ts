import {readdirSync, readFileSync} from 'node:fs'

import {describe, expect, test} from 'vitest'

import {decodeBot, decodeExotel} from '../../../src/protocol/decode.js'
import {botFixtures, exotelFixtures} from './expected-messages.js'

const folder = new URL('../../../fixtures/messages/', import.meta.url)

describe.each([
  {sender: 'exotel', decode: decodeExotel, expected: exotelFixtures},
  {sender: 'bot', decode: decodeBot, expected: botFixtures},
])('fixtures/messages/$sender', ({sender, decode, expected}) => {
  test.each(Object.entries(expected))('%s is read as expected', (name, {message, rules}) => {
    const text = readFileSync(new URL(`${sender}/${name}.txt`, folder), 'utf8')

    const decoded = decode(text)

    expect(decoded.message).toStrictEqual(message)
    expect(decoded.violations.map(({rule}) => rule)).toEqual(rules)
  })

  test('every file is in the table', () => {
    const names = readdirSync(new URL(sender, folder)).map((file) => file.replace(/\.txt$/, ''))

    expect(names.toSorted()).toEqual(Object.keys(expected).toSorted())
  })
})

test('bytes are read as UTF-8 text, and noted', () => {
  const decoded = decodeBot(Buffer.from('{"event":"mark","mark":{"name":"नमस्ते"}}'))

  expect(decoded.message).toEqual({event: 'mark', name: 'नमस्ते'})
  expect(decoded.violations).toEqual([{rule: 'binary-message'}])
})

test('bytes in the middle of a larger buffer are read alone', () => {
  const bytes = Buffer.from('xx{"event":"clear"}xx').subarray(2, -2)

  expect(decodeBot(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)).message).toEqual({
    event: 'clear',
  })
})

test('bytes that are not UTF-8 are a message that is not an event', () => {
  const {message, violations} = decodeBot(Uint8Array.of(0xff, 0xfe, 0x00, 0x80))

  expect(message.event).toBe('invalid')
  expect(violations.map(({rule}) => rule)).toEqual(['binary-message', 'message-not-an-event'])
})

test('messages without a violation share one frozen empty list', () => {
  const [mark, media] = [
    '{"event":"mark","mark":{"name":"a"}}',
    '{"event":"media","media":{}}',
  ].map((text) => decodeBot(text).violations)

  expect(mark).toBe(media)
  expect(Object.isFrozen(mark)).toBe(true)
})

test.each(['constructor', '__proto__', 'toString'])('an event called %s is unknown', (name) => {
  const {message, violations} = decodeExotel(JSON.stringify({event: name}))

  expect(message).toEqual({event: 'unknown', name, raw: {event: name}})
  expect(violations).toEqual([{rule: 'unknown-event', detail: `"${name}"`}])
})

test('a parameter called __proto__ stays a parameter', () => {
  const {message} = decodeExotel(
    '{"event":"start","start":{"custom_parameters":{"__proto__":"x"}}}',
  )
  const parameters = message.event === 'start' ? message.customParameters : {}

  expect(Object.keys(parameters)).toEqual(['__proto__'])
  expect(Object.getPrototypeOf(parameters)).toBe(Object.prototype)
})

test('a null streamSid is as good as none', () => {
  expect(decodeBot('{"event":"clear","stream_sid":null}')).toEqual({
    message: {event: 'clear'},
    violations: [],
  })
})

test('a documented key wins over its camelCase one', () => {
  const {message} = decodeBot('{"event":"clear","streamSid":"wrong","stream_sid":"right"}')

  expect(message).toEqual({event: 'clear', streamSid: 'right'})
})

test('a rate under the key `rate` is found, and noted', () => {
  const {message, violations} = decodeExotel(
    '{"event":"start","stream_sid":"s","start":{"call_sid":"c","account_sid":"a","from":"1",' +
      '"to":"2","media_format":{"rate":24000}}}',
  )

  expect(message).toMatchObject({mediaFormat: {sampleRateHz: 24_000}})
  expect(violations).toEqual([{rule: 'format-key-oddly-named'}])
})

test('parameters beyond the limit are noted, and no more than 50 are kept', () => {
  const parameters = Object.fromEntries(Array.from({length: 60}, (_, at) => [`key${at}`, 'v']))
  const {message, violations} = decodeExotel(
    JSON.stringify({event: 'start', start: {custom_parameters: parameters}}),
  )

  expect(message.event === 'start' && Object.keys(message.customParameters)).toHaveLength(50)
  expect(violations).toContainEqual({
    rule: 'custom-parameters-over-limit',
    detail: '60 pairs, 350 characters, the first 50 kept',
  })
})

test('one parameter too many is noted, and kept', () => {
  const parameters = {a: '1', b: '2', c: '3', d: '4'}
  const {message, violations} = decodeExotel(
    JSON.stringify({event: 'start', start: {custom_parameters: parameters}}),
  )

  expect(message).toMatchObject({customParameters: parameters})
  expect(violations).toContainEqual({
    rule: 'custom-parameters-over-limit',
    detail: '4 pairs, 8 characters',
  })
})

test('the rate of the URL does not count as a parameter', () => {
  const parameters = {'sample-rate': '8000', a: '1', b: '2', c: '3'}
  const {violations} = decodeExotel(
    JSON.stringify({event: 'start', start: {custom_parameters: parameters}}),
  )

  expect(violations.map(({rule}) => rule)).not.toContain('custom-parameters-over-limit')
})

test.each([
  {given: {n: 7}, kept: {n: '7'}, detail: '"n" is 7'},
  {given: {b: true}, kept: {b: 'true'}, detail: '"b" is true'},
  {given: {o: {}}, kept: {}, detail: '"o" is an object, left out'},
  {given: {x: null}, kept: {}, detail: '"x" is null, left out'},
])('a parameter that is not a text is noted: $detail', ({given, kept, detail}) => {
  const {message, violations} = decodeExotel(
    JSON.stringify({event: 'start', start: {custom_parameters: given}}),
  )

  expect(message).toMatchObject({customParameters: kept})
  expect(violations).toContainEqual({rule: 'custom-parameter-not-a-string', detail})
})

test.each([
  {written: '"250"', durationMs: 250, rules: []},
  {written: '250', durationMs: 250, rules: []},
  {written: '-0', durationMs: 0, rules: []},
  {written: '2.5e2', durationMs: 250, rules: []},
  {written: 'null', durationMs: undefined, rules: []},
  {written: '"250ms"', durationMs: 250, rules: ['number-with-unit']},
  {written: '"0.25 s"', durationMs: 250, rules: ['number-with-unit']},
  {written: '" 250"', durationMs: 250, rules: ['number-oddly-written']},
  {written: '"+250"', durationMs: 250, rules: ['number-oddly-written']},
  {written: '"0250"', durationMs: 250, rules: ['number-oddly-written']},
  {written: '"2.5e2"', durationMs: 250, rules: ['number-oddly-written']},
  {written: '250.5', durationMs: 250.5, rules: ['number-oddly-written']},
  {written: '-1', durationMs: undefined, rules: ['number-not-understood']},
  {written: '"9007199254740993"', durationMs: undefined, rules: ['number-not-understood']},
  {written: '1e999', durationMs: undefined, rules: ['number-not-understood']},
  {written: '""', durationMs: undefined, rules: ['number-not-understood']},
  {written: '"250 apples"', durationMs: undefined, rules: ['number-not-understood']},
  {written: 'true', durationMs: undefined, rules: ['number-not-understood']},
  {written: '[250]', durationMs: undefined, rules: ['number-not-understood']},
])('a number written $written is read as $durationMs', ({written, durationMs, rules}) => {
  const decoded = decodeExotel(`{"event":"dtmf","dtmf":{"digit":"5","duration":${written}}}`)

  const expected = durationMs === undefined ? {} : {durationMs}
  expect(decoded.message).toStrictEqual({event: 'dtmf', digit: '5', ...expected})
  expect(decoded.violations.map(({rule}) => rule)).toEqual(rules)
})

test.each([
  {written: '5', digit: '5', rules: ['dtmf-digit-unknown']},
  {written: '"55"', digit: '55', rules: ['dtmf-digit-unknown']},
  {written: '""', digit: '', rules: ['dtmf-digit-unknown']},
  {written: '{}', digit: '', rules: ['dtmf-digit-unknown']},
  {written: '"*"', digit: '*', rules: []},
])('a digit written $written is "$digit"', ({written, digit, rules}) => {
  const decoded = decodeExotel(`{"event":"dtmf","dtmf":{"digit":${written}}}`)

  expect(decoded.message).toEqual({event: 'dtmf', digit})
  expect(decoded.violations.map(({rule}) => rule)).toEqual(rules)
})

test.each([
  {field: 'a sid', text: '{"event":"clear","stream_sid":"#"}', most: 256},
  {field: 'a mark name', text: '{"event":"mark","mark":{"name":"#"}}', most: 1024},
  {field: 'an event', text: '{"event":"#"}', most: 256},
])('$field is cut at $most characters', ({text, most}) => {
  const {message, violations} = decodeBot(text.replace('#', 'x'.repeat(5000)))

  expect(Object.values(message)).toContain('x'.repeat(most))
  expect(violations).toContainEqual({
    rule: 'text-too-long',
    detail: `5000 characters, cut to ${most}`,
  })
})

test('a sid that is a number is read as text, and noted', () => {
  expect(decodeBot('{"event":"clear","stream_sid":123}')).toEqual({
    message: {event: 'clear', streamSid: '123'},
    violations: [{rule: 'text-not-a-string', detail: '123'}],
  })
})

test('a message nested too deep to print is not kept', () => {
  const deep = `{"event":"deep","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`

  expect(decodeBot(deep).message).toEqual({
    event: 'invalid',
    reason: 'nested deeper than 64 levels',
  })
})

test('a brace in a text is not taken for the end of the message', () => {
  const {message, violations} = decodeBot('{"event":"mark","mark":{"name":"a\\"}}"}} and more')

  expect(message).toEqual({event: 'mark', name: 'a"}}'})
  expect(violations).toEqual([{rule: 'text-around-message', detail: '"and more" after it'}])
})
