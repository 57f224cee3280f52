import type {IncomingHttpHeaders, IncomingMessage} from 'node:http'

import fc from 'fast-check'
import {describe, expect, test} from 'vitest'

import {peerOf, trustedProxies} from '../../../../src/serve/access/peer.js'

type Sent = {
  readonly from?: string
  readonly isSecure?: boolean
  readonly headers?: IncomingHttpHeaders
}

function requestOf({from = '127.0.0.1', isSecure = false, headers = {}}: Sent): IncomingMessage {
  const socket = {remoteAddress: from, ...(isSecure ? {encrypted: true} : {})}
  // A request has far more; this is all that is looked at.
  return {socket, headers} as unknown as IncomingMessage
}

describe('without a trusted proxy a peer', () => {
  test('has the address of its socket, IPv4 in IPv6 as IPv4, and its Host', () => {
    const request = requestOf({from: '::ffff:203.0.113.7', headers: {host: 'bot.example.com:5000'}})

    expect(peerOf(request, undefined)).toEqual({
      address: '203.0.113.7',
      host: 'bot.example.com:5000',
      isSecure: false,
      isForwarded: false,
    })
  })

  test('is secure when its socket is encrypted', () => {
    expect(peerOf(requestOf({isSecure: true}), undefined).isSecure).toBe(true)
  })

  const claims = {
    host: 'bot.example.com',
    'x-forwarded-for': '10.1.1.1',
    'x-forwarded-host': 'evil.example.com',
    'x-forwarded-proto': 'https',
    forwarded: 'for=10.1.1.1;host=evil.example.com;proto=https',
  }
  const believed = {
    address: '203.0.113.7',
    host: 'bot.example.com',
    isSecure: false,
    isForwarded: false,
  }

  test('is not who it says it is', () => {
    expect(peerOf(requestOf({from: '203.0.113.7', headers: claims}), undefined)).toEqual(believed)
  })

  test('is not who it says it is either when other proxies are trusted', () => {
    const request = requestOf({from: '203.0.113.7', headers: claims})

    expect(peerOf(request, trustedProxies(true))).toEqual(believed)
    expect(peerOf(request, trustedProxies(['198.51.100.0/24']))).toEqual(believed)
  })

  test.each([
    ...['', 'a b', 'a"b', "a'b", 'a\u0000b', 'a\r\nb', 'user@host', 'user:word@host', 'a/b', 'a?b'],
    ...['a#b', 'a\\b', '{', '[::1', 'x'.repeat(300), 'a:b', 'a:99999', 'a:123456', '[zz]'],
    ...['256.1.1.1', 'a, b', '.a'],
  ])('has no host when it sends the host %j', (host) => {
    expect(peerOf(requestOf({headers: {host}}), undefined).host).toBeUndefined()
  })

  test.each(['localhost', '[::1]:80', 'my_bot:8080', 'x', '192.168.1.5:5000'])(
    'has the host %s when it sends it',
    (host) => {
      expect(peerOf(requestOf({headers: {host}}), undefined).host).toBe(host)
    },
  )

  test('has no host that would be more than the host of a URL, whatever it sends', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const {host = 'none'} = peerOf(requestOf({headers: {host: text}}), undefined)

        expect(new URL(`ws://${host}`).pathname).toBe('/')
        expect(host).toMatch(/^[\w.:[\]-]+$/)
      }),
    )
  })

  test('has an empty address when its socket has closed already', () => {
    const request = {socket: {}, headers: {}} as unknown as IncomingMessage

    expect(peerOf(request, trustedProxies(true))).toMatchObject({address: '', host: undefined})
  })
})

