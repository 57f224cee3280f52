import {describe, expect, test} from 'vitest'

import {listAddresses, type Interfaces} from '../../../src/serve/addresses.js'
import {announce} from '../../../src/serve/announcement.js'

function ofAddresses(...addresses: string[]): Interfaces {
  return Object.fromEntries(
    addresses.map((address, index) => [
      `eth${String(index)}`,
      [
        {
          address,
          family: address.includes(':') ? ('IPv6' as const) : ('IPv4' as const),
          internal: address === '127.0.0.1' || address === '::1',
          mac: '00:00:00:00:00:00',
          cidr: null,
          netmask: '',
          scopeid: 0,
        },
      ],
    ]),
  )
}

const MACHINE = ofAddresses(
  '127.0.0.1',
  '::1',
  '192.168.1.20',
  '8.8.4.4',
  '2a00:1450::1',
  'fe80::1',
)

describe('addresses', () => {
  test.each([
    ['0.0.0.0', ['127.0.0.1 loopback', '192.168.1.20 private', '8.8.4.4 public']],
    [
      '::',
      [
        '127.0.0.1 loopback',
        '::1 loopback',
        '192.168.1.20 private',
        '8.8.4.4 public',
        '2a00:1450::1 public',
      ],
    ],
    ['192.168.1.20', ['192.168.1.20 private']],
    ['127.0.0.1', ['127.0.0.1 loopback']],
    ['localhost', ['localhost loopback']],
  ])('a listener on %s is reachable at the addresses that it hears', (host, expected) => {
    const addresses = listAddresses(host, MACHINE)

    expect(addresses.map(({address, reach}) => `${address} ${reach}`)).toEqual(expected)
  })

  test.each([
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['100.64.0.1', 'private'],
    ['169.254.1.1', 'private'],
    ['fd00::1', 'private'],
    ['2a00:1450::1', 'public'],
    ['1.1.1.1', 'public'],
  ])('%s is %s', (address, reach) => {
    expect(listAddresses(address, ofAddresses(address))).toEqual([{address, reach}])
  })
})

const asking = (credentials: 'basic' | 'bearer' | undefined, hasApiVersion = false) => ({
  asks: {credentials, hasApiVersion},
})

