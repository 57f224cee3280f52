import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'

import {describe, expect, onTestFinished, test} from 'vitest'

import {type Clock, systemClock} from '../../src/clock.js'
import {
  askDynamicUrl,
  type DynamicWorld,
  isDynamicUrl,
} from '../../src/stream/exotel-http/dynamic-url.js'
import {askPassthru, endOfStream, type StreamFacts} from '../../src/stream/exotel-http/passthru.js'
import {scrubber} from '../../src/stream/exotel/secrets.js'
import {listenTcp, listenTls} from './stream-rig.js'

const identity = {
  callSid: 'c8961ab2fa675ddac2d7b8974c25201m',
  streamSid: 'b8ac7b482138e87f6da1c79a692b201m',
  accountSid: 'exostream1',
  from: '+910000012345',
  to: '+910000067890',
}

const at = new Date('2026-11-20T20:00:05Z')

/** The real clock, with a wall that the tests know. */
const clock: Clock = {...systemClock, wallNow: () => at}
const world = (options: Partial<DynamicWorld> = {}): DynamicWorld => ({
  clock,
  identity,
  signal: new AbortController().signal,
  ...options,
})

type Endpoint = {readonly url: string; readonly requests: readonly IncomingMessage[]}

/** An HTTP endpoint on loopback until the test is over. */
async function endpoint(
  serve: (response: ServerResponse, request: IncomingMessage) => void,
): Promise<Endpoint> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    serve(response, request)
  })
  server.listen({host: '127.0.0.1', port: 0})
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // A listening TCP server has an address with a port.
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bot`, requests}
}

const never = () => new Promise<void>(() => undefined)

const answering =
  (body: string, status = 200, headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, headers).end(body)
  }

const queryOf = ({requests}: Endpoint) =>
  new URL(requests[0]?.url ?? '', 'http://localhost').searchParams

describe('the request to a dynamic URL', () => {
  test('is a GET with the details of the call behind the query that is there', async () => {
    const bot = await endpoint(answering('{"url":"wss://bot.example/media"}'))

    await askDynamicUrl(`${bot.url}?tenant=a%20b&x`, world())

    expect(bot.requests[0]?.method).toBe('GET')
    expect(bot.requests[0]?.url).toMatch(/^\/bot\?tenant=a%20b&x&CallSid=/)
    expect([...queryOf(bot)].slice(2)).toEqual([
      ['CallSid', identity.callSid],
      ['CallFrom', identity.from],
      ['CallTo', identity.to],
      ['From', identity.from],
      ['To', identity.to],
      ['Direction', 'incoming'],
      // A clock in India is five and a half hours ahead, and already in the next day.
      ['Created', 'Sat, 21 Nov 2026 01:30:05'],
      ['StartTime', '2026-11-21 01:30:05'],
      ['CurrentTime', '2026-11-21 01:30:05'],
      ['flow_id', '100001'],
      ['tenant_id', '10001'],
    ])
  })

  test('is that of a Go client which wants JSON, with the userinfo as Basic', async () => {
    const bot = await endpoint(answering('{"url":"wss://bot.example/media"}'))

    await askDynamicUrl(bot.url.replace('http://', 'http://key:t%40ken@'), world())

    expect(bot.requests[0]?.headers).toMatchObject({
      accept: 'application/json',
      'user-agent': 'Go-http-client/1.1',
      authorization: `Basic ${Buffer.from('key:t@ken').toString('base64')}`,
    })
  })

  test('carries the headers of the user', async () => {
    const bot = await endpoint(answering('{"url":"wss://bot.example/media"}'))

    await askDynamicUrl(bot.url, world({headers: {'X-Version': '2'}}))

    expect(bot.requests[0]?.headers['x-version']).toBe('2')
  })
})

describe('the answer of a dynamic URL', () => {
  test('is the URL of the stream, as it came', async () => {
    const streamUrl = 'wss://key:token@bot.example/media?sample-rate=16000&plan=gold'
    const bot = await endpoint(answering(JSON.stringify({url: streamUrl, more: 1})))

    const asked = await askDynamicUrl(bot.url, world())

    expect(asked).toEqual({
      answer: {url: bot.url, status: 200, tookMs: expect.any(Number) as number},
      violations: [],
      streamUrl,
    })
  })

  test.each([
    {
      name: 'a redirect',
      fault: 'status',
      serve: answering('', 302, {location: '/x?token=hush'}),
      says: 'answered 302, a redirect to "/x?token=***"; Exotel needs the answer itself, with 200.',
    },
    {
      name: 'a failure',
      fault: 'status',
      serve: answering('oops', 500),
      says: 'answered 500, not 200.',
    },
    {
      name: 'XML',
      fault: 'json',
      serve: answering('<Response><Stream/></Response>'),
      says: 'answered with XML or HTML; it has to be JSON: {"url": "wss://..."}.',
    },
    {
      name: 'plain text',
      fault: 'json',
      serve: answering('wss://bot.example/'),
      says: 'answered with text that is not a JSON object such as {"url": "wss://..."}.',
    },
    {
      name: 'a list',
      fault: 'json',
      serve: answering('[]'),
      says: 'answered with text that is not a JSON object such as {"url": "wss://..."}.',
    },
    {
      name: 'another key',
      fault: 'json',
      serve: answering('{"stream_url":"wss://bot.example/"}'),
      says: 'answered with JSON that has no text under "url"; it has "stream_url", which Exotel does not read.',
    },
    {
      name: 'no key',
      fault: 'json',
      serve: answering('{"url":7}'),
      says: 'answered with JSON that has no text under "url".',
    },
    {
      name: 'an http URL',
      fault: 'named-url',
      serve: answering('{"url":"https://k:s@bot.example/"}'),
      says: 'answered with the url "https://bot.example/", which is to be ws:// or wss://, not http.',
    },
    {
      name: 'no URL',
      fault: 'named-url',
      serve: answering('{"url":"bot"}'),
      says: 'answered with a url that cannot be dialled: "bot" is not a ws:// or wss:// URL.',
    },
    {
      name: 'a flood',
      fault: 'json',
      serve: answering('x'.repeat(70_000)),
      says: 'answered with more than 64 kB, not with a small JSON object.',
    },
  ])('$name is told, breaks the rule and opens no stream', async ({serve, fault, says}) => {
    const bot = await endpoint(serve)

    const asked = await askDynamicUrl(bot.url, world())
    const {answer, violations, failure, streamUrl} = asked

    const problem = `${bot.url} ${says}`
    expect(answer.problem).toBe(problem)
    expect(violations).toEqual([{rule: 'dynamic-url-wrong', detail: problem}])
    expect(failure).toMatchObject({
      code: 'EXO_DYNAMIC_URL',
      message: problem,
      exotelError: '3009 failed to establish ws conn malformed ws or wss URL',
    })
    expect(streamUrl).toBeUndefined()
    expect(asked.fault).toBe(fault)
  })

  test.each([
    {query: 'a=1&b=2&c=3&sample-rate=8000', applet: 'voicebot', says: []},
    {
      query: 'a=1&b=2&c=3&d=4',
      applet: 'voicebot',
      says: ['Its url has 4 custom parameters; Exotel takes 3.'],
    },
    {
      query: `a=${'x'.repeat(256)}`,
      applet: 'voicebot',
      says: ['The custom parameters of its url have 257 characters; Exotel takes 256.'],
    },
    {query: `sample-rate=8000#${'x'.repeat(600)}`, applet: 'voicebot', says: []},
    {
      query: `sample-rate=8000#${'x'.repeat(564)}`,
      applet: 'none',
      says: ['Its url has 600 characters; with Connect Voice AI it must have fewer than 600.'],
    },
  ] as const)(
    'over the limits of Exotel is told, and is dialled: $says',
    async ({query, applet, says}) => {
      const bot = await endpoint(answering(JSON.stringify({url: `wss://bot.example/?${query}`})))

      const {violations, streamUrl} = await askDynamicUrl(bot.url, world({applet}))

      expect(violations.map(({detail}) => detail)).toEqual(says)
      expect(streamUrl).toBeDefined()
    },
  )

  test('that takes more than a second breaks the rule, and is dialled', async () => {
    const bot = await endpoint(answering('{"url":"wss://bot.example/media"}'))
    // Each look at the clock is 1.4 s after the one before.
    let now = 0
    const slow = {...clock, now: () => (now += 1400), sleepUntil: never}

    const {answer: told, violations, streamUrl} = await askDynamicUrl(bot.url, world({clock: slow}))

    expect(told).toMatchObject({status: 200, tookMs: 1400})
    expect(violations).toEqual([{rule: 'dynamic-url-wrong', detail: 'It took 1400 ms to answer.'}])
    expect(streamUrl).toBeDefined()
  })
})

