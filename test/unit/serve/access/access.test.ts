import {describe, expect, test} from 'vitest'

import {type Clock, virtualClock} from '../../../../src/clock.js'
import {ExostreamError} from '../../../../src/errors.js'
import {
  type AccessOptions,
  type Asked,
  createAccess,
  type Refusal,
} from '../../../../src/serve/access/access.js'

const basicOf = (pair: string) => `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`

type Request = Partial<Omit<Asked, 'peer'>> & {readonly address?: string}

function accessWith(options: Partial<AccessOptions>) {
  const {refusalOf, notes} = createAccess({clock: virtualClock(), ...options})
  const ask = ({address = '203.0.113.7', ...asked}: Request = {}): Refusal | undefined =>
    refusalOf({
      peer: {address, host: undefined, isSecure: false, isForwarded: false},
      headers: {},
      isUpgrade: true,
      isHealth: false,
      ...asked,
    })
  return {ask, notes, sends: (authorization: string) => ask({headers: {authorization}})}
}

describe('without any option', () => {
  test('everyone gets in, and nothing is noted', () => {
    const {ask, notes} = accessWith({})

    expect(ask()).toBeUndefined()
    expect(ask({address: ''})).toBeUndefined()
    expect(notes).toEqual([])
  })
})

describe('with --basic-auth', () => {
  test.each([
    {basic: 'KEY:TOKEN', sent: 'KEY:TOKEN'},
    {basic: 'KEY@x:TO:KEN', sent: 'KEY@x:TO:KEN'},
    {basic: 'KEY@x:T', sent: 'KEY%40x:T'},
    {basic: 'KEY%40x:T', sent: 'KEY@x:T'},
    {basic: 'KEY%40x:T', sent: 'KEY%40x:T'},
    {basic: 'KEY:100%', sent: 'KEY:100%'},
    {basic: 'KEY%40x:100%', sent: 'KEY@x:100%'},
    {basic: 'clé:jeton', sent: 'clé:jeton'},
  ])('of $basic the credentials $sent are right', ({basic, sent}) => {
    expect(accessWith({basic}).sends(basicOf(sent))).toBeUndefined()
  })

  test('the scheme may be in any case', () => {
    const {sends} = accessWith({basic: 'KEY:TOKEN'})

    expect(sends(basicOf('KEY:TOKEN').replace('Basic', 'bAsIc'))).toBeUndefined()
  })

  test.each([
    {sent: undefined, reason: 'the request has no Authorization header'},
    {sent: basicOf('KEY:WRONG'), reason: 'the credentials are wrong'},
    {sent: basicOf('key:TOKEN'), reason: 'the credentials are wrong'},
    {sent: basicOf('KEY:TOKEN '), reason: 'the credentials are wrong'},
    {sent: basicOf('KEYTOKEN'), reason: 'the credentials are wrong'},
    {sent: basicOf(''), reason: 'the credentials cannot be read'},
    {sent: 'Basic', reason: 'the credentials cannot be read'},
    {sent: 'Basic !!!', reason: 'the credentials cannot be read'},
    {sent: `Basic ${'A'.repeat(10_000)}`, reason: 'the credentials are wrong'},
    {sent: 'Bearer KEY:TOKEN', reason: 'the Authorization header has another scheme'},
    {sent: '', reason: 'the Authorization header has another scheme'},
    {sent: 'KEY:TOKEN', reason: 'the Authorization header has another scheme'},
    {sent: 'constructor x', reason: 'the Authorization header has another scheme'},
  ])('an Authorization of $sent is answered with 401, because $reason', ({sent, reason}) => {
    const {ask} = accessWith({basic: 'KEY:TOKEN'})

    const refusal = ask({headers: sent === undefined ? {} : {authorization: sent}})

    expect(refusal).toMatchObject({
      reason,
      answer: {
        status: 401,
        headers: {'www-authenticate': 'Basic realm="exostream", charset="UTF-8"'},
      },
    })
  })

  test('a note says that plain HTTP requests need them too', () => {
    expect(accessWith({basic: 'KEY:TOKEN'}).notes).toEqual([
      'Credentials are asked of plain HTTP requests too, /health apart: write KEY:TOKEN@ also into the URLs of Passthru applets and status callbacks (Exotel documents Basic for wss:// only).',
    ])
  })

  test.each([
    ['KEYTOKEN', '--basic-auth is not KEY:TOKEN: there is no colon in it.'],
    ['', '--basic-auth is not KEY:TOKEN: there is no colon in it.'],
    [':s3cret', '--basic-auth is not KEY:TOKEN: its key is empty.'],
    ['s3cret:', '--basic-auth is not KEY:TOKEN: its token is empty.'],
  ])('%j cannot be meant, and is not told', (basic, message) => {
    expect(() => accessWith({basic})).toThrow(new ExostreamError('EXO_USAGE', message))
  })
})

