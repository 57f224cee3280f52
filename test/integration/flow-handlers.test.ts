import {once} from 'node:events'
import {writeFileSync} from 'node:fs'
import {type IncomingMessage, request} from 'node:http'
import {join} from 'node:path'

import {beforeAll, describe, expect, test} from 'vitest'

import {systemClock} from '../../src/clock.js'
import {checkFlow} from '../../src/flow/check/check-flow.js'
import {readFlow} from '../../src/flow/format/flow-reader.js'
import {USUAL_AUTH} from '../../src/flow/make-flow.js'
import {renderHandler} from '../../src/flow/print/handler/handler.js'
import type {Printing} from '../../src/flow/print/printing.js'
import {probeFlow} from '../../src/flow/probe/probe.js'
import {localPrinting, printingOf} from '../rig/flow-printing.js'
import {emptyFolder, type Ended, start} from '../rig/run-cli.js'

const LANGS = ['js', 'python'] as const

const FILES = {js: 'handler.mjs', python: 'handler.py'} as const
const PROGRAMS = {js: process.execPath, python: 'python3'} as const

const callSid = 'c8961ab2fa675ddac2d7b8974c25201m'

function save(
  printing: Printing,
  edit: Edit = (text) => text,
): {readonly run: (env: Env) => ReturnType<typeof start>} {
  const folder = emptyFolder()
  const file = join(folder, FILES[printing.lang])
  writeFileSync(file, edit(renderHandler(printing)))
  return {
    run: (env) => start(PROGRAMS[printing.lang], [file], {cwd: folder, env: {PORT: '0', ...env}}),
  }
}

type Env = Readonly<Record<string, string>>
type Edit = (text: string) => string
type Handler = {
  readonly origin: string
  ask(path: string, init?: RequestInit): Promise<{status: number; body: string}>
  end(signal: NodeJS.Signals): Promise<Ended>
}

