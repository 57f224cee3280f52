import {describe, expect, test} from 'vitest'

import {checkFlow} from '../../../../src/flow/check/check-flow.js'
import {readFlow} from '../../../../src/flow/format/flow-reader.js'
import {
  BOT,
  faultsOf,
  findingsOf,
  HOST,
  idsOf,
  withBot,
  withUrl,
} from '../../../rig/flow-findings.js'

/** A call through the API whose StreamUrl has so many characters. */
function directCall(characters: number): readonly string[] {
  const [before, behind] = [`wss://${HOST}/`, '?sample-rate=8000']
  const path = 'n'.repeat(characters - before.length - behind.length)
  return [`connectVoiceAi: {url: '${before}${path}${behind}'}`]
}

type Fault = readonly [what: string, applets: readonly string[], ids: readonly string[]]

const FAULTS: readonly Fault[] = [
  [
    'a chain that nobody comes to, told by its first',
    [
      `${BOT}\nnext: end`,
      'id: two\nconnect: {}\nnext: end',
      'id: one\ngreeting: {say: Hello.}\nnext: two',
    ],
    ['unreachable-applet'],
  ],
  [
    'two chains that nobody comes to',
    [`${BOT}\nnext: end`, 'id: one\nconnect: {}\nnext: end', 'id: two\nconnect: {}\nnext: end'],
    ['unreachable-applet', 'unreachable-applet'],
  ],
  [
    'a circle that nobody comes to',
    [`${BOT}\nnext: end`, 'id: one\nconnect: {}\nnext: two', 'id: two\nconnect: {}\nnext: one'],
    ['unreachable-applet'],
  ],
  ['a bot that follows itself', [`id: bot\n${BOT}\nnext: bot`], ['endless-circle']],
  [
    'an async Passthru alone, before people',
    [`passthru: {url: 'https://${HOST}/p', async: true}`, 'connect: {}'],
    ['no-stream-after-passthru'],
  ],
  [
    '257 characters of parameters',
    withBot(`url: 'wss://${HOST}/media', sampleRate: 8000, parameters: {a: '${'n'.repeat(256)}'}`),
    ['parameters-too-long'],
  ],
  ['a parameter twice in the query', withUrl(`wss://${HOST}/media?a=1&a=1`), ['parameter-twice']],
  [
    'a rate twice in the query, the same',
    withBot(`url: 'wss://${HOST}/media?sample-rate=8000&sample-rate=8000'`),
    ['parameter-twice'],
  ],
  [
    'two rates in the query',
    withBot(`url: 'wss://${HOST}/media?sample-rate=8000&sample-rate=16000'`),
    ['two-rates'],
  ],
  [
    'a rate in kilohertz',
    withBot(`url: 'wss://${HOST}/media?sample-rate=16k'`),
    ['rate-not-offered'],
  ],
  [
    'a misspelt rate that Exotel has not',
    withBot(`url: 'wss://${HOST}/media?sampleRate=11025'`),
    ['rate-not-offered'],
  ],
  [
    'mu-law as a parameter',
    withBot(`url: 'wss://${HOST}/media', sampleRate: 8000, parameters: {encoding: ulaw}`),
    ['mulaw-claimed'],
  ],
  [
    'mu-law in the query',
    withUrl(`wss://${HOST}/media?content_type=audio/x-mulaw`),
    ['mulaw-claimed'],
  ],
  [
    'mu-law as the content type in a parameter',
    withBot(
      `url: 'wss://${HOST}/media', sampleRate: 8000, parameters: {content_type: audio/x-mulaw}`,
    ),
    ['mulaw-claimed'],
  ],
  [
    'a misspelt rate among the parameters',
    withBot(`url: 'wss://${HOST}/media', parameters: {sample_rate: '16000'}`),
    ['rate-misspelt'],
  ],
  [
    'a rate among the parameters that Exotel has not',
    withBot(`url: 'wss://${HOST}/media', parameters: {sample-rate: '44100'}`),
    ['rate-not-offered'],
  ],
  [
    'a rate among the parameters, and another beside them',
    withBot(`url: 'wss://${HOST}/media', sampleRate: 8000, parameters: {sample-rate: '16000'}`),
    ['two-rates'],
  ],
  [
    'credentials before the @ of a dynamic URL in the open',
    withBot(`url: 'http://u:p4ss@${HOST}/dyn'`),
    ['credentials-in-url'],
  ],
  [
    'a password in a field of older guides',
    withBot(
      `url: 'wss://${HOST}/media', sampleRate: 8000, foreign: {login: {username: u, password: p4ss}}`,
    ),
    ['secret-in-the-open'],
  ],
  [
    'a Bearer in the headers of older guides',
    withBot(
      `url: 'wss://${HOST}/media', sampleRate: 8000, foreign: {headers: {X-Bot: Bearer p4ss}}`,
    ),
    ['secret-in-the-open'],
  ],
  [
    'the same token in the URL and in a parameter, told once',
    withBot(`url: 'wss://${HOST}/media?token=p4ss', sampleRate: 8000, parameters: {token: p4ss}`),
    ['secret-in-the-open'],
  ],
  [
    'a Stream to the path of a voicebot',
    [`stream: {url: 'wss://${HOST}/ws/voicebot', sampleRate: 8000}`, 'connect: {to: [Sales]}'],
    ['stream-cannot-talk'],
  ],
  [
    'a Stream with encrypted digits',
    [
      `stream: {url: 'wss://${HOST}/l', sampleRate: 8000, foreign: {encryptDtmf: true}}`,
      'connect: {to: [Sales]}',
    ],
    ['stream-cannot-talk'],
  ],
  [
    'a greeting that circles before the bot, told once',
    ['greeting: {say: Hello.}\nnext: greeting', BOT],
    ['endless-circle'],
  ],
  [
    'a Passthru whose branches both end before the bot, told once',
    [`passthru: {url: 'https://${HOST}/p', on200: end, on302: end}`, BOT],
    ['unreachable-applet'],
  ],
  ['a stop and no stream at all, told once', ['stream: {action: stop}'], ['no-stream']],
  [
    'a detail of the call in the marks of a batch file, told once',
    withUrl(`wss://${HOST}/ws/%CallSid%`),
    ['call-detail-in-static-url'],
  ],
  ...['transfer-to-agent', 'bot-result'].map((id): Fault => [
    `a Passthru called ${id} before the bot`,
    [
      `id: ${id}\npassthru: {url: 'https://${HOST}/p', on302: people}`,
      `${BOT}\nnext: end`,
      'id: people\nconnect: {}',
    ],
    ['outcome-asked-before'],
  ]),
  [
    'a value of the query that asks for Stream[...] before the stream',
    [
      `passthru: {url: 'https://${HOST}/p?status=Stream[Status]', on302: people}`,
      `${BOT}\nnext: end`,
      'id: people\nconnect: {}',
    ],
    ['outcome-asked-before'],
  ],
  ['ftp', withUrl(`ftp://${HOST}/media`), ['wrong-scheme']],
  [
    'a placeholder without TLS and without a dot, told once',
    withUrl('ws://your-ip:5000/media'),
    ['placeholder'],
  ],
  [
    'a secret that is a placeholder, told once',
    withUrl(`wss://${HOST}/media?token={token}`),
    ['placeholder'],
  ],
  [
    'a parameter that is a placeholder of a secret, told once',
    withBot(`url: 'wss://${HOST}/media', sampleRate: 8000, parameters: {token: '{token}'}`),
    ['placeholder'],
  ],
  ['a host in angle brackets, told once', withUrl('wss://<host>/media'), ['placeholder']],
  [
    'two rates, one of which Exotel has not',
    withBot(`url: 'wss://${HOST}/media?sample-rate=8000&sample-rate=44100'`),
    ['rate-not-offered'],
  ],
  ['a name under .test, which no public DNS has', withUrl('wss://bot.test/media'), ['placeholder']],
  [
    'too many parameters that are too long, too, told once',
    withBot(
      `url: 'wss://${HOST}/media', sampleRate: 8000, parameters: {a: '${'n'.repeat(256)}', b: '', c: '', d: ''}`,
    ),
    ['too-many-parameters'],
  ],
  ['a StreamUrl of 600 characters', directCall(600), ['url-too-long']],
  ['a StreamUrl of 599 characters', directCall(599), []],
  [
    'a status callback on this machine',
    [
      `connectVoiceAi: {url: 'wss://${HOST}/media', sampleRate: 8000, statusCallback: 'https://127.0.0.1/s'}`,
    ],
    ['unreachable-host'],
  ],
  [
    'whom to connect to, asked in the open',
    [BOT, `connect: {url: 'http://${HOST}/whom'}`],
    ['without-tls'],
  ],
  [
    'a dynamic URL in the open, with Basic authentication',
    withBot(`url: 'http://${HOST}/u', auth: {key: A, token: B}`),
    ['credentials-without-tls'],
  ],
  [
    'a query that asks for Stream[...] before the stream',
    [
      `passthru: {url: 'https://${HOST}/p?Stream[Status]=x', on302: people}`,
      `${BOT}\nnext: end`,
      'id: people\nconnect: {}',
    ],
    ['outcome-asked-before'],
  ],
]

test('a flow that is called voicebot and has only a Stream is told of its Stream', () => {
  const read = readFlow(
    `name: voicebot flow\napplets:\n  - stream: {url: 'wss://${HOST}/l', sampleRate: 8000}\n  - connect: {}\n`,
    'flow.yaml',
  )

  expect(checkFlow(read, {isLocal: false}).map(({id}) => id)).toEqual(['stream-cannot-talk'])
})

test('of two Passthrus without a bot, the last that a call comes to is named', () => {
  const ask = (id: string) => `id: ${id}\npassthru: {url: 'https://${HOST}/p'}`
  const [found] = findingsOf([ask('first'), ask('second')])

  expect(found?.fix).toContain('behind "second"')
})

test('what only a voicebot has is not told again as a field of no dashboard', () => {
  const stream = `stream: {url: 'wss://${HOST}/l', sampleRate: 8000, foreign: {encryptDtmf: true}}`

  expect(idsOf([stream, 'connect: {}'])).toEqual(['stream-cannot-talk'])
})

describe('exactly its faults are found in', () => {
  test.each(FAULTS)('%s', (_what, applets, ids) => {
    expect(faultsOf(applets)).toEqual(ids)
  })
})
