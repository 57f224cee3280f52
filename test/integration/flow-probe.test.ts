import {once} from 'node:events'
import {createServer, type IncomingMessage} from 'node:http'
import type {AddressInfo} from 'node:net'

import {describe, expect, onTestFinished, test} from 'vitest'

import {systemClock} from '../../src/clock.js'
import {readFlow} from '../../src/flow/format/flow-reader.js'
import {probeFlow, type ProbeOptions} from '../../src/flow/probe/probe.js'
import {PROBE_RULES} from '../../src/flow/probe/rules.js'
import {silentLogger} from '../../src/log.js'
import {sink} from '../../src/serve/bots/sink.js'
import {opensBot} from '../../src/serve/open-stream.js'
import {startServer} from '../../src/serve/server.js'
import {jumpingClock, type JumpingClock} from '../rig/doctor/http-servers.js'

type Asked = {
  readonly method: string
  readonly query: URLSearchParams
  readonly body: string
  readonly request: IncomingMessage
  /** How many were asked before it. */
  readonly count: number
  readonly clock: JumpingClock
}

/** The status alone, with a body, or `break` for a connection that is closed without an answer. */
type Reply =
  | number
  | readonly [status: number, body: string, headers?: Readonly<Record<string, string>>]
  | 'break'

type Answer = (asked: Asked) => Reply

type Endpoint = {
  readonly origin: string
  readonly requests: readonly Asked[]
  readonly clock: JumpingClock
}

/** An HTTP endpoint on loopback until the test is over. */
async function endpoint(answer: Answer): Promise<Endpoint> {
  const clock = jumpingClock()
  const requests: Asked[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const {method = '', url = ''} = request
      const {searchParams: query} = new URL(url, 'http://localhost')
      const body = Buffer.concat(parts).toString('utf8')
      const asked = {method, query, body, request, count: requests.length, clock}
      requests.push(asked)
      const reply = answer(asked)
      if (reply === 'break') return request.socket.destroy()
      const [status, text = '', headers = {}] = typeof reply === 'number' ? [reply] : reply
      return response.writeHead(status, headers).end(text)
    })
  })
  server.listen({host: '127.0.0.1', port: 0})
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // A listening TCP server has an address with a port.
  const {port} = server.address() as AddressInfo
  return {origin: `http://127.0.0.1:${port}`, requests, clock}
}

function probe(applets: readonly unknown[], options: Partial<ProbeOptions> = {}) {
  const text = JSON.stringify({name: 'sales', applets}, undefined, 2)
  return probeFlow(readFlow(text, 'flow.json'), {
    clock: systemClock,
    signal: new AbortController().signal,
    isLocal: true,
    ...options,
  })
}

const named = (query: string) => JSON.stringify({url: `wss://bot.acme.in/media${query}`})

/** Names a stream for each call, by GET and by POST. */
const naming: Answer = ({query, body}) => {
  const callSid = query.get('CallSid') ?? new URLSearchParams(body).get('CallSid') ?? ''
  return [200, named(`?sample-rate=8000&CallSid=${callSid}`)]
}

/** How the stream ended, in either form. */
function endOf({query}: Asked): string | null {
  const json = query.get('Stream')
  if (json === null) return query.get('Stream[Status]')
  // The simulator writes it so.
  return (JSON.parse(json) as {readonly Status: string}).Status
}

const failedToPeople: Answer = (asked) => (endOf(asked) === 'failed' ? 302 : 200)

const STREAM = 'wss://bot.acme.in/media?sample-rate=8000'

const dynamic =
  (settings: object = {}) =>
  (url: string): readonly unknown[] => [{id: 'bot', voicebot: {url, sampleRate: 8000, ...settings}}]

const passthruBefore =
  (settings: object = {}) =>
  (url: string): readonly unknown[] => [
    {id: 'before', passthru: {url, ...settings}},
    {id: 'bot', voicebot: {url: STREAM}},
    'hangup',
    {id: 'agents', connect: {to: ['Sales']}},
  ]

const passthruAfter =
  (settings: object = {}) =>
  (url: string): readonly unknown[] => [
    {id: 'bot', voicebot: {url: STREAM}},
    {id: 'after', passthru: {url, on200: 'hangup', ...settings}},
    'hangup',
    {id: 'agents', connect: {to: ['Sales']}},
  ]

