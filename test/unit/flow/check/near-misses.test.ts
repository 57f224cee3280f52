import {describe, expect, test} from 'vitest'

import {BOT, faultsOf, HOST, withBot, withPassthru, withUrl} from '../../../rig/flow-findings.js'

type Near = readonly [what: string, applets: readonly string[]]

const HARMLESS: readonly Near[] = [
  ['a Hangup that nobody comes to', [`${BOT}\nnext: end`, 'hangup']],
  ['a circle with a way out', [BOT, `passthru: {url: 'https://${HOST}/again', on302: voicebot}`]],
  [
    'a circle that a Hangup leads out of',
    [
      BOT,
      `passthru: {url: 'https://${HOST}/again', on200: voicebot, on302: bye}`,
      'id: bye\nhangup:',
    ],
  ],
  [
    'a Passthru named for the outcome and asked before it, where another asks behind',
    [
      `id: after-stream\npassthru: {url: 'https://${HOST}/p', on302: people}`,
      BOT,
      `passthru: {url: 'https://${HOST}/p', async: true, on200: end}`,
      'id: people\nconnect: {to: [VIP]}',
    ],
  ],
  [
    'a Passthru named for the outcome that chooses nothing',
    [`id: after-stream\npassthru: {url: 'https://${HOST}/p'}`, BOT],
  ],
  [
    'two branches that lead apart',
    withPassthru(`url: 'https://${HOST}/p', on200: end, on302: x`).concat([
      'id: x\nconnect: {to: [Sales]}',
    ]),
  ],
  ['one branch left open', withPassthru(`url: 'https://${HOST}/p', on200: end`)],
  [
    'callers who are sent past the bot before it',
    [
      `id: vip\npassthru: {url: 'https://${HOST}/vip', on302: people}`,
      `${BOT}\nnext: end`,
      'id: people\nconnect: {to: [VIP]}',
    ],
  ],
  [
    'a service that is called stream',
    [
      `passthru: {url: 'https://${HOST}/stream/lookup', on302: people}`,
      `${BOT}\nnext: end`,
      'id: people\nconnect: {to: [VIP]}',
    ],
  ],
  [
    'a Passthru named for the outcome, behind the bot',
    [
      BOT,
      `id: after-stream\npassthru: {url: 'https://${HOST}/after', on200: end, on302: people}`,
      'id: people\nconnect: {to: [VIP]}',
    ],
  ],
  [
    'a Stream that leads to people',
    [
      `stream: {url: 'wss://${HOST}/l', sampleRate: 8000, enable_bidirectional: false}`,
      'connect: {to: [Sales]}',
    ],
  ],
  [
    'a Stream that is called bot',
    [`id: bot\nstream: {url: 'wss://${HOST}/l', sampleRate: 8000}`, 'connect: {to: [Sales]}'],
  ],
  [
    'a Passthru that chooses when the conversation is over',
    [
      `stream: {url: 'wss://${HOST}/l', sampleRate: 8000}`,
      'connect: {to: [Sales]}',
      `passthru: {url: 'https://${HOST}/p', on200: end, on302: more}`,
      'id: more\nconnect: {to: [Boss]}',
    ],
  ],
  [
    'a Stream that is stopped',
    [
      `stream: {url: 'wss://${HOST}/l', sampleRate: 8000}`,
      'connect: {to: [Sales]}',
      'stream: {action: stop}',
    ],
  ],
  ['a Connect with nobody chosen yet', [BOT, 'connect: {}']],
  ['a public address', withUrl('wss://8.8.8.8/media')],
  ['a host that only ends like a name of one network', withUrl('wss://bot.localnet.in/media')],
  ['a dynamic URL without a rate', withBot(`url: 'https://${HOST}/stream-url'`)],
  ['a rate in the URL alone', withBot(`url: 'wss://${HOST}/media?sample-rate=16000'`)],
  [
    'the same rate twice, in the URL and beside it',
    withBot(`url: 'wss://${HOST}/media?sample-rate=16000', sampleRate: 16000`),
  ],
  [
    'three parameters',
    withBot(`url: 'wss://${HOST}/media?a=1', sampleRate: 8000, parameters: {b: '2', c: '3'}`),
  ],
  [
    '256 characters of parameters',
    withBot(`url: 'wss://${HOST}/media', sampleRate: 8000, parameters: {a: '${'n'.repeat(255)}'}`),
  ],
  [
    'the same parameter with the same value',
    withBot(`url: 'wss://${HOST}/media?a=1', sampleRate: 8000, parameters: {a: '1'}`),
  ],
  ['a key that is no secret', withBot(`url: 'wss://${HOST}/media?lookup_key=7', sampleRate: 8000`)],
  [
    'an encoding that Exotel does have',
    withBot(`url: 'wss://${HOST}/media', sampleRate: 8000, encoding: pcm16`),
  ],
  [
    'a campaign that is called like an encoding',
    withBot(`url: 'wss://${HOST}/media', sampleRate: 8000, parameters: {campaign: mulaw}`),
  ],
  ['an @ in the path', withUrl(`wss://${HOST}/@acme/media`)],
  ['a path that is called like a detail of the call', withUrl(`wss://${HOST}/callsid/media`)],
  ['a sound without TLS', [`greeting: {audioUrl: 'http://${HOST}/hello.wav'}`, BOT]],
  [
    'a call detail that the endpoint of a dynamic URL fills in',
    withBot(`url: 'https://${HOST}/u', parameters: {call: '{CallSid}'}`),
  ],
  [
    'a Passthru before the bot that is called after-hours, and chooses',
    [
      `id: after-hours\npassthru: {url: 'https://${HOST}/before-stream', on302: people}`,
      `${BOT}\nnext: end`,
      'id: people\nconnect: {to: [VIP]}',
    ],
  ],
  [
    'a Passthru before the bot whose path is start-stream',
    [
      `passthru: {url: 'https://${HOST}/start-stream', on302: people}`,
      `${BOT}\nnext: end`,
      'id: people\nconnect: {to: [VIP]}',
    ],
  ],
  [
    'bounds of a language model',
    withBot(`url: 'wss://${HOST}/m?max_tokens=200&tokenizer=bpe&max_token=9', sampleRate: 8000`),
  ],
  [
    'a field that says that no password is needed',
    withBot(`url: 'wss://${HOST}/m', sampleRate: 8000, foreign: {password: false}`),
  ],
  [
    'a Stream of a flow that is called for its bot',
    [`stream: {url: 'wss://${HOST}/bot/listen', sampleRate: 8000, foreign: {encryptDtmf: false}}`],
  ],
  [
    'a Stream beside a Voicebot, with voicebot in its path',
    [`stream: {url: 'wss://${HOST}/voicebot/listen', sampleRate: 8000}`, BOT],
  ],
  [
    'a rate among the parameters',
    withBot(`url: 'wss://${HOST}/m', parameters: {sample-rate: '16000'}`),
  ],
  [
    'credentials in the environment',
    withBot(`url: 'wss://${HOST}/media', sampleRate: 8000, auth: {key: BOT_KEY, token: BOT_TOKEN}`),
  ],
]

describe('no fault is found in', () => {
  test.each(HARMLESS)('%s', (_what, applets) => {
    expect(faultsOf(applets)).toEqual([])
  })
})

describe('for a try on this machine', () => {
  test.each([
    ['its own host', withUrl('ws://127.0.0.1:5000/media')],
    ['a private address', withUrl('ws://192.168.1.20:5000/media')],
    ['a name under .test', withUrl('ws://bot.test:5000/media')],
    ['a dynamic URL without TLS', withBot("url: 'http://localhost:5000/media'")],
  ])('%s is no fault', (_what, applets) => {
    expect(faultsOf(applets, {isLocal: true})).toEqual([])
    expect(faultsOf(applets)).toHaveLength(1)
  })

  test('a placeholder still is one', () => {
    expect(faultsOf(withUrl('ws://your-ip:5000/media'), {isLocal: true})).toEqual(['placeholder'])
  })
})
