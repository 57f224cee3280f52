import {join} from 'node:path'

import {describe, expect, test} from 'vitest'

import {readFlow, readFlowFile} from '../../../../../src/flow/format/flow-reader.js'

const OLDER = join(
  import.meta.dirname,
  ...Array<string>(5).fill('..'),
  'fixtures',
  'flows',
  'older-guides',
)

function appletOf(settings: object) {
  return readFlow(JSON.stringify(settings), 'settings.json').flow.applets[0]
}

test.each([
  ['bidirectional-mulaw.json', ['voicebot']],
  ['media-format-events.json', ['stream']],
  ['protocol-encoding.json', ['stream']],
  ['session-in-path.json', ['voicebot']],
  ['two-applets.json', ['voicebot', 'stream']],
])('the settings in %s are read as %j', async (file, kinds) => {
  const {flow} = await readFlowFile(join(OLDER, file))

  expect(flow.applets.map(({kind}) => kind)).toEqual(kinds)
})

test('everything but the URL and the name is kept as foreign, the rate too', () => {
  const {flow} = readFlow(
    JSON.stringify({
      name: 'Audio Monitor',
      websocket_url: 'wss://bot.acme.in/v1/ingest',
      sample_rate: 8000,
      media_format: {encoding: 'pcm16'},
      events: ['start'],
    }),
    'settings.json',
  )

  expect(flow).toEqual({
    name: 'Audio Monitor',
    applets: [
      {
        id: 'stream',
        kind: 'stream',
        url: 'wss://bot.acme.in/v1/ingest',
        parameters: {},
        auth: {kind: 'none'},
        record: false,
        foreign: {sample_rate: 8000, media_format: {encoding: 'pcm16'}, events: ['start']},
        next: 'end',
      },
    ],
  })
})

describe('the applet', () => {
  test.each([
    [{enable_bidirectional: true}, 'voicebot'],
    [{enable_bidirectional: 'true'}, 'voicebot'],
    [{enable_bidirectional: false, type: 'voicebot'}, 'stream'],
    [{enableBidirectional: true}, 'voicebot'],
    [{stream_type: 'bidirectional'}, 'voicebot'],
    [{stream_type: 'unidirectional'}, 'stream'],
    [{applet: 'Voicebot Applet'}, 'voicebot'],
    [{encoding: 'pcm16'}, 'stream'],
  ])('%j is %s', (settings, kind) => {
    expect(appletOf({websocket_url: 'wss://bot.acme.in/media', ...settings})?.kind).toBe(kind)
  })

  test.each([
    [{websocketUrl: 'wss://bot.acme.in/a'}],
    [{stream_url: 'wss://bot.acme.in/a'}],
    [{url: 'wss://bot.acme.in/a', audio_format: 'mulaw'}],
    [{url: 'wss://bot.acme.in/a', events: ['media']}],
  ])('%j has its URL', (settings) => {
    expect(appletOf(settings)).toMatchObject({url: 'wss://bot.acme.in/a'})
  })
})

test('a list of settings is a flow of as many applets, one behind the other', () => {
  const url = 'wss://bot.acme.in/media'

  const {flow} = readFlow(JSON.stringify([{stream_url: url}, {stream_url: url}]), 'settings.json')

  expect(flow.applets).toMatchObject([
    {id: 'stream', next: 'stream-2'},
    {id: 'stream-2', next: 'end'},
  ])
})

test('a place has the names that the JSON has', async () => {
  const {flow, placeOf} = await readFlowFile(join(OLDER, 'media-format-events.json'))
  const [applet] = flow.applets

  expect(placeOf(applet, 'url')).toEqual({path: 'websocket_url', line: 3, column: 20})
  expect(placeOf(applet, 'media_format.encoding')).toEqual({
    path: 'media_format.encoding',
    line: 6,
    column: 17,
  })
  expect(placeOf(applet, 'sampleRate')).toEqual({path: '', line: 1, column: 1})
})

test('a place in a list has its number', async () => {
  const {flow, placeOf} = await readFlowFile(join(OLDER, 'two-applets.json'))

  expect(placeOf(flow.applets[0], 'url').path).toBe('[0].url')
  expect(placeOf(flow.applets[1], 'url').path).toBe('[1].streamUrl')
})

test.each([
  ['{"websocket_url": 7}', '1:19 websocket_url: expected a URL'],
  [`{"stream_url": "${'a'.repeat(2001)}"}`, '1:16 stream_url: expected at most 2000 characters'],
  [
    `{"stream_url": "a", "b": "${'a'.repeat(4000)}"}`,
    '1:26 b: expected at most 4000 characters as JSON',
  ],
])('%.30s is refused with its place', (text, expected) => {
  expect(() => readFlow(text, 'settings.json')).toThrow(`settings.json:${expected}`)
})

describe('settings with the name of their applet', () => {
  const url = 'wss://bot.acme.in/media'

  test('in a list are a flow, one behind the other', () => {
    const list = [
      {type: 'greeting', text: 'Welcome'},
      {type: 'Passthru', url: 'https://bot.acme.in/passthru', async: true},
      {type: 'voicebot', websocket_url: url},
      {applet: 'connect', to: 'Sales'},
      {type: 'hangup'},
    ]

    expect(readFlow(JSON.stringify(list), 'settings.json').flow.applets).toMatchObject([
      {kind: 'greeting', say: 'Welcome', next: 'passthru'},
      {kind: 'passthru', url: 'https://bot.acme.in/passthru', isAsync: true, on200: 'voicebot'},
      {kind: 'voicebot', url, foreign: {}, next: 'connect'},
      {kind: 'connect', to: ['Sales'], next: 'hangup'},
      {kind: 'hangup'},
    ])
  })

  test.each([
    [{applet: 'Voicebot', url}, 'voicebot', 'url'],
    [{name: 'calls', voicebot: {url, audio_format: 'pcm16'}}, 'voicebot', 'voicebot.url'],
    [{stream: {websocket_url: url}}, 'stream', 'stream.websocket_url'],
    [{stream: {websocket_url: url, bidirectional: true}}, 'voicebot', 'stream.websocket_url'],
  ])('%j are read, and found again', (settings, kind, path) => {
    const {flow, placeOf} = readFlow(JSON.stringify(settings), 'settings.json')

    expect(flow.applets).toMatchObject([{kind, url}])
    expect(placeOf(flow.applets[0], 'url').path).toBe(path)
  })

  test('a greeting without words or a sound is refused', () => {
    expect(() => readFlow('[{"type": "greeting"}]', 'settings.json')).toThrow(
      'settings.json:1:2 [0]: expected say with words, or url of a sound',
    )
  })
})

test.each([
  [
    '[{"type": "ivr_menu"}, {"type": "voicebot", "websocket_url": "wss://bot.acme.in/media"}]',
    'expected a flow with name and applets, or a list of older settings, not one with "ivr_menu", which is none of passthru, voicebot, stream, hangup, connect and greeting',
  ],
  [
    '{"kind": "ivr", "menu": 1}',
    'expected a flow with name and applets, such as {name: calls, applets: [{voicebot: {url: wss://bot.acme.in/media}}]}, not one with kind and menu',
  ],
])('of %.25s, which nobody can read, a sentence says how it should look', (text, expected) => {
  expect(() => readFlow(text, 'settings.json')).toThrow(`settings.json:1:1 ${expected}`)
})