const toPeople = passthruAfter({on302: 'agents'})

const connect = (url: string): readonly unknown[] => [{id: 'agents', connect: {url}}]

const callback = (statusCallback: string): readonly unknown[] => [
  {id: 'call', connectVoiceAi: {url: STREAM, statusCallback}},
]

const html = '<html><body>Sign in</body></html>'
const numbers = (list: unknown) => JSON.stringify({destination: {numbers: list}})

type Faulty = readonly [
  what: string,
  id: string,
  severity: string,
  flow: (url: string) => readonly unknown[],
  answer: Answer,
]

const FAULTY: readonly Faulty[] = [
  [
    'a dynamic URL that closes the connection',
    'probe-no-answer',
    'error',
    dynamic(),
    () => 'break',
  ],
  [
    'a dynamic URL that never answers',
    'probe-no-answer',
    'error',
    dynamic(),
    ({clock, ...asked}) => {
      clock.jump(10_001)
      return naming({clock, ...asked})
    },
  ],
  [
    'a slow dynamic URL',
    'probe-slow',
    'warning',
    dynamic(),
    (asked) => {
      if (asked.count === 0) asked.clock.jump(1500)
      return naming(asked)
    },
  ],
  ['a dynamic URL that is not there', 'probe-dynamic-status', 'error', dynamic(), () => 404],
  [
    'a dynamic URL that redirects',
    'probe-dynamic-status',
    'error',
    dynamic(),
    () => [302, '', {Location: 'https://bot.acme.in/login'}],
  ],
  [
    'a dynamic URL that answers POST alone',
    'probe-dynamic-status',
    'error',
    dynamic(),
    (asked) => (asked.method === 'POST' ? naming(asked) : 405),
  ],
  ['a dynamic URL with a page', 'probe-dynamic-json', 'error', dynamic(), () => [200, html]],
  [
    'a dynamic URL with another key',
    'probe-dynamic-json',
    'error',
    dynamic(),
    () => [200, '{"stream_url": "wss://bot.acme.in/media"}'],
  ],
  [
    'a dynamic URL that names https',
    'probe-dynamic-named-url',
    'error',
    dynamic(),
    () => [200, '{"url": "https://bot.acme.in/media"}'],
  ],
  [
    'a dynamic URL that names a rate nobody has',
    'probe-dynamic-named-url',
    'error',
    dynamic(),
    () => [200, named('?sample-rate=44100')],
  ],
  [
    'a dynamic URL that names a URL with a space before it',
    'probe-dynamic-named-url',
    'error',
    dynamic(),
    () => [200, '{"url": " wss://bot.acme.in/media?sample-rate=8000"}'],
  ],
  [
    'a dynamic URL that misspells the rate',
    'probe-dynamic-rate-misspelt',
    'warning',
    dynamic(),
    () => [200, named('?sample_rate=8000')],
  ],
  [
    'a dynamic URL that names two rates',
    'probe-dynamic-two-rates',
    'error',
    dynamic(),
    () => [200, named('?sample-rate=8000&sample-rate=16000')],
  ],
  [
    'a dynamic URL that names a parameter twice',
    'probe-dynamic-parameter-twice',
    'warning',
    dynamic(),
    () => [200, named('?sample-rate=8000&a=1&a=2')],
  ],
  [
    'a dynamic URL that claims mu-law',
    'probe-dynamic-mulaw',
    'error',
    dynamic(),
    () => [200, named('?sample-rate=8000&encoding=mulaw')],
  ],
  [
    'a dynamic URL that names a host of a guide',
    'probe-dynamic-placeholder',
    'error',
    dynamic(),
    () => [200, '{"url": "wss://your-domain.com/media?sample-rate=8000"}'],
  ],
  [
    'a dynamic URL that leaves a detail of the call unfilled',
    'probe-dynamic-placeholder',
    'error',
    dynamic(),
    () => [200, '{"url": "wss://bot.acme.in/media/{CallSid}?sample-rate=8000"}'],
  ],
  [
    'a dynamic URL with too many parameters',
    'probe-dynamic-limits',
    'error',
    dynamic(),
    () => [200, named('?sample-rate=8000&a=1&b=2&c=3&d=4')],
  ],
  [
    'a dynamic URL with another rate than the flow',
    'probe-dynamic-rate',
    'error',
    dynamic({sampleRate: 16000}),
    naming,
  ],
  [
    'a dynamic URL without the rate that the flow has',
    'probe-dynamic-rate',
    'error',
    dynamic({sampleRate: 16000}),
    () => [200, named('')],
  ],
  [
    'a dynamic URL without a rate',
    'probe-dynamic-rate-unset',
    'info',
    dynamic(),
    () => [200, named('')],
  ],
  [
    'a dynamic URL without a parameter of the flow',
    'probe-dynamic-parameters',
    'warning',
    dynamic({parameters: {campaign: 'emi'}}),
    naming,
  ],
  [
    'a dynamic URL that is used up by one call',
    'probe-dynamic-second-call',
    'error',
    dynamic(),
    (asked) => (asked.count === 1 ? 500 : naming(asked)),
  ],
  [
    'a dynamic URL that refuses POST',
    'probe-dynamic-post',
    'info',
    dynamic(),
    (asked) => (asked.method === 'POST' ? 405 : naming(asked)),
  ],
  [
    'a dynamic URL that reads the query alone',
    'probe-dynamic-methods',
    'info',
    dynamic(),
    ({query}) => [
      200,
      named(`?sample-rate=8000${query.has('CallSid') ? `&CallSid=${query.get('CallSid')}` : ''}`),
    ],
  ],
  ['a Passthru that breaks off', 'probe-no-answer', 'error', toPeople, () => 'break'],
  [
    'a slow Passthru',
    'probe-slow',
    'warning',
    toPeople,
    (asked) => {
      if (asked.count === 3) asked.clock.jump(1500)
      return failedToPeople(asked)
    },
  ],
  ['a Passthru that fails', 'probe-passthru-status', 'error', toPeople, () => 500],
  ['a Passthru that answers 204', 'probe-passthru-status', 'error', toPeople, () => 204],
  [
    'a Passthru that redirects for good',
    'probe-passthru-status',
    'error',
    passthruBefore(),
    () => [301, '', {Location: 'https://bot.acme.in/passthru/'}],
  ],
  [
    'a Passthru that fails on the JSON form',
    'probe-passthru-status',
    'error',
    toPeople,
    (asked) => (asked.query.has('Stream') ? 500 : failedToPeople(asked)),
  ],
  [
    'a Passthru that reads the flat form alone',
    'probe-passthru-forms',
    'error',
    toPeople,
    ({query}) => (query.get('Stream[Status]') === 'failed' ? 302 : 200),
  ],
  [
    'a Passthru that reads the JSON form alone',
    'probe-passthru-forms',
    'error',
    toPeople,
    (asked) => (asked.query.has('Stream') ? failedToPeople(asked) : 200),
  ],
  [
    'a Passthru that changes its mind',
    'probe-passthru-repeat',
    'warning',
    toPeople,
    ({count}) => (count % 2 === 0 ? 200 : 302),
  ],
  [
    'a Passthru that answers 302 where nothing is chosen',
    'probe-passthru-unchosen',
    'error',
    passthruAfter(),
    failedToPeople,
  ],
  [
    'a Passthru before the bot that sends all calls away',
    'probe-passthru-unchosen',
    'error',
    passthruBefore(),
    () => 302,
  ],
  [
    'a Passthru that never takes its second branch',
    'probe-passthru-branch-not-seen',
    'info',
    toPeople,
    () => 200,
  ],
  [
    'a Passthru that never takes its first branch',
    'probe-passthru-branch-not-seen',
    'info',
    toPeople,
    () => 302,
  ],
  [
    'a Passthru behind a login',
    'probe-passthru-redirect',
    'info',
    toPeople,
    () => [302, '', {Location: '/login?next=passthru'}],
  ],
  [
    'a Passthru whose proxy wants https',
    'probe-passthru-redirect',
    'info',
    toPeople,
    ({request}) => [302, '', {Location: `https://${request.headers.host ?? ''}/bot`}],
  ],
  [
    'an async Passthru that is sent to another host',
    'probe-passthru-redirect',
    'info',
    passthruAfter({async: true}),
    () => [302, '', {Location: 'https://login.acme.in/'}],
  ],
  [
    'an async Passthru that fails',
    'probe-passthru-async',
    'warning',
    passthruAfter({async: true}),
    () => 500,
  ],
  [
    'an async Passthru that breaks off',
    'probe-passthru-async',
    'warning',
    passthruAfter({async: true}),
    () => 'break',
  ],
  ['a Connect URL that breaks off', 'probe-no-answer', 'error', connect, () => 'break'],
  ['a Connect URL that wants a login', 'probe-connect-status', 'error', connect, () => 401],
  ['a Connect URL with a page', 'probe-connect-json', 'error', connect, () => [200, html]],
  [
    'a Connect URL with a bare number',
    'probe-connect-json',
    'error',
    connect,
    () => [200, '+910000012345'],
  ],
  ['a Connect URL with JSON null', 'probe-connect-json', 'error', connect, () => [200, 'null']],
  [
    'a Connect URL with nobody',
    'probe-connect-numbers',
    'error',
    connect,
    () => [200, numbers([])],
  ],
  [
    'a Connect URL with a name',
    'probe-connect-numbers',
    'error',
    connect,
    () => [200, numbers(['+910000012345', 'Sales'])],
  ],
  ['a status callback that fails', 'probe-callback', 'warning', callback, () => 500],
  [
    'a status callback that takes JSON alone',
    'probe-callback',
    'warning',
    callback,
    ({request}) => (request.headers['content-type'] === 'application/json' ? 200 : 415),
  ],
  ['a status callback that breaks off', 'probe-callback', 'warning', callback, () => 'break'],
]

