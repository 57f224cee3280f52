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
  const answer = {url: 'https://bot.acme.in/bot', tookMs: 1}
  return namedUrlFaults(applet, {answer, violations: [], streamUrl}, isLocal)
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
