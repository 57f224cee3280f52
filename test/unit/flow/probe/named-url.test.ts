import {expect, test} from 'vitest'

import type {VoicebotApplet} from '../../../../src/flow/flow.js'
import {namedUrlFaults} from '../../../../src/flow/probe/dynamic/named-url.js'

const bot: VoicebotApplet = {
  id: 'bot',
  kind: 'voicebot',
  url: 'https://bot.acme.in/bot',
  parameters: {},
  auth: {kind: 'none'},
  record: false,
  encryptDtmf: false,
  foreign: {},
  next: 'end',
}

function faultsOf(streamUrl: string, {isLocal = false, applet = bot} = {}) {
  return namedUrlFaults(applet, streamUrl, isLocal)
}

test.each([
  ['wss://bot.acme.in/media?sample-rate=8000', []],
  ['ws://bot.acme.in/media?sample-rate=8000', ['probe-dynamic-ws']],
  ['wss://localhost:5000/media?sample-rate=8000', ['probe-dynamic-own-host']],
  ['ws://10.0.0.7/media?sample-rate=8000', ['probe-dynamic-own-host']],
  ['wss://your-domain.com/media?sample-rate=8000', ['probe-dynamic-placeholder']],
])('of %s is found %j', (url, ids) => {
  expect(faultsOf(url).map(({id}) => id)).toEqual(ids)
})

test.each([
  ' wss://bot.acme.in/media?sample-rate=8000',
  'wss://bot.acme.in/media?sample-rate=8000\n',
  'wss://bot.acme.in/me\u001bdia?sample-rate=8000',
  'wss:/bot.acme.in/media?sample-rate=8000',
  'wss:bot.acme.in/media?sample-rate=8000',
  'wss://127.1/media?sample-rate=8000',
  'wss://bot.acme.in/%zz?sample-rate=8000',
  'wss://bot.acme.in\\media?sample-rate=8000',
  'wss://bot.acme.in/media?sample-rate=8000&name=A B',
])('what Node would dial and Exotel would not is one fault: %j', (url) => {
  expect(faultsOf(url, {isLocal: true}).map(({id}) => id)).toEqual(['probe-dynamic-named-url'])
})

test('of a URL that cannot be dialled neither a secret nor a control character is told', () => {
  const [fault] = faultsOf('wss://key:s3cret@bot.acme.in/me\u001bdia?token=hidden7')

  expect(fault?.summary).toContain('"wss://bot.acme.in/me\\u{1b}dia?token=***", which holds')
  expect(JSON.stringify(fault)).not.toMatch(/s3cret|hidden7/)
})

test.each([
  ['sample_rate=16000', 'probe-dynamic-rate-misspelt', 'sample-rate=16000'],
  ['rate=24000', 'probe-dynamic-rate-misspelt', 'sample-rate=24000'],
  ['sample-rate=8000&sample_rate=16000', 'probe-dynamic-two-rates', 'sample-rate=8000'],
  ['sample-rate=8000&a=1&a=2', 'probe-dynamic-parameter-twice', 'once'],
  ['sample-rate=8000&encoding=mulaw', 'probe-dynamic-mulaw', '16-bit'],
])('a query of %s is one fault, %s, with what to write', (query, id, fix) => {
  expect(faultsOf(`wss://bot.acme.in/media?${query}`)).toMatchObject([
    {id, fix: expect.stringContaining(fix) as string},
  ])
})

test('two faults of one query are two findings', () => {
  const faults = faultsOf('wss://bot.acme.in/media?sample_rate=16000&encoding=mulaw')

  expect(faults.map(({id}) => id)).toEqual(['probe-dynamic-rate-misspelt', 'probe-dynamic-mulaw'])
})

test('on this machine, its own hosts and streams without TLS are in order', () => {
  expect(faultsOf('ws://127.0.0.1:5000/media?sample-rate=8000', {isLocal: true})).toEqual([])
})

test('where the flow has no rate, that of the answer is in order', () => {
  expect(faultsOf('wss://bot.acme.in/media?sample-rate=24000')).toEqual([])
})

test('a parameter that only looks like one of JavaScript is missing, too', () => {
  const applet = {...bot, parameters: {constructor: 'x'}}

  const faults = faultsOf('wss://bot.acme.in/media?sample-rate=8000', {applet})

  expect(faults.map(({id}) => id)).toEqual(['probe-dynamic-parameters'])
})

test('credentials in the answer are not told', () => {
  const [fault] = faultsOf('ws://key:s3cret@bot.acme.in/media?sample-rate=8000&token=hidden7')

  expect(fault?.summary).toContain('ws://bot.acme.in/media?sample-rate=8000&token=***')
})