describe('behind a trusted proxy', () => {
  test.each([
    {what: 'one proxy', sent: '203.0.113.7', address: '203.0.113.7'},
    {what: 'a client that forged an entry', sent: '1.1.1.1, 203.0.113.7', address: '203.0.113.7'},
    {what: 'two proxies', sent: '1.1.1.1, 203.0.113.7, 10.0.0.2', address: '203.0.113.7'},
    {what: 'a client of the same network', sent: '10.0.0.9, 10.0.0.2', address: '10.0.0.9'},
    {what: 'an address with a port', sent: '203.0.113.7:4711', address: '203.0.113.7'},
    {what: 'IPv6', sent: '2001:DB8::1', address: '2001:db8::1'},
    {what: 'IPv6 with a port', sent: '[2001:db8::1]:4711', address: '2001:db8::1'},
    {what: 'text', sent: "1.1.1.1, '; drop table", address: '127.0.0.1'},
    {what: 'text before a proxy', sent: 'unknown, 10.0.0.2', address: '10.0.0.2'},
    {what: 'nothing', sent: '', address: '127.0.0.1'},
  ])('X-Forwarded-For of $what gives $address', ({sent, address}) => {
    const request = requestOf({headers: {'x-forwarded-for': sent}})

    expect(peerOf(request, trustedProxies(true)).address).toBe(address)
  })

  test('the forwarded host and scheme count, and are told to be forwarded', () => {
    const headers = {
      host: '127.0.0.1:5000',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-host': 'bot.example.com',
      'x-forwarded-proto': 'https',
    }

    expect(peerOf(requestOf({headers}), trustedProxies(true))).toEqual({
      address: '203.0.113.7',
      host: 'bot.example.com',
      isSecure: true,
      isForwarded: true,
    })
  })

  test('a proxy that keeps the Host and says the scheme forwards both', () => {
    const headers = {host: 'bot.example.com', 'x-forwarded-proto': 'wss'}

    expect(peerOf(requestOf({headers}), trustedProxies(true))).toMatchObject({
      host: 'bot.example.com',
      isSecure: true,
      isForwarded: true,
    })
  })

  test('an address alone forwards neither host nor scheme', () => {
    const headers = {host: '127.0.0.1:5000', 'x-forwarded-for': '203.0.113.7'}

    expect(peerOf(requestOf({headers}), trustedProxies(true)).isForwarded).toBe(false)
  })

  test('of several hosts and schemes the one counts that the proxy of the client said', () => {
    const headers = {
      'x-forwarded-for': '1.1.1.1, 203.0.113.7, 10.0.0.2',
      'x-forwarded-host': 'evil.example.com, bot.example.com, inner',
      'x-forwarded-proto': 'http, https, http',
    }

    expect(peerOf(requestOf({headers}), trustedProxies(true))).toMatchObject({
      host: 'bot.example.com',
      isSecure: true,
    })
  })

  test('a host or scheme that is none is ignored', () => {
    const headers = {
      host: 'bot.example.com',
      'x-forwarded-host': 'a/../b?c',
      'x-forwarded-proto': 'javascript',
    }

    expect(peerOf(requestOf({headers, isSecure: true}), trustedProxies(true))).toEqual({
      address: '127.0.0.1',
      host: 'bot.example.com',
      isSecure: true,
      isForwarded: false,
    })
  })

  test('Forwarded is understood, with quotes, ports and any case', () => {
    const forwarded =
      'for=1.1.1.1;proto=http, For="[2001:db8::7]:4711";Proto=HTTPS;Host="bot.example.com:8443";by=_x, for=10.0.0.2'

    expect(peerOf(requestOf({headers: {forwarded}}), trustedProxies(true))).toEqual({
      address: '2001:db8::7',
      host: 'bot.example.com:8443',
      isSecure: true,
      isForwarded: true,
    })
  })

  test.each(['for=_hidden', 'for=unknown', 'for="', ';;;,,,', 'proto', 'for="10.0.0.1, 1.1.1.1"'])(
    'Forwarded of %j says nothing',
    (forwarded) => {
      expect(peerOf(requestOf({headers: {forwarded}}), trustedProxies(true))).toEqual({
        address: '127.0.0.1',
        host: undefined,
        isSecure: false,
        isForwarded: false,
      })
    },
  )

  test('Forwarded is the client’s own where the proxy writes X-Forwarded', () => {
    const headers = {
      forwarded: 'for=1.1.1.1;host=evil.example.com;proto=https',
      'x-forwarded-for': '203.0.113.7',
    }

    expect(peerOf(requestOf({headers}), trustedProxies(true))).toEqual({
      address: '203.0.113.7',
      host: undefined,
      isSecure: false,
      isForwarded: false,
    })
  })

  test.each([
    {from: '127.0.0.1', isTrusted: true},
    {from: '::ffff:10.1.2.3', isTrusted: true},
    {from: '172.31.0.1', isTrusted: true},
    {from: '192.168.1.1', isTrusted: true},
    {from: '::1', isTrusted: true},
    {from: 'fd00::1', isTrusted: true},
    {from: '100.64.0.1', isTrusted: false},
    {from: '172.32.0.1', isTrusted: false},
    {from: '203.0.113.1', isTrusted: false},
    {from: '2001:db8::1', isTrusted: false},
  ])('every proxy nearby is trusted, so $from is: $isTrusted', ({from, isTrusted}) => {
    const request = requestOf({from, headers: {'x-forwarded-for': '198.51.100.9'}})

    expect(peerOf(request, trustedProxies(true)).address === '198.51.100.9').toBe(isTrusted)
  })

  test('only the named proxies are trusted where some are named', () => {
    const trust = trustedProxies(['198.51.100.0/24', '2001:db8::/32'])
    const addressFrom = (from: string) =>
      peerOf(requestOf({from, headers: {'x-forwarded-for': '203.0.113.7'}}), trust).address

    expect(addressFrom('198.51.100.9')).toBe('203.0.113.7')
    expect(addressFrom('2001:db8::5')).toBe('203.0.113.7')
    expect(addressFrom('127.0.0.1')).toBe('127.0.0.1')
  })

  test('a proxy that is no address is a mistake of usage', () => {
    expect(() => trustedProxies(['nginx'])).toThrow(/^--trust-proxy names "nginx"/)
  })
})