/** The handler as it is printed, running until it is ended, or the tests of this file are. */
async function handle(printing: Printing, env: Env = {}, edit?: Edit): Promise<Handler> {
  const running = save(printing, edit).run(env)
  const said = await running.said(/^listening on .*\n/m)
  const [origin = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? []
  return {
    origin,
    async ask(path, init) {
      const response = await fetch(`${origin}${path}`, {redirect: 'manual', ...init})
      return {status: response.status, body: await response.text()}
    },
    end(signal) {
      running.kill(signal)
      return running.ended
    },
  }
}

const form = (text: string): RequestInit => ({
  method: 'POST',
  headers: {'content-type': 'application/x-www-form-urlencoded'},
  body: text,
})
const json = (value: unknown): RequestInit => ({
  method: 'POST',
  headers: {'content-type': 'application/json'},
  body: typeof value === 'string' ? value : JSON.stringify(value),
})

/** What a WebSocket is answered there. */
async function openingOf(url: string): Promise<number | undefined> {
  const headers = {Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13'}
  const asking = request(url, {
    headers: {...headers, 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ=='},
  })
  asking.end()
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode
}

const FLOWS: readonly (readonly [name: string, flow: (origin: string) => string])[] = [
  [
    'a Voicebot between two Passthru applets, with people behind 302',
    (origin) => `
name: sales calls
applets:
  - id: before
    passthru: {url: "${origin}/passthru"}
  - id: bot
    voicebot: {url: "wss://bot.acme.in/media", sampleRate: 16000, parameters: {campaign: emi}}
  - id: after
    passthru: {url: "${origin}/passthru", on200: end, on302: agents}
  - id: agents
    connect: {to: [Sales]}
`,
  ],
  [
    'a dynamic URL, and two Passthru URLs',
    (origin) => `
name: by call
applets:
  - id: before
    passthru: {url: "${origin}/hooks/before"}
  - id: bot
    voicebot: {url: "${origin}/hooks/where", sampleRate: 8000, parameters: {campaign: emi, tier: "1"}}
  - id: after
    passthru: {url: "${origin}/hooks/after", on200: hangup, on302: agents}
  - hangup
  - id: agents
    connect: {to: [Sales]}
`,
  ],
  [
    'a Stream that listens to two people, and news of it',
    (origin) => `
name: listening
applets:
  - id: ear
    stream: {url: "${origin}/where", sampleRate: 8000}
  - id: people
    connect: {to: [Sales]}
  - id: after
    passthru: {url: "${origin}/passthru", async: true}
  - hangup
`,
  ],
]

describe.each(LANGS)('the printed handler in %s', (lang) => {
  const printed = (more: Parameters<typeof printingOf>[0] = {}) => printingOf(more, {lang})

  /** For questions that leave nothing behind, or each its own call. */
  let shared: Handler
  beforeAll(async () => {
    shared = await handle(printed())
  })

  test.each(FLOWS)('passes check and probe: %s', async (_name, flowAt) => {
    const {flow} = readFlow(flowAt('https://bot.acme.in'), 'flow.yaml')
    const {origin} = await handle({...printed(), flow}, {STREAM_URL: 'wss://bot.acme.in/media'})

    const read = readFlow(flowAt(origin), 'flow.yaml')
    const {signal} = new AbortController()
    const probed = await probeFlow(read, {clock: systemClock, signal, isLocal: true})

    const findings = [...checkFlow(read, {isLocal: true}), ...probed.findings]
    expect(findings.filter(({severity}) => severity !== 'info')).toEqual([])
    expect(probed.asked.filter(({status}) => status !== undefined)).not.toEqual([])
  })

  test('answers the URL of a stream with its rate, its parameters and the CallSid', async () => {
    const {ask} = await handle(printed({sampleRateHz: 16_000}))

    const answers = [
      await ask(`/voicebot-url?CallSid=${callSid}`),
      await ask('/voicebot-url', form(`CallSid=${callSid}`)),
      await ask('/voicebot-url', json({CallSid: callSid})),
    ]

    const url = `wss://bot.acme.in/media?sample-rate=16000&campaign=emi&CallSid=${callSid}`
    for (const {body} of answers) expect(JSON.parse(body)).toEqual({url})
  })

  test.each([
    [{a: '1', b: '2', c: '3'}, 'a=1&b=2&c=3'],
    [{a: 'x'.repeat(240)}, `a=${'x'.repeat(240)}`],
  ])('leaves the CallSid out where Exotel takes no more: %#', async (parameters, query) => {
    const {ask} = await handle(printed({parameters}))

    const {body} = await ask(`/voicebot-url?CallSid=${callSid}`)

    expect(JSON.parse(body)).toEqual({url: `wss://bot.acme.in/media?sample-rate=8000&${query}`})
  })

  test.each(['a b', 'x'.repeat(200), '../..&url=ws://evil', '\u001b[2J'])(
    'puts no CallSid into the URL that is none: %j',
    async (text) => {
      const {ask} = shared

      const {body} = await ask(`/voicebot-url?CallSid=${encodeURIComponent(text)}`)

      expect(JSON.parse(body)).toEqual({
        url: 'wss://bot.acme.in/media?sample-rate=8000&campaign=emi',
      })
    },
  )

  test('takes the URL of the stream from STREAM_URL, and adds what it does not name', async () => {
    const {ask} = await handle(localPrinting({}, {lang}), {
      STREAM_URL: 'wss://bot.acme.in/two?sample_rate=24000&campaign=own',
    })

    const {body} = await ask('/voicebot-url')

    expect(JSON.parse(body)).toEqual({
      url: 'wss://bot.acme.in/two?sample_rate=24000&campaign=own',
    })
  })

  test.each([
    ['the flow', printed(), {}, '/media'],
    ['STREAM_URL', localPrinting({}, {lang}), {STREAM_URL: 'wss://bot.acme.in/two'}, '/two'],
    ['a URL without a path', localPrinting({}, {lang}), {STREAM_URL: 'wss://bot.acme.in'}, '/'],
  ])(
    'answers the dynamic URL also where the stream is, by %s, and no stream',
    async (_name, printing, env, path) => {
      const {ask, origin} = await handle(printing, env)

      expect(await ask(`${path}?CallSid=${callSid}`)).toEqual(
        await ask(`/voicebot-url?CallSid=${callSid}`),
      )
      expect((await ask(path)).status).toBe(200)
      expect(await openingOf(`${origin}${path}`)).toBe(404)
    },
  )

  test('gives a Passthru and a dynamic URL of one path both what they need', async () => {
    const url = 'https://bot.acme.in/exotel'
    const passthru = {before: {url}, after: {url}}
    const {ask} = await handle(printed({url, passthru}), {STREAM_URL: 'wss://bot.acme.in/media'})

    const before = await ask(`/exotel?CallSid=${callSid}`)
    const after = await ask(`/exotel?CallSid=${callSid}&Stream[StreamSID]=a&Stream[Status]=failed`)

    expect(before.status).toBe(200)
    expect(JSON.parse(before.body)).toEqual({
      url: `wss://bot.acme.in/media?sample-rate=8000&campaign=emi&CallSid=${callSid}`,
    })
    expect(after.status).toBe(302)
  })

  test.each(['flow_id', 'FLOW_ID', 'flowId', 'Flow_Id'])(
    'lets the decision find a field as Exotel writes it, and otherwise: %s',
    async (name) => {
      const [head, lines] = {
        js: [
          /^function decide.*\n/m,
          `if (fields.get('${name}') === '42' && fields.has('${name}')) return 302\n`,
        ],
        python: [
          /^def decide.*\n/m,
          `if fields.get("${name}") == "42" and "${name}" in fields: return 302\n`,
        ],
      }[lang] as [RegExp, string]
      const {ask} = await handle(printed(), {}, (text) =>
        text.replace(head, (line) => `${line}    ${lines}`),
      )

      expect((await ask('/passthru?CallSid=1&flow_id=42')).status).toBe(302)
      expect((await ask('/passthru?CallSid=2&flow_id=41')).status).toBe(200)
    },
  )

  test('puts the credentials into the URL, percent-encoded, and into no line of the log', async () => {
    const {ask, end} = await handle(printed({auth: USUAL_AUTH}), {
      BOT_KEY: 'k@y',
      BOT_TOKEN: 't/k:$&n',
    })

    const {body} = await ask(`/voicebot-url?CallSid=${callSid}&token=S3CRET`)

    expect(JSON.parse(body)).toEqual({
      url: `wss://k%40y:t%2Fk%3A%24%26n@bot.acme.in/media?sample-rate=8000&campaign=emi&CallSid=${callSid}`,
    })
    const {stdout, stderr} = await end('SIGTERM')
    expect(stdout).toContain(`GET /voicebot-url 200 call=${callSid}\n`)
    expect(stdout + stderr).not.toMatch(/k@y|k%40y|t%2Fk|S3CRET/)
  })

  const STREAM = {Duration: '0', DisconnectedBy: 'NA'}
  test.each([
    ['before the stream', {}, 200],
    ['completed', {...STREAM, StreamSID: 'a1', Status: 'completed'}, 200],
    ['cancelled', {...STREAM, StreamSID: 'a2', Status: 'cancelled'}, 200],
    ['failed', {...STREAM, StreamSID: 'a3', Status: 'failed'}, 302],
    [
      'in error, whatever its status',
      {...STREAM, StreamSID: 'a4', Status: 'completed', Error: '3009 no'},
      302,
    ],
  ])('chooses the same in every form: %s', async (_name, stream, status) => {
    const flat = new URLSearchParams(
      Object.entries(stream).map(([name, text]): [string, string] => [`Stream[${name}]`, text]),
    ).toString()
    const text = encodeURIComponent(JSON.stringify(stream))
    const inJson = flat === '' ? '' : `&Stream=${text}`
    const {ask} = shared

    const answers = [
      await ask(`/passthru?CallSid=1&${flat}`),
      await ask(`/passthru?CallSid=2${inJson}`),
      await ask('/passthru', form(`CallSid=3&${flat}`)),
      await ask('/passthru', form(`CallSid=4${inJson}`)),
      await ask('/passthru', json({CallSid: '5', ...(inJson === '' ? {} : {Stream: stream})})),
    ]

    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => status))
  })

  test('answers 200 to a stream that failed where 302 leads nowhere', async () => {
    const {ask} = await handle(printed({afterwards: 'hangup'}))

    const {status} = await ask('/passthru?CallSid=1&Stream[Status]=failed')

    expect(status).toBe(200)
  })

  test('answers the same call and stream as before, and another by itself', async () => {
    const {ask} = shared
    const asked = (stream: string, status: string) =>
      ask(`/passthru?CallSid=${callSid}&Stream[StreamSID]=${stream}&Stream[Status]=${status}`)

    const statuses = [
      (await asked('s1', 'failed')).status,
      (await asked('s1', 'completed')).status,
      (await asked('s2', 'completed')).status,
    ]

    expect(statuses).toEqual([302, 302, 200])
  })

  test.each([
    ['a long body', '/passthru', form('x'.repeat(70_000)), 413],
    ['broken JSON', '/passthru', json('{"CallSid":'), 400],
    ['JSON that is no object', '/passthru', json('[1]'), 400],
    ['an unknown path', '/', {}, 404],
    ['a path below', '/passthru/x', {}, 404],
    ['HEAD', '/passthru', {method: 'HEAD'}, 405],
    ['PUT', '/voicebot-url', {method: 'PUT', body: 'x'}, 405],
    ['health', '/health', {}, 200],
  ])('answers %s', async (_name, path, init, status) => {
    const {ask} = shared

    expect(await ask(path, init)).toMatchObject({status})
    expect(await ask('/health')).toMatchObject({status: 200})
  })

  test('outlives a caller that goes away half-way', async () => {
    const {ask, origin} = shared
    await new Promise<void>((resolve) => {
      const asking = request(`${origin}/passthru`, {method: 'POST', headers: {'content-length': 9}})
      asking.on('error', () => {
        resolve()
      })
      asking.flushHeaders()
      asking.once('socket', (socket) => {
        socket.once('connect', () => asking.destroy(new Error('gone')))
      })
    })

    expect(await ask('/health')).toMatchObject({status: 200})
  })

  test('logs one line a request, with four digits of a number and nothing that moves a cursor', async () => {
    const {ask, end} = await handle(printed())
    await ask(
      `/passthru?CallSid=${callSid}&CallFrom=%2B919876543210&Stream[Status]=%1b[2J%0aforged`,
    )
    await ask('/9876543210/%1b')

    const {stdout} = await end('SIGINT')

    const lines = stdout.trimEnd().split('\n').slice(1)
    expect(lines.map((line) => line.replace(/^\S+ /, ''))).toEqual([
      `GET /passthru 200 call=${callSid} from=---------3210 stream=??2J?forged`,
      'GET /******3210/%1b 404',
    ])
  })

  test('answers 500 where the decision breaks, says why, and goes on', async () => {
    const broken = {js: 'throw new Error("no database")', python: 'raise OSError("no database")'}
    const head = {js: /^function decide.*\n/m, python: /^def decide.*\n/m}[lang]
    const {ask, end} = await handle(printed(), {}, (text) =>
      text.replace(head, (line) => `${line}    ${broken[lang]}\n`),
    )

    expect(await ask('/passthru')).toMatchObject({status: 500})
    expect(await ask('/voicebot-url')).toMatchObject({status: 200})
    expect((await end('SIGTERM')).stderr).toMatch(/^.*Error.*no database.*\n$/)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('ends well on %s', async (signal) => {
    const {end} = await handle(printed())

    expect(await end(signal)).toMatchObject({exit: 0, signal: null, stderr: ''})
  })

  test.each<[string, Printing, Env, RegExp]>([
    ['the URL', localPrinting({}, {lang}), {}, /^STREAM_URL is not set/],
    [
      'the stream of a dynamic URL',
      printed({url: 'https://bot.acme.in/where'}),
      {},
      /^STREAM_URL is/,
    ],
    ['a stream URL', printed(), {STREAM_URL: 'https://bot.acme.in'}, /^STREAM_URL has to be a wss/],
    [
      'a host',
      localPrinting({}, {lang}),
      {STREAM_URL: 'wss://your-ip/media'},
      /host of your bot: "your-ip" is none/,
    ],
    [
      'a host of yours',
      localPrinting({}, {lang}),
      {STREAM_URL: 'wss://bot.example.com/media'},
      /host of your bot/,
    ],
    [
      'a tunnel of yours',
      localPrinting({}, {lang}),
      {STREAM_URL: 'wss://your-ngrok.ngrok-free.app/'},
      /host of your bot/,
    ],
    [
      'a filled host',
      localPrinting({}, {lang}),
      {STREAM_URL: 'wss://K3Y@{host}/media'},
      /^STREAM_URL has to/,
    ],
    ['the dots', localPrinting({}, {lang}), {STREAM_URL: 'wss://...'}, /^STREAM_URL has to/],
    [
      'the credentials',
      printed({auth: USUAL_AUTH}),
      {BOT_KEY: 'K3Y'},
      /^BOT_KEY and BOT_TOKEN are not/,
    ],
    ['a port', printed(), {PORT: 'http'}, /^PORT has to be a number/],
  ])('does not start without %s', async (_name, printing, env, says) => {
    const {exit, stdout, stderr} = await save(printing).run(env).ended

    expect(exit).not.toBe(0)
    expect(stderr).toMatch(says)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stdout + stderr).not.toContain('K3Y')
  })

  test('says which port is taken', async () => {
    const {origin} = shared

    const {exit, stderr} = await save(printed()).run({PORT: new URL(origin).port}).ended

    expect(exit).not.toBe(0)
    expect(stderr).toMatch(/^It cannot listen on /)
  })
})
