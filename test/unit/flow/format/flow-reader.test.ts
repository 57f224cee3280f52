import {readdirSync} from 'node:fs'
import {join} from 'node:path'

import {describe, expect, test} from 'vitest'

import {readFlow, readFlowFile} from '../../../../src/flow/format/flow-reader.js'
import {USUAL_AUTH} from '../../../../src/flow/make-flow.js'
import {renderAs} from '../../../../src/flow/print/render.js'
import {localPrinting, printingOf, USES} from '../../../rig/flow-printing.js'

const GOOD = join(import.meta.dirname, '..', '..', '..', '..', 'fixtures', 'flows', 'good')

test.each(readdirSync(GOOD))('the good flow %s is read', async (file) => {
  const {flow} = await readFlowFile(join(GOOD, file))

  expect(flow.applets.length).toBeGreaterThan(0)
})

function appletsOf(...entries: readonly string[]) {
  return readFlow(['name: calls', 'applets:', ...entries].join('\n'), 'flow.yaml').flow.applets
}

describe('what is left out', () => {
  test('an applet leads to the one that is written behind it, and the last to the end', () => {
    expect(appletsOf('- greeting: {say: Hello}', '- gather:', '- stream: {action: stop}')).toEqual([
      {id: 'greeting', kind: 'greeting', say: 'Hello', next: 'gather'},
      {id: 'gather', kind: 'gather', next: 'stream-stop'},
      {id: 'stream-stop', kind: 'stream-stop', next: 'end'},
    ])
  })

  test('a Passthru waits for its answer, 200 leads to the applet behind, and 302 to nothing', () => {
    expect(appletsOf('- passthru:', '- hangup')).toEqual([
      {id: 'passthru', kind: 'passthru', isAsync: false, on200: 'hangup'},
      {id: 'hangup', kind: 'hangup'},
    ])
  })

  test('a stream has no URL, no rate, no parameters, no credentials and no recording', () => {
    const settings = {parameters: {}, auth: {kind: 'none'}, record: false, foreign: {}}

    expect(appletsOf('- voicebot:', '- stream:')).toEqual([
      {id: 'voicebot', kind: 'voicebot', ...settings, encryptDtmf: false, next: 'stream'},
      {id: 'stream', kind: 'stream', ...settings, next: 'end'},
    ])
    expect(appletsOf('- connectVoiceAi:')).toEqual([
      {id: 'connect-voice-ai', kind: 'connect-voice-ai', ...settings},
    ])
  })

  test('ids are the kind and a number, and leave out what is taken', () => {
    const ids = appletsOf(
      '- passthru:',
      '- passthru:',
      '- {id: passthru-3, hangup: }',
      '- passthru:',
      '- hangup',
    ).map(({id}) => id)

    expect(ids).toEqual(['passthru', 'passthru-2', 'passthru-3', 'passthru-4', 'hangup'])
  })
})

test('every setting that is written is there', () => {
  const [bot, after, people, digits] = appletsOf(
    '- id: bot',
    '  voicebot:',
    '    url: wss://bot.acme.in/media',
    '    sampleRate: 16000',
    '    parameters: {campaign: emi}',
    '    auth: {key: BOT_KEY, token: BOT_TOKEN}',
    '    record: true',
    '    encryptDtmf: true',
    '    audio_format: mulaw',
    '    foreign: {codec: PCMU}',
    '  next: after',
    '- id: after',
    '  passthru: {url: https://bot.acme.in/passthru, async: true, on200: people, on302: end}',
    '- id: people',
    "  connect: {to: [Sales, '08047100000'], record: true}",
    "- gather: {say: Your number, maxDigits: 4, finishOnKey: '#', timeoutSeconds: 5}",
  )

  expect(bot).toEqual({
    id: 'bot',
    kind: 'voicebot',
    url: 'wss://bot.acme.in/media',
    sampleRateHz: 16_000,
    parameters: {campaign: 'emi'},
    auth: {kind: 'basic', keyVariable: 'BOT_KEY', tokenVariable: 'BOT_TOKEN'},
    record: true,
    encryptDtmf: true,
    foreign: {audio_format: 'mulaw', codec: 'PCMU'},
    next: 'after',
  })
  expect(after).toEqual({
    id: 'after',
    kind: 'passthru',
    url: 'https://bot.acme.in/passthru',
    isAsync: true,
    on200: 'people',
    on302: 'end',
  })
  expect(people).toMatchObject({to: ['Sales', '08047100000'], record: true, next: 'gather'})
  expect(digits).toMatchObject({
    say: 'Your number',
    maxDigits: 4,
    finishOnKey: '#',
    timeoutSeconds: 5,
  })
})

