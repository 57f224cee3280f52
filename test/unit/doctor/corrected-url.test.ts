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

test('of several tunnels the one that leads to the port of the URL is taken', () => {
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
})

describe('a tunnel to another port', () => {
  const other: Known = {tunnels: [{name: 'ngrok', url: 'https://shop.ngrok.app', port: 3000}]}

  test('is not the way to the port that the URL names: it is said where it leads', () => {
    const facts = factsOf('wss://your-ip:5000/media', {known: other})

    expect(correctedUrl(facts)).toBeUndefined()
    expect(useCorrectedUrl(facts)).toMatch(
      /^The ngrok tunnel shop\.ngrok\.app leads to port 3000, not to 5000\. Start a tunnel to the bot.*:\ncloudflared tunnel --url http:\/\/127\.0\.0\.1:5000\n/,
    )
  })

  test('is, where nothing says which port the bot has', () => {
    expect(correctedUrl(factsOf('wss://your-domain/media', {known: other}))).toContain('shop.ngrok')
    expect(correctedUrl(factsOf('wss://your-domain:443/media', {known: other}))).toContain(
      'shop.ngrok',
    )
  })

  test('leaves the public address as the way in', () => {
    const known = {...PUBLIC, ...other}

    expect(correctedUrl(factsOf('ws://your-ip:5000/media', {known}))).toBe(
      'ws://8.8.4.4:5000/media?sample-rate=8000',
    )
  })

  test('is passed over for one whose port is not known', () => {
    const known: Known = {
      tunnels: [
        ...(other.tunnels ?? []),
        {name: 'cloudflared', url: 'https://a.trycloudflare.com'},
      ],
    }

    expect(correctedUrl(factsOf('ws://your-ip:5000/media', {known}))).toContain('trycloudflare')
  })
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
  test.each([
    ['ws://your-ip:7300/media', {}, 7300],
    ['wss://your-domain/media', {listeners: [{address: '0.0.0.0', port: 7400}]}, 7400],
    ['wss://your-domain/media', {}, 5000],
  ])('leads to a tunnel for the bot where no way in is known: %s', (text, known, port) => {
    const fix = useCorrectedUrl(factsOf(text, {known}))

    expect(fix.split('\n')).toEqual([
      'Start a tunnel to the bot, and put the name that it gets into the URL in the applet:',
      `cloudflared tunnel --url http://127.0.0.1:${String(port)}`,
      'Or, with a bot of exostream, which prints the whole URL:',
      'exostream serve --tunnel cloudflared',
    ])
  })

  test('leads the serve of this folder to its own tunnel', () => {
    const target = {kind: 'serve'} as const

    expect(useCorrectedUrl(factsOf('ws://10.0.0.4:5000/media', {known: {}, target}))).toMatch(
      /^Start it with a tunnel.*:\nexostream serve --tunnel cloudflared$/,
    )
  })

  test.each([
    ['wss://lion.ngrok-free.app/media?sample-rate=8000', {}],
    ['wss://lion.ngrok-free.app/media?a=1&sample-rate=8000&token=x', {}],
    ['wss://key:secret@lion.ngrok-free.app/media?sample-rate=8000', {}],
    ['ws://127.0.0.1:5000/media?sample-rate=8000', {isLocal: true}],
  ])('is empty where the URL would be the one that was given: %s', (text, target) => {
    expect(useCorrectedUrl(factsOf(text, {target}))).toBe('')
  })

  test('still says what else a public address needs when it is the one that was given', () => {
    const facts = factsOf('ws://8.8.4.4:5000/media?sample-rate=8000', {
      known: {...PUBLIC, isBehindNat: true},
    })

    expect(useCorrectedUrl(facts)).toBe(
      'The router has to forward port 5000 to this machine first.',
    )
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
    expect(useCorrectedUrl(factsOf('ws://your-ip', {target: {...target, isLocal: true}}))).toMatch(
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

  test('a URL with a character that belongs percent-encoded is given anew', () => {
    const text = 'wss://bot.exmple.org/a"b?sample-rate=8000'

    expect(useMendedUrl(factsOf(text, {known: {}}))).toBe(
      'Put this URL into the applet:\nwss://bot.exmple.org/a%22b?sample-rate=8000',
    )
  })

  test('under --local it keeps its host', () => {
    const fix = useMendedUrl(
      factsOf('ws://nas:5001/media?sample-rate=9', {target: {isLocal: true}}),
    )

    expect(fix).toBe('Try this URL:\nws://nas:5001/media?sample-rate=8000')
  })

  test.each([
    ['127.0.0.1:7260/media', 'stream', 'ws://127.0.0.1:7260/media?sample-rate=8000'],
    ['ws://127.0.0.1:99999/media', 'stream', 'ws://127.0.0.1:5000/media?sample-rate=8000'],
    ['127.0.0.1:7260/passthru', 'passthru', 'http://127.0.0.1:7260/passthru'],
    ['nas/media', 'stream', 'ws://nas/media?sample-rate=8000'],
  ] as const)('under --local %s is tried without TLS, and never put into the applet', (...row) => {
    const [text, role, url] = row

    expect(useMendedUrl(factsOf(text, {role, target: {isLocal: true}}))).toBe(
      `Try this URL:\n${url}`,
    )
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
