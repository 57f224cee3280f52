import {describe, expect, test} from 'vitest'

import type {DoctorReport} from '../../../src/doctor/doctor-report.js'
import {exotelError, goWords} from '../../../src/stream/exotel/go-words.js'
import {examine} from '../../rig/doctor/examine.js'
import {
  goodBot,
  jumpingClock,
  onFirstBytes,
  type Reply,
  servingHttp,
  upgrading,
} from '../../rig/doctor/http-servers.js'

const ONLY = ['answer', 'open-time', 'credentials', 'upgrade']

const httpOf = (port: number, path = '/bot') => `http://127.0.0.1:${String(port)}${path}`

const failures = (report: DoctorReport) =>
  report.checks.filter(({status}) => status === 'fail').map(({id}) => id)

const answering = ({status, headers, body = ''}: Reply) =>
  servingHttp((_request, response) => {
    response.writeHead(status, headers).end(body)
  })

const MALFORMED = exotelError(goWords.badUrl())

const ofStatus = (status: number) => ({status, body: ''})

const DYNAMIC_FAULTS: readonly {
  readonly name: string
  readonly reply: Reply
  readonly says: RegExp
  readonly fix: RegExp
  /** Of a URL that Exotel gets, and fails to dial. */
  readonly exotelError?: string
}[] = [
  {name: '404', reply: ofStatus(404), says: /answered 404, not 200/, fix: /\/voicebot-url/},
  {name: '500', reply: ofStatus(500), says: /answered 500/, fix: /own log/},
  {name: '502', reply: ofStatus(502), says: /answered 502/, fix: /Start the program/},
  {name: '401', reply: ofStatus(401), says: /answered 401/, fix: /without a login/},
  {name: '405', reply: ofStatus(405), says: /answered 405/, fix: /answer GET/},
  {name: '426', reply: ofStatus(426), says: /WebSocket endpoint/, fix: /write wss:\/\//},
  {name: '429', reply: ofStatus(429), says: /answered 429/, fix: /limit/},
  {name: '418', reply: ofStatus(418), says: /answered 418/, fix: /200 and JSON/},
  {
    name: 'a redirect',
    reply: {status: 302, headers: {Location: 'https://bot.example/new'}},
    says: /a redirect to "https:\/\/bot\.example\/new"/,
    fix: /URL that it redirects to/,
  },
  {
    name: 'a page',
    reply: {status: 200, body: '<html>Welcome</html>'},
    says: /XML or HTML/,
    fix: /Answer with JSON/,
  },
  {
    name: 'text',
    reply: {status: 200, body: 'wss://bot.example/media'},
    says: /not a JSON object/,
    fix: /nothing but this object/,
  },
  {
    name: 'JSON without url',
    reply: {status: 200, body: '{"stream_url":"wss://bot.example/media"}'},
    says: /it has "stream_url", which Exotel does not read/,
    fix: /under the key "url"/,
  },
  {
    name: 'an http URL',
    reply: {status: 200, body: '{"url":"https://bot.example/media"}'},
    says: /is to be ws:\/\/ or wss:\/\//,
    fix: /wss:\/\/ in place of https:\/\//,
    exotelError: MALFORMED,
  },
  {
    name: 'a URL that cannot be dialled',
    reply: {status: 200, body: '{"url":"bot.example/media"}'},
    says: /cannot be dialled/,
    fix: /whole URL/,
    exotelError: MALFORMED,
  },
]

describe('a dynamic URL', () => {
  test.each(DYNAMIC_FAULTS)('that answers with $name is the one root cause', async (fault) => {
    const report = await examine(httpOf(await answering(fault.reply)))

    expect(failures(report)).toEqual(['dynamic-answer'])
    expect(report.rootCause).toBe('dynamic-answer')
    expect(report.summary).toMatch(fault.says)
    expect(report.fix).toMatch(fault.fix)
    expect(report.exotelError).toBe(fault.exotelError)
    expect(report.checks.find(({id}) => id === 'open-time')?.status).toBe('skip')
  })

  test.each([404, 426, 400])(
    'that is a WebSocket bot, which answers a plain GET with %i, is the one root cause',
    async (status) => {
      const bot = await goodBot({plainStatus: status})

      const report = await examine(httpOf(bot.port, '/media'), {target: {isLocal: true}})

      expect(failures(report)).toEqual(['dynamic-answer'])
      expect(report.summary).toContain(
        `a WebSocket bot answers at 127.0.0.1:${String(bot.port)}: write ws:// in place of http://`,
      )
      expect(report.fix).toBe(
        `Try this URL:\nws://127.0.0.1:${String(bot.port)}/media?sample-rate=8000`,
      )
    },
  )

  test('that is asked for a WebSocket, and never answers that, is explained by its status', async () => {
    const clock = jumpingClock()
    const port = await upgrading(() => {
      clock.jump(2000)
    })

    const report = await examine(httpOf(port), {world: {clock}, deadlineMs: 60_000})

    expect(failures(report)).toEqual(['dynamic-answer'])
    expect(report.summary).toContain('answered 404')
  })

  test('that does not answer in time is the one root cause', async () => {
    const clock = jumpingClock()
    const port = await servingHttp(() => {
      clock.jump(10_000)
    })

    const report = await examine(httpOf(port), {world: {clock}, deadlineMs: 60_000})

    expect(failures(report)).toEqual(['dynamic-answer'])
    expect(report.summary).toContain('did not answer within 10 s')
    expect(report.exotelError).toBeUndefined()
  })

  test('that closes without an answer is the one root cause', async () => {
    const port = await onFirstBytes((socket) => socket.end())

    const report = await examine(httpOf(port))

    expect(failures(report)).toEqual(['dynamic-answer'])
    expect(report.fix).toContain('own log')
    expect(report.exotelError).toBeUndefined()
  })

  test('leads on to the stream that it names', async () => {
    const bot = await goodBot()
    const url = `ws://127.0.0.1:${String(bot.port)}/media?sample-rate=16000&token=s3cret`
    const port = await answering({status: 200, body: JSON.stringify({url})})

    const report = await examine(httpOf(port), {only: ONLY})

    expect(report.checks.map(({id, status}) => `${id} ${status}`)).toEqual([
      'dynamic-answer pass',
      'open-time pass',
      'credentials pass',
      'upgrade pass',
    ])
    expect(bot.requests[0]?.url).toBe('/media?sample-rate=16000&token=s3cret')
    expect(JSON.stringify(report)).not.toContain('s3cret')
  })

  test('that takes more than a second is a warning, and leads on', async () => {
    const clock = jumpingClock()
    const bot = await goodBot()
    const port = await servingHttp((_request, response) => {
      clock.jump(1500)
      response.end(JSON.stringify({url: `ws://127.0.0.1:${String(bot.port)}/media`}))
    })

    const report = await examine(httpOf(port), {only: ONLY, world: {clock}})

    expect(report.checks.map(({status}) => status)).toEqual(['warn', 'pass', 'pass', 'pass'])
    expect(report.checks[0]?.summary).toMatch(/took 15\d\d ms/)
  })

  test('is asked with the headers that were given, and the one for credentials only once', async () => {
    const seen: (string | undefined)[] = []
    const port = await servingHttp((request, response) => {
      const isUpgrade = request.headers.upgrade !== undefined
      if (!isUpgrade) seen.push(request.headers['x-tenant']?.toString())
      response.writeHead(404).end()
    })

    await examine(httpOf(port), {only: ONLY, target: {headers: {'X-Tenant': 'one'}}})
    const both = await examine(httpOf(port).replace('//', '//key:token@'), {
      only: ONLY,
      target: {headers: {Authorization: 'Bearer other'}},
    })

    expect(seen).toEqual(['one'])
    expect(both.fix).toContain('Leave the Authorization out of --header')
  })
})

const PASSTHRU_FAULTS = [
  {status: 500, fix: /both are to be read/},
  {status: 404, fix: /\/passthru/},
  {status: 301, fix: /takes only 302/},
  {status: 403, fix: /without a login/},
  {status: 405, fix: /answer GET/},
  {status: 502, fix: /Start the program/},
  {status: 204, fix: /no other status/},
] as const

describe('a Passthru URL', () => {
  const examinePassthru = (port: number, given: Parameters<typeof examine>[1] = {}) =>
    examine(undefined, {...given, only: ['answer'], target: {passthru: httpOf(port)}})

  test.each(PASSTHRU_FAULTS)('that answers $status is the one root cause', async (fault) => {
    const port = await answering(ofStatus(fault.status))

    const report = await examine(undefined, {target: {passthru: httpOf(port)}})

    expect(failures(report)).toEqual(['passthru-answer'])
    expect(report.summary).toContain(`answered ${String(fault.status)} to the flat form`)
    expect(report.fix).toMatch(fault.fix)
    expect(report.exotelError).toBeUndefined()
  })

  test('that breaks on the JSON form alone is the one root cause', async () => {
    const port = await servingHttp((request, response) => {
      response.writeHead(request.url?.includes('Stream=') ? 500 : 200).end()
    })

    const report = await examine(undefined, {target: {passthru: httpOf(port)}})

    expect(failures(report)).toEqual(['passthru-answer'])
    expect(report.summary).toContain('answered 500 to the JSON form')
  })

  test('that refuses the connection is the one root cause', async () => {
    const port = await onFirstBytes((socket) => socket.resetAndDestroy())

    const report = await examine(undefined, {target: {passthru: httpOf(port)}})

    expect(failures(report)).toEqual(['passthru-answer'])
    expect(report.fix).toContain('Let the endpoint answer GET')
  })

  test.each([200, 302])('is well with %i for both forms, however often', async (status) => {
    const report = await examinePassthru(await answering(ofStatus(status)))

    expect(report.checks.map((check) => check.status)).toEqual(['pass'])
    expect(report.checks[0]?.summary).toContain(
      `chose branch ${status === 200 ? 'A (200)' : 'B (302)'} for both forms`,
    )
    expect(report.checks[0]?.detail).toContain('Stream[Status]=completed')
  })

  test('that chooses another branch for the JSON form is a warning', async () => {
    const port = await servingHttp((request, response) => {
      response.writeHead(request.url?.includes('Stream=') ? 302 : 200).end()
    })

    const report = await examinePassthru(port)

    expect(report.checks[0]).toMatchObject({status: 'warn'})
    expect(report.checks[0]?.summary).toContain(
      'branch A (200) for the flat form and B (302) for the JSON',
    )
  })

  test('that answers the same question differently is a warning', async () => {
    const flat: string[] = []
    const port = await servingHttp((request, response) => {
      const isAgain = flat.length > 0 && !request.url?.includes('Stream=')
      flat.push(request.url ?? '')
      response.writeHead(isAgain ? 302 : 200).end()
    })

    const report = await examinePassthru(port)

    expect(report.checks[0]?.summary).toContain('asked the same again')
    expect(new Set([flat[0], flat[2]].map(sidOf)).size).toBe(1)
  })

  test('that takes more than a second is a warning', async () => {
    const clock = jumpingClock()
    const port = await servingHttp((_request, response) => {
      clock.jump(1100)
      response.end()
    })

    const report = await examinePassthru(port, {world: {clock}})

    expect(report.checks[0]?.status).toBe('warn')
    expect(report.checks[0]?.summary).toMatch(/took 11\d\d ms/)
  })
})

const sidOf = (url: string | undefined) =>
  new URL(url ?? '', 'http://localhost').searchParams.get('CallSid')
