import {describe, expect, test} from 'vitest'

import type {FixFacts, Known, Role} from '../../../src/doctor/check.js'
import {correctedUrl, useCorrectedUrl, useMendedUrl} from '../../../src/doctor/corrected-url.js'
import type {DoctorTarget} from '../../../src/doctor/target.js'
import {targetOf} from '../../rig/doctor/examine.js'

const TUNNEL: Known = {tunnels: [{name: 'ngrok', url: 'https://lion.ngrok-free.app', port: 5000}]}
const PUBLIC: Known = {publicAddress: '8.8.4.4', isBehindNat: false}

type Given = {
  readonly known?: Known
  readonly role?: Role
  readonly target?: Partial<DoctorTarget>
}

function factsOf(text: string | undefined, given: Given = {}): FixFacts {
  const {known = TUNNEL, role = 'stream', target = {}} = given
  return {
    known,
    hop: {role, ...(text === undefined ? {} : {text})},
    target: targetOf(undefined, target),
  }
}

test.each([
  ['ws://your-ip:5000/media', 'wss://lion.ngrok-free.app/media?sample-rate=8000'],
  ['ws://localhost:5000', 'wss://lion.ngrok-free.app/media?sample-rate=8000'],
  ['ws://localhost:5000/', 'wss://lion.ngrok-free.app/?sample-rate=8000'],
  [
    'wss://10.0.0.4/ws/voicebot?sample-rate=16000&a=1',
    'wss://lion.ngrok-free.app/ws/voicebot?sample-rate=16000&a=1',
  ],
  [
    'wss://10.0.0.4/ws?a=1&sampleRate=24k&b=%40',
    'wss://lion.ngrok-free.app/ws?sample-rate=24000&a=1&b=%40',
  ],
  [
    'wss://key:secret@10.0.0.4/ws?token=secret',
    'wss://KEY:TOKEN@lion.ngrok-free.app/ws?sample-rate=8000&token=***',
  ],
  ['wss://key:sec/ret@10.0.0.4/ws', 'wss://KEY:TOKEN@lion.ngrok-free.app/ws?sample-rate=8000'],
  [
    'wss://10.0.0.4/ws/{session_id}/{CallSid}?call={CallSid}&x=YOUR_X&a=1',
    'wss://lion.ngrok-free.app/ws?sample-rate=8000&a=1',
  ],
  ['http//localhost:5000/media', 'wss://lion.ngrok-free.app/media?sample-rate=8000'],
  ['localhost:5000/media', 'wss://lion.ngrok-free.app/media?sample-rate=8000'],
  ['wss://10.0.0.4/my media', 'wss://lion.ngrok-free.app/my%20media?sample-rate=8000'],
  ['wss://10.0.0.4/50%/x#top', 'wss://lion.ngrok-free.app/50%25/x?sample-rate=8000'],
  ['', 'wss://lion.ngrok-free.app/media?sample-rate=8000'],
  [undefined, 'wss://lion.ngrok-free.app/media?sample-rate=8000'],
])('%j with a tunnel is %s', (text, url) => {
  expect(correctedUrl(factsOf(text))).toBe(url)
})

test('of several tunnels the one that leads to the port of the URL is taken, else the first with a URL', () => {
  const known: Known = {
    tunnels: [
      {name: 'cloudflared'},
      {name: 'ngrok', url: 'not a URL', port: 5000},
      {name: 'ngrok', url: 'https://first.ngrok.app', port: 3000},
      {name: 'ngrok', url: 'http://second.ngrok.app', port: 5000},
    ],
  }

  expect(correctedUrl(factsOf('ws://localhost:5000/media', {known}))).toBe(
    'ws://second.ngrok.app/media?sample-rate=8000',
  )
  expect(correctedUrl(factsOf('ws://localhost:9000/media', {known}))).toBe(
    'wss://first.ngrok.app/media?sample-rate=8000',
  )
})

test.each([
  ['ws://localhost:5001/media', 'ws://8.8.4.4:5001/media?sample-rate=8000'],
  ['ws://localhost/media', 'ws://8.8.4.4/media?sample-rate=8000'],
  ['wss://localhost/media', 'ws://8.8.4.4:5000/media?sample-rate=8000'],
  ['ws://your-ip/media', 'ws://8.8.4.4:5000/media?sample-rate=8000'],
  ['ws://your-ip:PORT/media', 'ws://8.8.4.4:5000/media?sample-rate=8000'],
])('%s with a public address alone is %s', (text, url) => {
  expect(correctedUrl(factsOf(text, {known: PUBLIC}))).toBe(url)
})

test('a public IPv6 address stands in brackets', () => {
  const known = {publicAddress: '2606:4700::1111'}

  expect(correctedUrl(factsOf('ws://localhost:5001/media', {known}))).toBe(
    'ws://[2606:4700::1111]:5001/media?sample-rate=8000',
  )
})

test('a tunnel comes before a public address', () => {
  expect(correctedUrl(factsOf('ws://your-ip/media', {known: {...PUBLIC, ...TUNNEL}}))).toContain(
    'wss://lion',
  )
})

