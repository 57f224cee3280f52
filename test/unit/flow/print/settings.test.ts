import {describe, expect, test} from 'vitest'

import type {Applet, Flow} from '../../../../src/flow/flow.js'
import {makeFlow} from '../../../../src/flow/make-flow.js'
import {settingsOf} from '../../../../src/flow/print/settings/applet-settings.js'
import {plainBot as bot, plainWish} from '../../../rig/flow-prints.js'

const hangup: Applet = {id: 'hangup', kind: 'hangup'}

function labelsOf(flow: Flow, id: string): readonly string[] {
  return fieldsOf(flow, id).map(({label}) => label)
}

function fieldsOf(flow: Flow, id: string) {
  return settingsOf({flow}).find((applet) => applet.id === id)?.fields ?? []
}

function flowOf(...applets: readonly Applet[]): Flow {
  return {name: 'sales', applets}
}

describe('the fields in the order of the dashboard', () => {
  test('of a Voicebot', () => {
    expect(labelsOf(flowOf(bot, hangup), 'bot')).toEqual([
      'URL',
      'Record',
      'Encrypt DTMF',
      'Next applet',
    ])
  })

  test('of a Stream that starts, and of one that stops', () => {
    const {encryptDtmf: _, ...settings} = bot
    const start: Applet = {...settings, kind: 'stream', next: 'quiet'}
    const stop: Applet = {id: 'quiet', kind: 'stream-stop', next: 'end'}

    const flow = flowOf(start, stop)

    expect(fieldsOf(flow, 'bot')).toMatchObject([
      {label: 'Action', action: 'choose', value: 'Start'},
      {label: 'URL', action: 'enter', value: 'wss://bot.acme.in/media?sample-rate=8000'},
      {label: 'Next applet', action: 'choose', value: 'Stream (stop, quiet)'},
    ])
    expect(fieldsOf(flow, 'quiet')).toMatchObject([
      {label: 'Action', action: 'choose', value: 'Stop'},
      {label: 'URL', action: 'leave empty'},
      {label: 'Next applet', action: 'leave empty'},
    ])
  })

  test('of a Passthru that chooses a branch, and of one that does not wait', () => {
    const url = 'https://bot.acme.in/passthru'
    const waits: Applet = {id: 'ask', kind: 'passthru', url, isAsync: false, on200: 'bot'}
    const tells: Applet = {id: 'tell', kind: 'passthru', url, isAsync: true, on200: 'hangup'}

    const flow = flowOf(waits, {...bot, next: 'tell'}, tells, hangup)

    expect(fieldsOf(flow, 'ask')).toMatchObject([
      {label: 'URL', action: 'enter', value: url},
      {label: 'Make Passthru Async', action: 'leave unticked'},
      {label: '200 OK', action: 'choose', value: 'Voicebot (bot)'},
      {label: '302 Found', action: 'leave empty'},
    ])
    expect(fieldsOf(flow, 'tell')).toMatchObject([
      {label: 'URL', why: [expect.stringContaining('Stream[...]')]},
      {label: 'Make Passthru Async', action: 'tick'},
      {label: 'Next applet', action: 'choose', value: 'Hangup'},
    ])
  })

  test('of Greeting, Gather and Connect, with what is given and what is not', () => {
    const flow = flowOf(
      {id: 'hello', kind: 'greeting', audioUrl: 'https://bot.acme.in/hello.wav', next: 'digits'},
      {id: 'digits', kind: 'gather', say: 'Your PIN', maxDigits: 4, finishOnKey: '#', next: 'who'},
      {id: 'who', kind: 'connect', url: 'https://bot.acme.in/who', record: true, next: 'end'},
      {id: 'silent', kind: 'greeting', next: 'end'},
    )

    expect(fieldsOf(flow, 'hello')[0]).toMatchObject({
      label: 'Audio',
      value: 'https://bot.acme.in/hello.wav',
    })
    expect(fieldsOf(flow, 'digits').slice(0, 2)).toMatchObject([
      {label: 'Prompt', value: 'Your PIN'},
      {label: 'Key Input behaviour', value: 'at most 4 digits, finished by #'},
    ])
    expect(fieldsOf(flow, 'who').slice(0, 2)).toMatchObject([
      {label: 'Primary URL', value: 'https://bot.acme.in/who'},
      {label: 'Record', action: 'tick'},
    ])
    expect(fieldsOf(flow, 'silent')[0]).toMatchObject({action: 'yours to fill in'})
  })

  test('of a call without a flow are those of the API, where Url must be absent', () => {
    const flow = makeFlow({...plainWish, use: 'connect-voice-ai', record: true})

    expect(fieldsOf(flow, 'call').map(({label, action}) => [label, action])).toEqual([
      ['From', 'yours to fill in'],
      ['CallerId', 'yours to fill in'],
      ['StreamUrl', 'enter'],
      ['StreamType', 'enter'],
      ['Record', 'enter'],
      ['RecordingChannels', 'leave out'],
      ['TimeLimit', 'leave out'],
      ['TimeOut', 'leave out'],
      ['CallType', 'leave out'],
      ['StatusCallback', 'leave out'],
      ['StatusCallbackEvents[]', 'leave out'],
      ['StreamName', 'leave out'],
      ['CustomField', 'leave out'],
      ['Url', 'leave out'],
    ])
  })
})

