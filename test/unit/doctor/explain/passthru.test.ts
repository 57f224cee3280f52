import {describe, expect, test} from 'vitest'

import {explain} from '../../../../src/doctor/explain/explain.js'

const KNOWN =
  '3009 failed to establish ws conn dial tcp: lookup your-ip on 10.1.0.2:53: no such host'

const idsOf = (text: string) => explain(text).explanations.map(({id}) => id)

describe('a Passthru request', () => {
  const failed = new URLSearchParams({
    CallSid: '23c162077629863c1a2d7f29263a162m',
    CallFrom: '09876543210',
    'Stream[StreamSID]': '6f048d2e897a0d2d4029560f3f541947',
    'Stream[Status]': 'failed',
    'Stream[Duration]': '0',
    'Stream[DisconnectedBy]': 'NA',
    'Stream[Error]': KNOWN,
    'Stream[StreamUrl]': 'wss://KEY9:T0KEN@your-ip/media',
  })
  const WITHOUT_ERROR = ['stream-failed', 'disconnected-by-nobody', 'duration-zero']

  test.each([
    ['a query', failed.toString()],
    ['a URL', `https://hooks.acme.in/passthru?${failed.toString()}`],
    ['a line of an access log', `1.2.3.4 - - "GET /passthru?${failed.toString()} HTTP/1.1" 200 2`],
    ['a query that somebody decoded', decodeURIComponent(failed.toString().replaceAll('+', ' '))],
    ['an object with flat keys', JSON.stringify(Object.fromEntries(failed))],
    [
      'one JSON string under Stream',
      `Stream=${encodeURIComponent(JSON.stringify({Status: 'failed', Duration: '0', DisconnectedBy: 'NA', Error: KNOWN}))}`,
    ],
    [
      'an object as a log prints it',
      `Stream: { Status: 'failed', Duration: '0', DisconnectedBy: 'NA', Error: '${KNOWN}' }`,
    ],
    [
      'a query in a line of JSON',
      JSON.stringify({url: failed.toString()}).replaceAll('&', '\\u0026'),
    ],
    ['encoded as a whole', encodeURIComponent(failed.toString())],
  ])('as %s tells its Error, and not again that it failed', (_, text) => {
    expect(idsOf(text)).toEqual(['placeholder-host'])
  })

  test('without an Error tells every member', () => {
    const members = new URLSearchParams([...failed].filter(([key]) => key !== 'Stream[Error]'))

    expect(idsOf(members.toString())).toEqual(WITHOUT_ERROR)
  })

  test('of a stream that broke is not told that none was ever open', () => {
    const [, by] = explain('Stream[Status]=failed&Stream[DisconnectedBy]=NA').explanations

    expect(by?.meaning).toContain('or it broke')
    expect(by?.isInferred).toBe(true)
  })

  test('that says completed and has an Error is told to be believed by its Error', () => {
    const text = `Stream[Status]=completed&Stream[Error]=${KNOWN}`

    expect(idsOf(text)).toEqual(['placeholder-host', 'status-contradicts-error'])
    expect(explain(text).explanations[1]?.meaning).toContain(
      'if Status and Error disagree, believe Error',
    )
  })

  test('without an error has no Error to believe', () => {
    expect(idsOf('Stream[Status]=completed&Stream[Error]=&Stream[DisconnectedBy]=bot')).toEqual([
      'disconnected-by-bot',
      'stream-completed',
    ])
  })

  test('shows no credentials and no whole number', () => {
    const documents = [
      failed.toString(),
      encodeURIComponent(failed.toString()),
      'wss://KEY9:T0KEN%2Fx@host/media 1006',
      `3009 failed to establish ws conn (parse wss://KEY9:T0KEN%2Bx%2Fy@host)`,
      `3009 failed to establish ws conn (parse wss://KEY9:/T0KEN+x@host)`,
      'Stream[Error]=parse "wss://KEY9:T0KEN/x@host": malformed ws or wss URL&token=T0KEN',
    ].map((text) => JSON.stringify(explain(text)))

    expect(documents.join()).not.toMatch(/T0KEN|KEY9|9876543210/)
  })
})