test.each([
  ['dynamic', 'https://your-domain/voicebot?a=1', 'https://lion.ngrok-free.app/voicebot?a=1'],
  ['dynamic', 'https://your-domain', 'https://lion.ngrok-free.app/media'],
  ['passthru', 'http://your-ip:5000/passthru', 'https://lion.ngrok-free.app/passthru'],
  ['passthru', 'http://your-ip:5000', 'https://lion.ngrok-free.app/passthru'],
] as const)('a %s URL, %s, is %s', (role, text, url) => {
  expect(correctedUrl(factsOf(text, {role}))).toBe(url)
})

describe('the sentence of a fix', () => {
  test('leads to a tunnel where no way in is known', () => {
    const fix = useCorrectedUrl(factsOf('ws://your-ip:5000/media', {known: {}}))

    expect(fix.split('\n').at(-1)).toBe('exostream serve --tunnel cloudflared')
  })

  test.each([
    [
      {...PUBLIC, isBehindNat: true},
      /; the router has to forward port 5000 to this machine first:\n/,
    ],
    [PUBLIC, /; it was not tried from outside, so let port 5000 in at the firewall:\n/],
    [TUNNEL, /^Put this URL into the applet:\n/],
  ])('says what else a bare public address needs', (known, words) => {
    expect(useCorrectedUrl(factsOf('ws://your-ip:5000/media', {known}))).toMatch(words)
  })

  test('says what the reader has to fill in', () => {
    expect(useCorrectedUrl(factsOf('ws://key:secret@your-ip:5000/?token=secret'))).toMatch(
      /^Put this URL into the applet, with your own values for KEY:TOKEN and \*\*\*:\nwss:/,
    )
  })

  test('names who has to say the URL', () => {
    const target = {dynamic: 'https://bot.exmple.org/'}

    expect(useCorrectedUrl(factsOf('ws://your-ip', {target}))).toMatch(
      /^Let the dynamic URL answer/,
    )
    expect(useCorrectedUrl(factsOf('http://your-ip', {role: 'passthru'}))).toMatch(
      /^Put this URL into the Passthru applet:\n/,
    )
  })
})

describe('a URL whose writing alone is wrong is mended', () => {
  test.each([
    ['wss//bot.exmple.org/media', 'wss://bot.exmple.org/media?sample-rate=8000'],
    [
      ' wss://bot.exmple.org:8443/media?samplerate=16000 ',
      'wss://bot.exmple.org:8443/media?sample-rate=16000',
    ],
    ['“wss://bot.exmple.org/media”', 'wss://bot.exmple.org/media?sample-rate=8000'],
    ['wss://https://bot.exmple.org/media', 'wss://bot.exmple.org/media?sample-rate=8000'],
    ['http://bot.exmple.org/media', 'ws://bot.exmple.org/media?sample-rate=8000'],
    ['bot.exmple.org/media', 'wss://bot.exmple.org/media?sample-rate=8000'],
    ['wss:\\\\bot.exmple.org\\media', 'wss://bot.exmple.org/media?sample-rate=8000'],
    ['wss://bot.exmple.org/media?sample-rate=9000', 'wss://bot.exmple.org/media?sample-rate=8000'],
    [
      'wss://bot.exmple.org/media?sample-rate=48000&rate=5',
      'wss://bot.exmple.org/media?sample-rate=24000&rate=5',
    ],
    ['wss://bot.exmple.org/ws/{session_id}', 'wss://bot.exmple.org/ws?sample-rate=8000'],
    ['ws://2606:4700::1111/media', 'ws://[2606:4700::1111]/media?sample-rate=8000'],
    ['wss://bot.exmple.org:70000/media', 'wss://bot.exmple.org/media?sample-rate=8000'],
  ])('%j is %s', (text, url) => {
    expect(useMendedUrl(factsOf(text, {known: {}}))).toBe(`Put this URL into the applet:\n${url}`)
  })

  test('where its host is none for Exotel, the corrected one is given', () => {
    expect(useMendedUrl(factsOf('ws://localhost:5000/media?sample-rate=9'))).toBe(
      'Put this URL into the applet:\nwss://lion.ngrok-free.app/media?sample-rate=8000',
    )
    expect(useMendedUrl(factsOf('ws://10.0.0.4:5000/media?sample-rate=9'))).toContain('wss://lion')
  })

  test('under --local it keeps its host', () => {
    const fix = useMendedUrl(
      factsOf('ws://nas:5001/media?sample-rate=9', {target: {isLocal: true}}),
    )

    expect(fix).toBe('Try this URL:\nws://nas:5001/media?sample-rate=8000')
  })

  test('where its host is no name, the corrected one is given', () => {
    expect(useMendedUrl(factsOf('wss://bot..exmple.org/media'))).toBe(
      'Put this URL into the applet:\nwss://lion.ngrok-free.app/media?sample-rate=8000',
    )
  })

  test('where nothing is known at all, it says how a URL is written', () => {
    const fix = useMendedUrl(factsOf('wss://bot..exmple.org/media?rate=16k', {known: {}}))

    expect(fix).toMatch(
      /^Write the URL anew: wss:\/\/, the bot's public host name, its path, \?sample-rate=16000\./,
    )
  })
})