test('a number is entered, and a user or a group chosen', () => {
  const flow = makeFlow({
    ...plainWish,
    afterwards: 'connect',
    connectTo: ['Sales', '+911234567890'],
  })

  expect(fieldsOf(flow, 'connect').slice(0, 2)).toEqual([
    {label: 'Dial Whom', action: 'choose', value: 'Sales'},
    {label: 'Dial Whom', action: 'enter', value: '+911234567890'},
  ])
})

test('a Stream has no field for recording, and a note says so', () => {
  const flow = makeFlow({...plainWish, use: 'stream', record: true})

  expect(labelsOf(flow, 'bot')).toEqual(['Action', 'URL', 'Next applet'])
  expect(settingsOf({flow})[0]?.note).toContain("Record is the Voicebot's")
})

test('a branch of 302 says who decides, and when', () => {
  const asked = {url: 'https://bot.acme.in/passthru'}
  const flow = makeFlow({...plainWish, passthru: {after: asked}, afterwards: 'connect'})

  expect(fieldsOf(flow, 'after').at(-1)?.why?.[0]).toMatch(
    /^Your Passthru handler decides: it answers 302, for example where Stream\[Status\] is failed/,
  )
})

test('a Passthru beside credentials is said to have none of its own', () => {
  const asked = {url: 'https://bot.acme.in/passthru'}
  const auth = {kind: 'basic', keyVariable: 'BOT_KEY', tokenVariable: 'BOT_TOKEN'} as const
  const words = expect.stringContaining('answers 401 unless KEY:TOKEN@') as string

  const withAuth = makeFlow({...plainWish, passthru: {before: asked}, auth})
  const without = makeFlow({...plainWish, passthru: {before: asked}})

  expect(fieldsOf(withAuth, 'before')[0]?.why).toContainEqual(words)
  expect(fieldsOf(without, 'before')[0]?.why).not.toContainEqual(words)
})

test.each(['sample-rate=44100', 'sample_rate=16k', 'sample-rate=8000&sample-rate=16000'])(
  'of the rate in ?%s it is not said that it acts',
  (query) => {
    const flow = flowOf({...bot, url: `wss://bot.acme.in/media?${query}`}, hangup)

    expect(fieldsOf(flow, 'bot')[0]?.why?.[0]).toContain('not one that Exotel reads')
  },
)

test('the classic failure is told at the Passthru that causes it', () => {
  const classic: Applet = {id: 'passthru', kind: 'passthru', isAsync: false, on200: 'end'}

  expect(settingsOf({flow: flowOf(classic, bot, hangup)})[0]?.note).toBe(
    'Its 200 leads nowhere, so that no call comes to Voicebot (bot): choose that for 200 OK.',
  )
})

describe('the URL of a stream', () => {
  test('has the rate and the parameters in it, and says so', () => {
    const [url] = fieldsOf(flowOf({...bot, parameters: {campaign: 'emi'}}, hangup), 'bot')

    expect(url).toMatchObject({
      value: 'wss://bot.acme.in/media?sample-rate=8000&campaign=emi',
      why: [
        expect.stringContaining('sample-rate=8000 sets the rate'),
        expect.stringContaining('campaign'),
      ],
    })
  })

  test('has the place of the credentials, and names the variables that hold them', () => {
    const auth = {kind: 'basic', keyVariable: 'MY_KEY', tokenVariable: 'MY_TOKEN'} as const

    const [url] = fieldsOf(flowOf({...bot, auth}, hangup), 'bot')

    expect(url?.value).toBe('wss://KEY:TOKEN@bot.acme.in/media?sample-rate=8000')
    expect(url?.yours).toMatch(/your own key and token.* from \$MY_KEY and \$MY_TOKEN/)
  })

  test('that is dynamic stays as it is, and what its answer needs is said', () => {
    const dynamic = {...bot, url: 'https://bot.acme.in/media', parameters: {campaign: 'emi'}}

    const [url] = fieldsOf(flowOf(dynamic, hangup), 'bot')

    expect(url?.value).toBe('https://bot.acme.in/media')
    expect(url?.why).toContain('That url needs this query: sample-rate=8000&campaign=emi')
  })

  test('that is not there is the user’s to fill in', () => {
    const {url: _, ...withoutUrl} = bot

    expect(fieldsOf(flowOf(withoutUrl, hangup), 'bot')[0]).toEqual({
      label: 'URL',
      action: 'yours to fill in',
      why: ['Not known yet: wss://, the public host, and /media?sample-rate=8000'],
    })
  })
})