describe('with --bearer-token', () => {
  test('its token is right, and no other', () => {
    const {sends} = accessWith({bearer: 's3cret.x-y_z'})

    expect(sends('Bearer s3cret.x-y_z')).toBeUndefined()
    expect(sends('bearer s3cret.x-y_z')).toBeUndefined()
    expect(sends('Bearer s3cret')).toMatchObject({reason: 'the token is wrong'})
    expect(sends('Bearer')).toMatchObject({
      reason: 'the token cannot be read',
      answer: {status: 401, headers: {'www-authenticate': 'Bearer realm="exostream"'}},
    })
  })

  test('a note says that Exotel itself sends only Basic', () => {
    expect(accessWith({bearer: 's3cret'}).notes).toEqual([
      'Exotel itself sends only Basic credentials, from wss://KEY:TOKEN@host/path: with --bearer-token alone it is refused with 401.',
    ])
    expect(accessWith({bearer: 's3cret', basic: 'KEY:TOKEN'}).notes).toContain(
      'Exotel itself sends only Basic credentials; the Bearer token is for other clients.',
    )
  })

  test('beside --basic-auth either of them suffices', () => {
    const {sends, ask} = accessWith({bearer: 's3cret', basic: 'KEY:TOKEN'})

    expect(sends('Bearer s3cret')).toBeUndefined()
    expect(sends(basicOf('KEY:TOKEN'))).toBeUndefined()
    expect(sends('Bearer KEY:TOKEN')).toMatchObject({answer: {status: 401}})
    expect(ask()?.answer.headers['www-authenticate']).toBe(
      'Basic realm="exostream", charset="UTF-8", Bearer realm="exostream"',
    )
  })

  test.each([
    ['', '--bearer-token is empty.'],
    ['two words', '--bearer-token has characters that no header can hold.'],
  ])('%j cannot be meant', (bearer, message) => {
    expect(() => accessWith({bearer})).toThrow(new ExostreamError('EXO_USAGE', message))
  })
})

describe('with --api-version', () => {
  test('X-API-Version has to equal it, and else is answered with 403', () => {
    const {ask} = accessWith({apiVersion: '2024-01'})

    expect(ask({headers: {'x-api-version': '2024-01'}})).toBeUndefined()
    expect(ask({headers: {'x-api-version': '2024-02'}})).toMatchObject({answer: {status: 403}})
    expect(ask()).toMatchObject({
      answer: {status: 403},
      reason: 'X-API-Version is not the one asked for',
    })
  })

  test('wrong credentials are said first', () => {
    const {ask} = accessWith({apiVersion: '1', basic: 'KEY:TOKEN'})

    expect(ask()).toMatchObject({answer: {status: 401}})
    expect(ask({headers: {authorization: basicOf('KEY:TOKEN')}})).toMatchObject({
      answer: {status: 403},
    })
  })

  test('a note says that Exotel sends no such header', () => {
    expect(accessWith({apiVersion: '1'}).notes).toEqual([
      'Exotel itself sends no X-API-Version: unless a proxy in front adds it, Exotel is refused with 403.',
    ])
  })

  test.each(['', 'a b', 'a\r\nb'])('%j cannot be the value of a header', (apiVersion) => {
    expect(() => accessWith({apiVersion})).toThrow(/cannot be the value of X-API-Version/)
  })
})

describe('with --allow', () => {
  test('an address that it does not name is answered with 403, whatever its credentials', () => {
    const {ask} = accessWith({allow: ['203.0.113.0/24', '2001:db8::/32'], basic: 'KEY:TOKEN'})
    const headers = {authorization: basicOf('KEY:TOKEN')}

    expect(ask({headers})).toBeUndefined()
    expect(ask({headers, address: '2001:db8::1'})).toBeUndefined()
    for (const address of ['198.51.100.1', '2001:db9::1', '127.0.0.1', '']) {
      expect(ask({headers, address})).toMatchObject({
        answer: {status: 403},
        reason: 'the address is not on the allow-list',
      })
    }
  })

  test('a note says where Exotel’s addresses are to be had', () => {
    expect(accessWith({allow: ['203.0.113.0/24']}).notes).toEqual([
      'Exotel gives the address ranges that it calls from on request (hello@exotel.com); from any address that --allow does not name, it is refused with 403.',
    ])
  })

  test('what is no range is a mistake of usage, and an empty list is no list', () => {
    expect(() => accessWith({allow: ['10.0.0.0/99']})).toThrow(/^--allow names "10.0.0.0\/99"/)
    expect(accessWith({allow: []}).ask()).toBeUndefined()
  })

  test('/health is answered to the machine and its network too, but to no one else', () => {
    const {ask} = accessWith({allow: ['203.0.113.0/24']})
    const health = {isUpgrade: false, isHealth: true}

    expect(ask({...health, address: '127.0.0.1'})).toBeUndefined()
    expect(ask({...health, address: '10.1.2.3'})).toBeUndefined()
    expect(ask({...health, address: '203.0.113.1'})).toBeUndefined()
    expect(ask({...health, address: '198.51.100.1'})).toMatchObject({answer: {status: 403}})
  })
})