test('settings of the API call are read, too', () => {
  const [call] = appletsOf(
    '- connectVoiceAi: {auth: ip-allow-list, statusCallback: https://bot.acme.in/s, timeLimitSeconds: 600}',
  )

  expect(call).toMatchObject({
    auth: {kind: 'ip-allow-list'},
    statusCallback: 'https://bot.acme.in/s',
    timeLimitSeconds: 600,
  })
})

test.each([
  ['a byte order mark', '\ufeffname: calls\napplets: [hangup]\n'],
  ['line ends of Windows', 'name: calls\r\napplets:\r\n  - hangup\r\n'],
  ['JSON', '{"name": "calls", "applets": ["hangup"]}'],
  [
    'JSON that is indented with tabs',
    '{\n\t"name": "calls",\n\t"applets": [\n\t\t"hangup"\n\t]\n}',
  ],
])('a file with %s is read', (_, text) => {
  expect(readFlow(text, 'flow.yaml').flow).toEqual({
    name: 'calls',
    applets: [{id: 'hangup', kind: 'hangup'}],
  })
})

describe('what "flow print --as json" writes', () => {
  test.each(USES)('for %s is the flow again', (use) => {
    const printing = printingOf({use, auth: USUAL_AUTH, record: true})

    expect(readFlow(renderAs('json', printing), 'flow.json').flow).toEqual(printing.flow)
  })

  test.each(USES)('for %s without a public host is the flow without URLs', (use) => {
    const printing = localPrinting(use === 'connect-voice-ai' ? {use, passthru: {}} : {use})

    const {flow} = readFlow(renderAs('json', printing), 'flow.json')

    expect(flow).toEqual(printing.flow)
    expect(JSON.stringify(flow)).not.toContain('"url"')
  })
})

test('digits that a Stream applet is to encrypt are kept as foreign, for the checks to tell', () => {
  const [on, off] = appletsOf('- stream: {encryptDtmf: true}', '- stream: {encryptDtmf: false}')

  expect(on).toMatchObject({kind: 'stream', foreign: {encryptDtmf: true}})
  expect(off).toMatchObject({kind: 'stream', foreign: {}})
})

describe('the place of', () => {
  const {flow, placeOf, file} = readFlow(
    [
      'name: calls',
      'applets:',
      '  - voicebot:',
      '      url: wss://bot.acme.in/media',
      '      parameters:',
      '        campaign: emi',
      '      encoding: mulaw',
      '      foreign: {codec: PCMU, media_format: {encoding: mulaw}}',
      '    next: hangup',
      '  - hangup',
    ].join('\n'),
    'flow.yaml',
  )
  const [bot, end] = flow.applets

  test.each([
    ['url', {path: 'applets[0].voicebot.url', line: 4, column: 12}],
    ['parameters', {path: 'applets[0].voicebot.parameters', line: 6, column: 9}],
    ['parameters.campaign', {path: 'applets[0].voicebot.parameters.campaign', line: 6, column: 19}],
    ['encoding', {path: 'applets[0].voicebot.encoding', line: 7, column: 17}],
    ['codec', {path: 'applets[0].voicebot.foreign.codec', line: 8, column: 24}],
    [
      'media_format.encoding',
      {path: 'applets[0].voicebot.foreign.media_format.encoding', line: 8, column: 55},
    ],
    ['next', {path: 'applets[0].next', line: 9, column: 11}],
  ])('a field, %s, is its value', (field, place) => {
    expect(placeOf(bot, field)).toEqual(place)
  })

  test('a field that is not there is that of its applet', () => {
    expect(placeOf(bot, 'sampleRate')).toEqual({path: 'applets[0]', line: 3, column: 5})
    expect(placeOf(end, 'url')).toEqual({path: 'applets[1]', line: 10, column: 5})
  })

  test('the flow as a whole is empty', () => {
    expect(placeOf()).toEqual({path: '', line: 1, column: 1})
    expect(file).toBe('flow.yaml')
  })

  test('a field in printed JSON begins with flow', () => {
    const printed = readFlow('{"flow": {"name": "a", "applets": [{"gather": {"say": "Hi"}}]}}', 'f')

    expect(printed.placeOf(printed.flow.applets[0], 'say').path).toBe('flow.applets[0].gather.say')
  })
})