describe('a dynamic URL that does not answer', () => {
  test('where nothing listens fails as Exotel would say it', async () => {
    const {port} = await listenTcp((socket) => socket.destroy())

    const {
      answer: told,
      failure,
      violations,
    } = await askDynamicUrl(`http://127.0.0.1:${port}/`, world())

    expect(told).not.toHaveProperty('status')
    expect(failure).toMatchObject({
      code: 'EXO_DYNAMIC_URL',
      exotelError: '3009 failed to establish ws conn EOF',
    })
    expect(violations.map(({rule}) => rule)).toEqual(['dynamic-url-wrong'])
  })

  test('in time is given up', async () => {
    const bot = await endpoint(() => undefined)

    const {answer: told, failure} = await askDynamicUrl(bot.url, world({limitMs: 20}))

    expect(told.problem).toBe(`${bot.url} did not answer within 0.02 s.`)
    expect(failure?.exotelError).toMatch(
      /^3009 failed to establish ws conn dial tcp 127\.0\.0\.1:\d+: i\/o timeout$/,
    )
  })

  test('to the end in time is given up too', async () => {
    const bot = await endpoint((response) => response.writeHead(200).write('{"url":'))

    const {failure} = await askDynamicUrl(bot.url, world({limitMs: 50}))

    expect(failure?.message).toBe(`${bot.url} did not answer within 0.05 s.`)
  })

  test('with a certificate that nobody signed is not believed', async () => {
    const {port} = await listenTls()

    const {failure} = await askDynamicUrl(`https://127.0.0.1:${port}/`, world())

    expect(failure?.code).toBe('EXO_DYNAMIC_URL')
    expect(failure?.message).toMatch(/^The TLS certificate of 127\.0\.0\.1:\d+ is not accepted/)
  })

  test('because the run was interrupted breaks no rule', async () => {
    const abort = new AbortController()
    const bot = await endpoint(() => {
      abort.abort()
    })

    const {failure, violations} = await askDynamicUrl(bot.url, world({signal: abort.signal}))

    expect(failure?.code).toBe('EXO_INTERRUPTED')
    expect(violations).toEqual([])
  })

  test('in HTTP is told so, without secrets', async () => {
    const {port} = await listenTcp((socket) => socket.end('SSH-2.0-OpenSSH\r\n'))

    const {failure} = await askDynamicUrl(`http://127.0.0.1:${port}/?key=hush`, world())

    expect(failure?.message).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/\?key=\*\*\* closed the connection, or does not speak HTTP/,
    )
  })
})