describe('/health', () => {
  test('asks for no credentials, no version, and counts no connections', () => {
    const {ask} = accessWith({basic: 'K:T', apiVersion: '1', maxConnectionsPerMinute: 1})
    const health = {isUpgrade: false, isHealth: true}

    expect([ask(health), ask(health), ask(health)]).toEqual([undefined, undefined, undefined])
  })
})

describe('with --max-connections-per-minute', () => {
  /** A clock whose time is set by the test. */
  function setClock() {
    const at = {now: 0}
    const clock: Clock = {
      now: () => at.now,
      wallNow: () => new Date(0),
      sleepUntil: () => Promise.resolve(),
    }
    return {at, clock}
  }

  const statusOf = (refusal: Refusal | undefined) => refusal?.answer.status ?? 101

  test('so many connect at once, the next is told when to try again, and then may', () => {
    const {at, clock} = setClock()
    const {ask} = accessWith({maxConnectionsPerMinute: 6, clock})

    const first = Array.from({length: 6}, () => statusOf(ask()))
    const refused = ask()
    at.now = 9_999
    const early = statusOf(ask())
    at.now = 10_000
    const inTime = [statusOf(ask()), statusOf(ask())]

    expect(first).toEqual([101, 101, 101, 101, 101, 101])
    expect(refused).toMatchObject({
      answer: {status: 429, headers: {'retry-after': '10'}},
      reason: 'too many connections from this address',
    })
    expect([early, inTime]).toEqual([429, [101, 429]])
  })

  test('a pause gives no more than so many', () => {
    const {at, clock} = setClock()
    const {ask} = accessWith({maxConnectionsPerMinute: 2, clock})

    at.now = 3_600_000
    expect([ask(), ask(), ask()].map(statusOf)).toEqual([101, 101, 429])
  })

  test('addresses count each for itself, those of an IPv6 network as one', () => {
    const {clock} = setClock()
    const {ask} = accessWith({maxConnectionsPerMinute: 1, clock})
    const statusFrom = (address: string) => statusOf(ask({address}))

    expect(['203.0.113.7', '203.0.113.8', '203.0.113.7'].map(statusFrom)).toEqual([101, 101, 429])
    expect(['2001:db8:1:2::1', '2001:db8:1:2:3:4:5:6'].map(statusFrom)).toEqual([101, 429])
    expect(['2001:db8:1:3::1', '2001:db8::1', '::1', '2001:db8::'].map(statusFrom)).toEqual([
      101, 101, 101, 429,
    ])
  })

  test('plain requests do not count, but guesses of credentials do', () => {
    const {clock} = setClock()
    const {ask} = accessWith({maxConnectionsPerMinute: 1, basic: 'KEY:TOKEN', clock})
    const right = {isUpgrade: false, headers: {authorization: basicOf('KEY:TOKEN')}}
    const wrong = {isUpgrade: false, headers: {authorization: basicOf('KEY:GUESS')}}

    expect([right, right, wrong, wrong, right].map((asked) => statusOf(ask(asked)))).toEqual([
      101, 101, 401, 429, 101,
    ])
  })

  test('credentials are not looked at when there were too many', () => {
    const {clock} = setClock()
    const {sends} = accessWith({maxConnectionsPerMinute: 1, basic: 'KEY:TOKEN', clock})

    expect(statusOf(sends(basicOf('KEY:GUESS')))).toBe(401)
    expect(statusOf(sends(basicOf('KEY:TOKEN')))).toBe(429)
  })

  test('10,000 addresses are remembered, and the one longest unseen is forgotten first', () => {
    const {clock} = setClock()
    const {ask} = accessWith({maxConnectionsPerMinute: 2, clock})
    const statusFrom = (address: string) => statusOf(ask({address}))
    const spend = (address: string) => [1, 2].map(() => statusFrom(address))
    spend('192.0.2.1')
    spend('192.0.2.2')
    for (let count = 0; count < 9_998; count += 1) {
      statusFrom(`10.0.${String(count >> 8)}.${String(count & 255)}`)
    }

    expect(statusFrom('192.0.2.1')).toBe(429)
    statusFrom('10.9.9.9')

    expect(['192.0.2.2', '192.0.2.1'].map(statusFrom)).toEqual([101, 429])
  })
})

describe('no secret', () => {
  test('is in any refusal, note or error', () => {
    const secrets = /s3cret|k3y|t0ken/i
    const {ask, notes} = accessWith({basic: 'k3y:t0ken', bearer: 's3cret', apiVersion: '1'})
    const sent = [undefined, basicOf('k3y:t0kenX'), 'Bearer s3cretX', 'k3y:t0ken']

    const said = sent.map((authorization) =>
      ask({headers: authorization === undefined ? {} : {authorization}}),
    )

    expect(JSON.stringify([said, notes])).not.toMatch(secrets)
    expect(said.map((refusal) => refusal?.answer.status)).toEqual([401, 401, 401, 401])
    expect(() => accessWith({basic: 's3cret'})).toThrow(/^(?!.*s3cret)/)
    expect(() => accessWith({bearer: 's3cret word'})).toThrow(/^(?!.*s3cret)/)
  })
})
