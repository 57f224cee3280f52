import {expect, test} from 'vitest'

import {casingOf} from '../../../src/protocol/casing.js'

test.each([
  ['its sid in snake_case', '{"event":"start","stream_sid":"s","start":{}}', 'snake'],
  ['its sid in camelCase', '{"event":"start","streamSid":"s","start":{}}', 'camel'],
  ['its sid inside start', '{"event":"start","start":{"streamSid":"s"}}', 'camel'],
  ['its sid inside media', '{"event":"media","media":{"streamSid":"s"}}', 'camel'],
  ['both sids', '{"event":"start","streamSid":"s","start":{"stream_sid":"s"}}', 'snake'],
  ['only mediaFormat in camelCase', '{"event":"start","start":{"mediaFormat":{}}}', 'camel'],
  ['mediaFormat beside start', '{"event":"start","start":{},"mediaFormat":{}}', 'camel'],
  ['a sid that stands above mediaFormat', '{"stream_sid":"s","mediaFormat":{}}', 'snake'],
  ['only sampleRate', '{"start":{"mediaFormat":{"sampleRate":8000}}}', 'camel'],
  ['no such key', '{"event":"media","media":{"payload":"AAAA"}}', 'snake'],
  ['the name of a key in a text', '{"event":"mark","mark":{"name":"streamSid"}}', 'snake'],
  ['no JSON', 'streamSid', 'snake'],
])('a message with %s is answered in its casing', (_, text, casing) => {
  expect(casingOf(text)).toBe(casing)
  expect(casingOf(Buffer.from(text))).toBe(casing)
})