test('the scheme tells a dynamic URL', () => {
  expect(['http://a/', 'HTTPS://a/', 'ws://a/', 'a'].map(isDynamicUrl)).toEqual([
    true,
    true,
    false,
    false,
  ])
})

const stream: StreamFacts = {
  streamSid: identity.streamSid,
  streamUrl: 'wss://bot.example/media?plan=gold',
  status: 'cancelled',
  disconnectedBy: 'user',
  durationMs: 27_600,
}

const facts = {identity, startedAt: at, stream}

const asking = (options: Partial<Parameters<typeof askPassthru>[1]> = {}) => ({
  ...({form: 'flat', facts, clock, signal: new AbortController().signal} as const),
  ...options,
})

test('a secret in the query of an endpoint leaves the sentence about it whole', async () => {
  const bot = await endpoint(answering('', 500))
  const url = `${bot.url}?token=hush`
  const scrub = scrubber([])

  const passthru = await askPassthru(url, asking())
  const dynamic = await askDynamicUrl(url, world())

  expect([passthru, dynamic].map(({answer}) => scrub(answer.problem ?? ''))).toEqual([
    `${bot.url}?token=*** answered 500 to the flat form; Exotel knows 200 and 302.`,
    `${bot.url}?token=*** answered 500, not 200.`,
  ])
})

describe('the request to a Passthru applet', () => {
  test('carries the stream as one key for each member', async () => {
    const bot = await endpoint(answering(''))

    await askPassthru(bot.url, asking())

    expect([...queryOf(bot)].filter(([key]) => key.startsWith('Stream'))).toEqual([
      ['Stream[StreamSID]', identity.streamSid],
      ['Stream[Status]', 'cancelled'],
      ['Stream[Duration]', '28'],
      ['Stream[StreamUrl]', 'wss://bot.example/media?plan=gold'],
      ['Stream[DisconnectedBy]', 'user'],
    ])
    expect(queryOf(bot).get('CallSid')).toBe(identity.callSid)
    expect(queryOf(bot).get('EndTime')).toBe('1970-01-01 05:30:00')
  })

  test('carries it as one JSON text, with the error of a dial that failed', async () => {
    const bot = await endpoint(answering(''))
    const failed = {...stream, status: 'failed', disconnectedBy: 'NA', durationMs: 0} as const
    const told = {...facts, stream: {...failed, error: '3009 failed'}}

    await askPassthru(bot.url, asking({form: 'json', facts: told}))

    expect(JSON.parse(queryOf(bot).get('Stream') ?? '')).toEqual({
      StreamSID: identity.streamSid,
      Status: 'failed',
      Duration: '0',
      StreamUrl: 'wss://bot.example/media?plan=gold',
      DisconnectedBy: 'NA',
      Error: '3009 failed',
    })
  })
})

