import {readFileSync} from 'node:fs'

import {expect, test} from 'vitest'

import {decodeExotel} from '../../../src/protocol/decode.js'
import {encodeBot, encodeExotel} from '../../../src/protocol/encode.js'
import type {ExotelMessage} from '../../../src/protocol/messages.js'
import {profiles} from '../../../src/protocol/profiles.js'

const start: ExotelMessage = {
  event: 'start',
  sequenceNumber: 1,
  streamSid: 's1',
  callSid: 'c1',
  accountSid: 'a1',
  from: '+91',
  to: '+92',
  customParameters: {key1: 'value1'},
  mediaFormat: {},
}

const media: ExotelMessage = {
  event: 'media',
  sequenceNumber: 3,
  streamSid: 's1',
  chunk: 2,
  timestampMs: 20,
  payload: 'AAAA',
}

const mark: ExotelMessage = {event: 'mark', sequenceNumber: 9, streamSid: 's1', name: 'end'}

test.each([
  {profile: profiles['docs-strings'], text: '{"event":"connected"}\n'},
  {
    profile: profiles['legacy-connected-version'],
    text: '{"event":"connected","protocol":"Call","version":"1.0.0"}',
  },
])('connected in $profile.id', ({profile, text}) => {
  expect(encodeExotel({event: 'connected'}, profile)).toBe(text)
})

test.each([
  {
    profile: profiles['docs-strings'],
    text:
      '{"event":"start","sequence_number":"1","stream_sid":"s1","start":{"stream_sid":"s1",' +
      '"call_sid":"c1","account_sid":"a1","from":"+91","to":"+92",' +
      '"custom_parameters":{"key1":"value1"},' +
      '"media_format":{"encoding":"audio/x-raw","sample_rate":"8000","bit_rate":"16"}}}\n',
  },
  {
    profile: profiles['camel-mulaw'],
    text:
      '{"event":"start","sequenceNumber":"1","streamSid":"s1","start":{"streamSid":"s1",' +
      '"callSid":"c1","accountSid":"a1","from":"+91","to":"+92",' +
      '"customParameters":{"key1":"value1"},' +
      '"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":"8000","bitRate":"8"}},' +
      '"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":"8000","bitRate":"8"}}\n',
  },
])('start in $profile.id takes its format from the profile', ({profile, text}) => {
  expect(encodeExotel(start, profile)).toBe(text)
})

test('camel-mulaw writes the start that is in the fixtures, to the letter', () => {
  const file = '../../../fixtures/messages/exotel/start-in-camel-case-with-the-format-twice.txt'
  const text = readFileSync(new URL(file, import.meta.url), 'utf8')

  expect(encodeExotel(decodeExotel(text).message, profiles['camel-mulaw'])).toBe(text)
})

test('a format in the message goes before the one of the profile', () => {
  const text = encodeExotel({...start, mediaFormat: {sampleRateHz: 24_000}}, profiles['16k'])

  expect(text).toContain('{"encoding":"audio/x-raw","sample_rate":"24000","bit_rate":"16"}')
})

test.each([
  {
    profile: profiles['docs-strings'],
    text:
      '{"event":"media","sequence_number":"3","stream_sid":"s1",' +
      '"media":{"chunk":"2","timestamp":"20","payload":"AAAA"}}\n',
  },
  {
    profile: profiles['docs-numbers'],
    text:
      '{"event":"media","sequence_number":3,"stream_sid":"s1",' +
      '"media":{"chunk":2,"timestamp":"20","payload":"AAAA"}}\n',
  },
])('media in $profile.id', ({profile, text}) => {
  expect(encodeExotel(media, profile)).toBe(text)
})

test.each([
  {
    message: {event: 'dtmf', streamSid: 's1', sequenceNumber: 7, digit: '5', durationMs: 100},
    text: '{"event":"dtmf","sequence_number":"7","stream_sid":"s1","dtmf":{"digit":"5","duration":"100"}}\n',
  },
  {
    message: mark,
    text: '{"event":"mark","sequence_number":"9","stream_sid":"s1","mark":{"name":"end"}}\n',
  },
  {
    message: {
      event: 'stop',
      streamSid: 's1',
      sequenceNumber: 20,
      callSid: 'c1',
      accountSid: 'a1',
      reason: 'callended',
    },
    text: '{"event":"stop","sequence_number":"20","stream_sid":"s1","stop":{"call_sid":"c1","account_sid":"a1","reason":"callended"}}\n',
  },
  {
    message: {event: 'unknown', name: 'silence', raw: {event: 'silence', x: 1}},
    text: '{"event":"silence","x":1}\n',
  },
  {
    message: {...mark, name: ''},
    text: '{"event":"mark","sequence_number":"9","stream_sid":"s1","mark":{"name":""}}\n',
  },
] as const)('$message.event is written in the documented order', ({message, text}) => {
  expect(encodeExotel(message)).toBe(text)
})

test.each([
  {
    message: {event: 'media', streamSid: 's1', payload: 'AAAA'},
    text: '{"event":"media","stream_sid":"s1","media":{"payload":"AAAA"}}',
  },
  {
    message: {event: 'mark', streamSid: 's1', name: 'end'},
    text: '{"event":"mark","stream_sid":"s1","mark":{"name":"end"}}',
  },
  {message: {event: 'clear', streamSid: 's1'}, text: '{"event":"clear","stream_sid":"s1"}'},
] as const)('a bot sends $message.event in the documented minimal form', ({message, text}) => {
  expect(encodeBot(message)).toBe(text)
})

test('a bot sends an unknown message as it came', () => {
  expect(encodeBot({event: 'unknown', name: 'ping', raw: {event: 'ping'}})).toBe('{"event":"ping"}')
})

test('a bot that writes camelCase hides its sid under streamSid', () => {
  expect(encodeBot({event: 'clear', streamSid: 's1'}, 'camel')).toBe(
    '{"event":"clear","streamSid":"s1"}',
  )
})

test.each([
  ['an empty streamSid', {...start, streamSid: ''}, 'streamSid is empty'],
  ['an empty callSid', {...start, callSid: ''}, 'callSid is empty'],
  ['a negative chunk', {...media, chunk: -1}, 'chunk is -1, not a whole number from 0'],
  ['a fraction', {...media, timestampMs: 0.5}, 'timestampMs is 0.5'],
  ['NaN', {...mark, sequenceNumber: Number.NaN}, 'sequenceNumber is NaN'],
  ['a dtmf without a digit', {event: 'dtmf', digit: ''}, 'a dtmf without a digit'],
  ['an invalid message', {event: 'invalid', reason: 'empty text'}, 'cannot be sent: empty text'],
] as const)('%s cannot be encoded', (_name, message, problem) => {
  expect(() => encodeExotel(message)).toThrow(RangeError)
  expect(() => encodeExotel(message)).toThrow(problem)
})

test('a bot cannot send a mark without a name', () => {
  expect(() => encodeBot({event: 'mark', name: ''})).toThrow(RangeError)
})