describe('of each faulty endpoint, one fault is found', () => {
  test.each(FAULTY)('%s: %s', async (_, id, severity, flow, answer) => {
    const {origin, clock} = await endpoint(answer)

    const {findings} = await probe(flow(`${origin}/bot`), {clock})

    expect(findings.map((finding) => [finding.id, finding.severity])).toEqual([[id, severity]])
  })
})

test('each rule has its faulty endpoint, or is about hosts that no test dials', () => {
  const ids = [...FAULTY.map(([, id]) => id), 'probe-dynamic-own-host', 'probe-dynamic-ws']

  expect(new Set(ids)).toEqual(new Set(Object.keys(PROBE_RULES)))
})

describe('a healthy endpoint is asked without a finding', () => {
  test.each<readonly [string, (url: string) => readonly unknown[], Answer]>([
    ['a dynamic URL', dynamic(), naming],
    [
      'a dynamic URL that makes a new path each time',
      dynamic(),
      ({count}) => [200, `{"url": "wss://bot.acme.in/media/${count}?sample-rate=8000"}`],
    ],
    [
      'a dynamic URL with the parameters of the flow',
      dynamic({sampleRate: 24000, parameters: {campaign: 'emi'}}),
      () => [200, named('?sample-rate=24000&campaign=emi')],
    ],
    ['a Passthru before the bot', passthruBefore(), () => 200],
    ['a Passthru that takes both branches', toPeople, failedToPeople],
    [
      'a Passthru that says where its second branch would be',
      toPeople,
      (asked) => [failedToPeople(asked) as number, '', {Location: '/people'}],
    ],
    ['a Passthru that may end the call', passthruAfter({on302: 'end'}), failedToPeople],
    ['an async Passthru with 202', passthruAfter({async: true}), () => 202],
    ['an async Passthru with 302', passthruAfter({async: true}), () => 302],
    [
      'a slow async Passthru',
      passthruAfter({async: true}),
      ({clock}) => {
        clock.jump(3000)
        return 200
      },
    ],
    ['a Connect URL', connect, () => [200, numbers(['+910000012345', 'sip:agent7'])]],
    ['a status callback', callback, () => 200],
  ])('%s', async (_, flow, answer) => {
    const {origin, clock, requests} = await endpoint(answer)

    const {findings, asked} = await probe(flow(`${origin}/bot`), {clock})

    expect(findings).toEqual([])
    expect(asked.flatMap(({problem = []}) => problem)).toEqual([])
    expect(requests.length).toBeGreaterThan(0)
  })

  test('that of exostream serve, with nothing above info', async () => {
    const server = await startServer({
      host: '127.0.0.1',
      port: 0,
      open: opensBot(sink, {clock: systemClock}),
      botName: 'test',
      clock: systemClock,
      log: silentLogger,
      version: '1.2.3',
      passthruRules: [{when: {'Stream[Status]': 'failed'}, answer: 302}],
    })
    onTestFinished(() => server.close())
    const origin = `http://127.0.0.1:${server.port}`

    const {findings, asked} = await probe([
      {id: 'before', passthru: {url: `${origin}/passthru`}},
      {id: 'bot', voicebot: {url: `${origin}/media?sample-rate=16000`, sampleRate: 16000}},
      {id: 'after', passthru: {url: `${origin}/passthru`, on200: 'hangup', on302: 'agents'}},
      'hangup',
      {id: 'agents', connect: {to: ['Sales']}},
    ])

    expect(findings).toEqual([])
    expect(asked.map(({question, status, branch}) => [question, status, branch])).toEqual([
      ['before the stream', 200, 'bot'],
      ['before the stream, again', 200, 'bot'],
      ['GET', 200, undefined],
      ['GET, another call', 200, undefined],
      ['POST', 200, undefined],
      ['completed, flat', 200, 'hangup'],
      ['completed, flat, again', 200, 'hangup'],
      ['completed, JSON', 200, 'hangup'],
      ['cancelled, flat', 200, 'hangup'],
      ['cancelled, JSON', 200, 'hangup'],
      ['failed, flat', 302, 'agents'],
      ['failed, JSON', 302, 'agents'],
    ])
  })
})