test('before a stream a Passthru applet is told of the call alone, with the digits in quotes', async () => {
  const bot = await endpoint(answering(''))

  await askPassthru(bot.url, asking({facts: {identity, startedAt: at, digits: '12'}}))

  expect(queryOf(bot).get('digits')).toBe('"12"')
  expect([...queryOf(bot).keys()].filter((key) => key.startsWith('Stream'))).toEqual([])
})

describe('the answer of a Passthru applet', () => {
  test.each([
    {status: 200, branch: 'A'},
    {status: 302, branch: 'B'},
  ])('$status takes branch $branch, whatever the body is', async ({status, branch}) => {
    const bot = await endpoint(answering('x'.repeat(100_000), status, {location: '/elsewhere'}))

    const {answer: told, violations, location} = await askPassthru(bot.url, asking())

    expect(told).toEqual({
      ...{url: bot.url, form: 'flat', status, branch},
      tookMs: expect.any(Number) as number,
    })
    expect(location).toBe('/elsewhere')
    expect(violations).toEqual([])
    expect(bot.requests).toHaveLength(1)
  })

  test.each([201, 301, 404, 500])('%i takes no branch that is known', async (status) => {
    const bot = await endpoint(answering('', status))

    const {answer: told, violations} = await askPassthru(bot.url, asking({form: 'json'}))

    const problem = `${bot.url} answered ${status} to the JSON form; Exotel knows 200 and 302.`
    expect(told).toMatchObject({status, problem})
    expect(told).not.toHaveProperty('branch')
    expect(violations).toEqual([{rule: 'passthru-wrong', detail: problem}])
  })

  test.each([
    [facts, 'answered 301 to the flat form, a redirect to "/200"; Exotel knows 200 and 302.'],
    [{identity, startedAt: at}, 'answered 301, a redirect to "/200"; Exotel knows 200 and 302.'],
  ])('that redirects for good is told with where to: %#', async (asked, says) => {
    const bot = await endpoint(answering('', 301, {location: '/200'}))

    const {answer: told} = await askPassthru(bot.url, asking({facts: asked}))

    expect(told.problem).toBe(`${bot.url} ${says}`)
  })

  test('that takes more than a second breaks the rule, and takes its branch', async () => {
    const bot = await endpoint(answering(''))
    let now = 0
    const slow = {...clock, now: () => (now += 1400), sleepUntil: never}

    const {answer: told, violations} = await askPassthru(bot.url, asking({clock: slow}))

    expect(told).toMatchObject({status: 200, branch: 'A', tookMs: 1400})
    expect(violations).toEqual([
      {rule: 'passthru-wrong', detail: 'It took 1400 ms to answer the flat form.'},
    ])
  })

  test('that does not come is told without a status', async () => {
    const bot = await endpoint(() => undefined)

    const {answer: told, violations} = await askPassthru(bot.url, asking({limitMs: 20}))

    expect(told).toMatchObject({form: 'flat', problem: `${bot.url} did not answer within 0.02 s.`})
    expect(told).not.toHaveProperty('status')
    expect(violations.map(({rule}) => rule)).toEqual(['passthru-wrong'])
  })

  test('holds none of the credentials of the URL', async () => {
    const bot = await endpoint(answering('', 500))

    const told = await askPassthru(`${bot.url.replace('//', '//key:hush@')}?token=hush`, asking())

    expect(bot.requests[0]?.headers.authorization).toMatch(/^Basic /)
    expect(JSON.stringify(told)).not.toContain('hush')
  })
})

test.each([
  {closing: {by: 'bot', code: 1000}, status: 'completed', disconnectedBy: 'bot'},
  {
    closing: {by: 'caller', code: 1000, reason: 'callended'},
    status: 'cancelled',
    disconnectedBy: 'user',
  },
  {closing: {by: 'caller', code: 1000}, status: 'cancelled', disconnectedBy: 'user'},
  {closing: {by: 'caller', reason: 'stopped'}, status: 'completed', disconnectedBy: 'NA'},
  {closing: {by: 'network', code: 1006}, status: 'failed', disconnectedBy: 'NA'},
  {closing: undefined, status: 'failed', disconnectedBy: 'NA'},
] as const)(
  'a stream that ended so: $closing, is $status by $disconnectedBy',
  ({closing, ...end}) => {
    expect(endOfStream(closing)).toEqual(end)
  },
)