describe('the announcement', () => {
  const usual = {patterns: ['/media', '/'], notes: []}
  const base = {...usual, port: 5000, botName: 'playback', template: 'sales'}

  test('without a public address it says that a tunnel is needed, and what to paste then', () => {
    const text = announce({
      ...base,
      addresses: listAddresses('0.0.0.0', ofAddresses('127.0.0.1', '10.0.0.7')),
    })

    expect(text).toBe(`Serving the bot playback, template sales on port 5000.

Exotel needs a public wss:// URL, and none of the addresses below is public: run a tunnel
to port 5000, such as "ngrok http 5000" or
"cloudflared tunnel --url http://127.0.0.1:5000", or let --tunnel run it, and paste its
name as the URL of the Voicebot applet:
  wss://NAME-OF-THE-TUNNEL/media?sample-rate=8000

Reachable at
  ws://127.0.0.1:5000/media  this machine only
  ws://10.0.0.7:5000/media   this network only; Exotel cannot reach it

To call it from here, in a second terminal in this folder:
  exostream simulate --scenario sales

To see what else to click in App Bazaar, in this folder:
  exostream flow print

Ctrl-C stops it, and ends open streams with close code 1001.`)
  })

  test('the flow of a bot that only listens is one of a Stream applet', () => {
    const addresses = listAddresses('127.0.0.1', MACHINE)
    const text = announce({...base, botName: 'sink', dataDir: 'my data', addresses})

    expect(text).toContain("\n  exostream flow print --use stream --data-dir 'my data'\n")
  })

  test('a public address is what to paste, with an IPv6 one in brackets', () => {
    const text = announce({...base, addresses: listAddresses('::', MACHINE)})

    expect(text).toContain('  ws://8.8.4.4:5000/media?sample-rate=8000\n')
    expect(text).toContain('  ws://[2a00:1450::1]:5000/media?sample-rate=8000\n')
    expect(text).not.toContain('tunnel')
  })

  test.each([
    ['the sales template', {...base}, '0.0.0.0', 'exostream simulate --scenario sales'],
    ['another bot', {...usual, port: 5000, botName: 'echo'}, '0.0.0.0', 'exostream simulate'],
    [
      'a listener that is not on loopback',
      {...usual, port: 5000, botName: 'echo'},
      '192.168.1.20',
      'exostream simulate ws://192.168.1.20:5000/media',
    ],
  ])('how to call %s', (_, announced, host, command) => {
    const text = announce({...announced, addresses: listAddresses(host, MACHINE)})

    expect(text.split('\n')).toContain(`  ${command}`)
  })

  test.each([
    ['https://a1.ngrok-free.app', 'wss://a1.ngrok-free.app/media?sample-rate=8000'],
    ['wss://bot.example.com/eu', 'wss://bot.example.com/eu/media?sample-rate=8000'],
  ])('what is known as %s is pasted as a stream URL', (publicBase, url) => {
    const addresses = listAddresses('0.0.0.0', ofAddresses('127.0.0.1'))

    const text = announce({...base, publicBase, addresses})

    expect(text).toContain(`Paste this as the URL of the Voicebot applet:\n  ${url}\n`)
    expect(text).not.toContain('NAME-OF-THE-TUNNEL')
  })

  test('a bot that never speaks is for the Stream applet', () => {
    const text = announce({
      ...base,
      botName: 'sink',
      addresses: listAddresses('0.0.0.0', MACHINE),
    })

    expect(text).toContain('Paste this as the URL of the Stream applet:')
    expect(text).toMatch(/exostream simulate .*--profile stream-applet/)
  })

  test('paths of its own are what is pasted; one with a name in it only where there is no other', () => {
    const addresses = listAddresses('127.0.0.1', MACHINE)

    const named = announce({...base, patterns: ['/ws/{id}', '/bot'], addresses})
    const only = announce({...base, patterns: ['/ws/{id}'], addresses})

    expect(named).toContain('ws://127.0.0.1:5000/bot  this machine only')
    expect(only).toContain('ws://127.0.0.1:5000/ws/{id}  this machine only')
  })

  test.each([
    ['with credentials', asking('basic'), 'ws://KEY:TOKEN@127.0.0.1:5000/media'],
    [
      'with a token',
      asking('bearer'),
      'ws://127.0.0.1:5000/media --header "Authorization: Bearer TOKEN"',
    ],
    ['with TLS', {isTls: true}, 'wss://127.0.0.1:5000/media'],
  ])('one %s is not found by its note, so its URL is given', (_, how, url) => {
    const text = announce({...base, ...how, addresses: listAddresses('0.0.0.0', MACHINE)})

    expect(text).toContain(`  exostream simulate ${url} --scenario sales\n`)
  })

  test.each([
    ['a tunnel', {publicBase: 'https://a1.example'}, 'wss://KEY:TOKEN@a1.example/media?'],
    ['a public address', {}, 'ws://KEY:TOKEN@8.8.4.4:5000/media?'],
    ['no public name', {of: '127.0.0.1'}, 'wss://KEY:TOKEN@NAME-OF-THE-TUNNEL/media?'],
  ])('with %s, Basic credentials have their place in what is pasted', (_, how, url) => {
    const {of = '0.0.0.0', ...more} = {of: undefined, ...how}

    const text = announce({
      ...base,
      ...asking('basic'),
      ...more,
      addresses: listAddresses(of, MACHINE),
    })

    expect(text).toContain(`\n  ${url}sample-rate=8000\n`)
  })

  test('Bearer is not put into what is pasted, because Exotel cannot send it', () => {
    const addresses = listAddresses('0.0.0.0', MACHINE)

    const text = announce({...base, ...asking('bearer'), addresses})

    expect(text).toContain('\n  ws://8.8.4.4:5000/media?sample-rate=8000\n')
  })

  test('an X-API-Version that is asked for is in the line that calls it', () => {
    const addresses = listAddresses('0.0.0.0', MACHINE)

    const text = announce({...base, ...asking(undefined, true), addresses})

    expect(text).toContain(
      '  exostream simulate --header "X-API-Version: VERSION" --scenario sales\n',
    )
  })

  test('it is called from an address that may call it, or it is said that there is none', () => {
    const addresses = listAddresses('0.0.0.0', MACHINE)

    const ofNetwork = announce({
      ...base,
      addresses,
      isAllowed: (address) => address.startsWith('192.'),
    })
    const none = announce({...base, addresses, isAllowed: () => false})

    expect(ofNetwork).toContain(
      '  exostream simulate ws://192.168.1.20:5000/media --scenario sales\n',
    )
    expect(none).toContain(
      '\nIt cannot be called from here: --allow names no address of this machine.\n',
    )
    expect(none).not.toContain('exostream simulate')
  })

  test('notes stand together, before how to call it', () => {
    const addresses = listAddresses('127.0.0.1', MACHINE)

    const text = announce({...base, addresses, notes: ['One thing.', 'Another.']})

    expect(text).toContain('\n\nOne thing.\nAnother.\n\nTo call it from here')
  })
})