describe('what is asked', () => {
  test('is what Exotel tells of a stream that failed, in both forms', async () => {
    const {origin, requests} = await endpoint(failedToPeople)

    await probe(toPeople(`${origin}/passthru`))

    const failed = requests.filter((asked) => endOf(asked) === 'failed')
    const error =
      '3009 failed to establish ws conn dial tcp: lookup bot.acme.in on 10.1.0.2:53: no such host'
    expect(failed.map(({query}) => query.get('Stream[Error]'))).toEqual([error, null])
    expect(JSON.parse(failed[1]?.query.get('Stream') ?? '')).toMatchObject({
      Error: error,
      DisconnectedBy: 'NA',
      StreamUrl: STREAM,
    })
  })

  test('has no stream in it before the bot, and the digits behind a Gather', async () => {
    const {origin, requests} = await endpoint(() => 200)
    const applets = [
      {id: 'menu', gather: {maxDigits: 1}},
      ...passthruBefore()(`${origin}/passthru`),
    ]

    await probe(applets)

    expect(requests.map(({query}) => query.get('digits'))).toEqual(['"1"', '"1"'])
    expect(requests.flatMap(({query}) => [...query.keys()]).filter(isOfStream)).toEqual([])
  })

  test('is the same call where a question is put again, and another for the next ending', async () => {
    const {origin, requests} = await endpoint(failedToPeople)

    await probe(toPeople(`${origin}/passthru`))

    const sids = requests.map(({query}) => query.get('CallSid'))
    expect(sids[0]).toBe(sids[1])
    expect(new Set(sids).size).toBe(3)
  })

  test('carries the credentials of the URL, and nothing that is told has them', async () => {
    const {origin, requests} = await endpoint(() => 500)
    const url = `${origin.replace('//', '//bot:s3cr%40t@')}/bot?api_key=hidden7`

    const told = await probe([...dynamic()(url), {id: 'agents', connect: {url}}])

    const basic = `Basic ${Buffer.from('bot:s3cr@t').toString('base64')}`
    expect(requests.map(({request}) => request.headers.authorization)).toEqual([
      basic,
      basic,
      basic,
    ])
    expect(JSON.stringify(told)).not.toMatch(/s3cr|hidden7/)
  })

  test('of a Connect applet is a GET with the version of its parameters', async () => {
    const {origin, requests} = await endpoint(() => [200, numbers(['+910000012345'])])

    await probe(connect(`${origin}/connect`))

    const [{method, query, request} = {}] = requests as readonly Partial<Asked>[]
    expect([method, query?.has('CallSid'), request?.headers['exotel-version']]).toEqual([
      'GET',
      true,
      '1.0',
    ])
  })
})

