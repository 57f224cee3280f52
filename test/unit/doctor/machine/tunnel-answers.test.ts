import {describe, expect, test} from 'vitest'

import {
  readCloudflared,
  readEndpoints,
  readTunnels,
} from '../../../../src/doctor/machine/tunnels/answers.js'

const URL = 'https://d95211d2.ngrok-free.app'
const NOTHING = {quick: undefined, config: undefined, ready: undefined}

describe('ngrok', () => {
  test.each([
    ['http://localhost:5000', 5000],
    ['localhost:5000', 5000],
    ['5000', 5000],
    [5000, 5000],
    ['http://127.0.0.1', 80],
    ['https://[::1]', 443],
    ['http://10.0.0.7:5000', undefined],
    ['file:///srv', undefined],
    [null, undefined],
  ])('an upstream %j is port %s', (addr, port) => {
    const [tunnel] = readTunnels({tunnels: [{public_url: URL, config: {addr}}]})

    expect(tunnel).toEqual({name: 'ngrok', url: URL, ...(port === undefined ? {} : {port})})
  })

  test('its endpoints of today say the same in other words', () => {
    const answer = {endpoints: [{url: `${URL}/`, upstream: {url: 'http://localhost:5000'}}]}

    expect(readEndpoints(answer)).toEqual([{name: 'ngrok', url: URL, port: 5000}])
  })

  test.each([
    'http://plain.ngrok.io',
    'tcp://0.tcp.ngrok.io:12345',
    'https://\u001b[2J.ngrok.io',
    `https://${'a'.repeat(400)}.ngrok.io`,
    'nonsense',
    5,
  ])('%j is no public https origin', (url) => {
    expect(readTunnels({tunnels: [{public_url: url}]})).toEqual([])
  })

  test.each([undefined, null, 5, 'text', [], {}, {tunnels: 5}, {tunnels: [null, 5, []]}])(
    'an answer %j names no tunnel',
    (answer) => {
      expect([...readTunnels(answer), ...readEndpoints(answer)]).toEqual([])
    },
  )

  test('what a URL holds besides its origin is left out', () => {
    const [tunnel] = readTunnels({
      tunnels: [{public_url: `https://KEY:TOKEN@a.ngrok.io/x?token=1`}],
    })

    expect(tunnel?.url).toBe('https://a.ngrok.io')
  })
})

describe('cloudflared', () => {
  test('a tunnel without an account has the name that it was given', () => {
    const quick = {hostname: 'basis-trips.trycloudflare.com'}
    const config = {config: {ingress: [{service: 'http://localhost:5000'}]}}

    expect(readCloudflared({...NOTHING, quick, config})).toEqual([
      {name: 'cloudflared', url: 'https://basis-trips.trycloudflare.com', port: 5000},
    ])
  })

  test('one with an account has those of its rules', () => {
    const ingress = [
      {hostname: 'bot.exmple.org', service: 'http://localhost:5000'},
      {service: 'http_status:404'},
    ]

    expect(readCloudflared({...NOTHING, config: {config: {ingress}}})).toEqual([
      {name: 'cloudflared', url: 'https://bot.exmple.org', port: 5000},
    ])
  })

  test('one that only says that it is ready has no URL', () => {
    const ready = {status: 200, readyConnections: 4}

    expect(readCloudflared({...NOTHING, quick: {hostname: ''}, ready})).toEqual([
      {name: 'cloudflared'},
    ])
  })

  test('another program on its port is none', () => {
    expect(readCloudflared({quick: {error: 404}, config: [], ready: {status: 'ok'}})).toEqual([])
  })
})
