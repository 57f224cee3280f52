import {expect, test} from 'vitest'

import {decodeExotel} from '../../../../src/protocol/decode.js'
import {journalLine} from '../../../../src/serve/keeping/journal-lines.js'

function received(raw: string | Uint8Array) {
  const {message} = decodeExotel(raw)
  return journalLine({type: 'received', atMs: 5, raw, message})
}

test('a message without a secret is kept to the last space', () => {
  const raw = ' {"event": "dtmf",\n "dtmf": {"digit": "1", "duration": 1e2}, "key1": "v"} '

  expect(received(raw)).toEqual({type: 'received', atMs: 5, text: raw})
})

test.each([
  {where: 'a custom parameter', parameters: {api_token: 's3cr3t'}},
  {where: 'a number', parameters: {pin: 12345678}},
  {where: 'JSON within', parameters: {context: '{"password":"s3cr3t","name":"Asha"}'}},
  {where: 'the query of a URL', parameters: {callback: 'https://crm.example/?auth=s3cr3t&id=7'}},
])('the secret in $where is masked, and the rest is there', ({parameters}) => {
  const raw = JSON.stringify({
    event: 'start',
    start: {call_sid: 'call1', custom_parameters: parameters},
  })

  const text = JSON.stringify(received(raw))

  expect(text).toContain('call1')
  expect(text).toContain('***')
  expect(text).not.toMatch(/s3cr3t|12345678/)
})

test.each([
  '{"event":"start","start":{"custom_parameters":{"token":"s3cr3t"}}',
  String.raw`"{\"password\":\"s3cr3t\"}, and then`,
  `{"token":"s3cr3t","x":${'['.repeat(20_000)}`,
])('a secret in what is no JSON is masked: %s', (raw) => {
  expect(JSON.stringify(received(raw))).not.toContain('s3cr3t')
})

test('of a long message the beginning is kept, and its length', () => {
  const raw = `{"event":"unheard-of","token":"s3cr3t","text":"${'x'.repeat(1_000_000)}"}`

  const line = received(raw)

  expect(line).toMatchObject({cutFrom: raw.length})
  expect(JSON.stringify(line).length).toBeLessThan(70_000)
  expect(JSON.stringify(line)).not.toContain('s3cr3t')
})

test('a hostile text costs no time', () => {
  for (const raw of ['"'.repeat(200_000), '\\"'.repeat(200_000), 'a'.repeat(200_000)]) {
    const begun = process.cpuUsage()
    for (let times = 0; times < 20; times += 1) received(raw)

    expect(process.cpuUsage(begun).user).toBeLessThan(500_000)
  }
})