const isOfStream = (name: string) => name.startsWith('Stream')

describe('a finding', () => {
  test('has the place of its field in the file', async () => {
    const {origin} = await endpoint(naming)

    const {findings} = await probe(dynamic({sampleRate: 16000})(`${origin}/bot`))

    expect(findings).toMatchObject([{path: 'applets[0].voicebot.sampleRate', line: 8}])
  })

  test('is told once of an endpoint that two applets ask', async () => {
    const {origin} = await endpoint(() => 503)
    const url = `${origin}/passthru`

    const {findings} = await probe([
      {id: 'before', passthru: {url}},
      {id: 'bot', voicebot: {url: STREAM}},
      {id: 'after', passthru: {url, on200: 'end'}},
    ])

    expect(findings.map(({id, path}) => [id, path])).toEqual([
      ['probe-passthru-status', 'applets[0].passthru.url'],
    ])
  })

  test('of a redirect names where it leads, without its secrets', async () => {
    const {origin} = await endpoint(() => [
      302,
      '',
      {Location: 'https://k:s3cr@acme.in/?token=hidden7'},
    ])

    const {findings} = await probe(toPeople(`${origin}/passthru`))

    expect(findings[0]?.summary).toContain('a redirect to https://acme.in/?token=***;')
    expect(JSON.stringify(findings)).not.toMatch(/s3cr|hidden7/)
  })

  test('of a redirect for good names where it leads', async () => {
    const {origin} = await endpoint(() => [301, '', {Location: 'https://acme.in/?token=hidden7'}])

    const {findings} = await probe(toPeople(`${origin}/passthru`))

    expect(findings[0]?.summary).toContain(
      '301, a redirect to "https://acme.in/?token=***"; Exotel',
    )
  })

  test('of a login that is wanted does not advise a secret in the query, which check would find', async () => {
    const {origin} = await endpoint(() => 401)

    const {findings} = await probe(toPeople(`${origin}/passthru`))

    expect(findings[0]?.fix).toContain('hello@exotel.com')
    expect(findings[0]?.fix).not.toContain('secret')
  })

  test('shows no control characters of what the network said', async () => {
    const {origin} = await endpoint(() => [
      301,
      '',
      {Location: 'https://x\u0085y\u009b31m.acme.in/'},
    ])

    const {findings} = await probe(toPeople(`${origin}/passthru`))

    expect(findings[0]?.summary).toContain('a redirect to')
    expect(JSON.stringify(findings)).not.toMatch(/[\u0080-\u009f]/)
  })
})

test('a probe that is aborted keeps what it found, judges no branch unseen, and asks nothing more', async () => {
  const stop = new AbortController()
  const {origin, requests} = await endpoint(({count}) => {
    if (count === 2) stop.abort()
    return 200
  })

  const probed = await probe(toPeople(`${origin}/passthru`), {signal: stop.signal})

  expect(probed).toMatchObject({isInterrupted: true, findings: []})
  const answers = probed.asked.map(({question, status, notAsked}) => [question, status ?? notAsked])
  expect(answers.slice(1)).toEqual([
    ['completed, flat', 200],
    ['completed, flat, again', 200],
    ['completed, JSON', 'interrupted before its answer'],
  ])
  expect(requests).toHaveLength(3)
})

test('each question is told before it is answered', async () => {
  const told: string[] = []
  const {origin} = await endpoint((asked) => {
    told.push(`${asked.method} came`)
    return naming(asked)
  })

  await probe(dynamic()(`${origin}/bot`), {
    on: ({path, question}) => {
      told.push(`${path} ${question}`)
    },
  })

  expect(told).toEqual([
    'applets[0].voicebot.url GET',
    'GET came',
    'applets[0].voicebot.url GET, another call',
    'GET came',
    'applets[0].voicebot.url POST',
    'POST came',
  ])
})

test('a host of the own network is not asked unless the flow is tried there', async () => {
  const {origin, requests} = await endpoint(naming)

  const {findings, asked} = await probe(dynamic()(`${origin}/bot`), {isLocal: false})

  expect({findings, requests}).toEqual({findings: [], requests: []})
  expect(asked).toEqual([
    {
      path: 'applets[0].voicebot.url',
      url: `${origin}/bot`,
      notAsked: 'its host is of your own network; with --local it is asked',
    },
  ])
})
