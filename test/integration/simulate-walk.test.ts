import {readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {describe, expect, test, vi} from 'vitest'

import {type FlowStep, type RunReport, simulateCall} from '../../src/index.js'
import {prepare} from '../../src/simulation.js'
import {openWorkspace} from '../../src/workspace.js'
import {bot, deadUrl, endpoint, file, pathIn} from '../rig/flow-world.js'

const SHORT = 'version: 1\nname: short\nsteps: [{wait: {ms: 200}}, {hangUp: stop}]\n'
const PATIENT = 'version: 1\nname: patient\nsteps: [{wait: {ms: 20000}}, {hangUp: stop}]\n'

type Wish = {
  readonly endsAt?: string
  readonly digits?: string
  readonly streamFails?: readonly string[]
  readonly dataDir?: string
  readonly host?: string
  readonly limitMs?: number
  readonly scenario?: string
  readonly url?: string
  readonly bot?: string
  readonly form?: 'flat' | 'json'
  readonly out?: string
  readonly signal?: AbortSignal
  readonly onStep?: (step: FlowStep) => void
}

let flows = 0

async function walk(applets: readonly unknown[], wish: Wish = {}): Promise<RunReport> {
  const {scenario = SHORT, url, bot: botName, out, dataDir, signal, onStep, ...ofFlow} = wish
  flows += 1
  const flowFile = await file(
    `flow-${String(flows)}.yaml`,
    JSON.stringify({name: 'sales', applets}),
  )
  const prepared = await prepare({
    flow: {file: flowFile, ...ofFlow},
    scenarios: [await file(`scenario-${String(flows)}.yaml`, scenario)],
    url,
    bot: botName,
    out,
    dataDir,
    isCi: true,
    seed: 7,
    signal: signal ?? new AbortController().signal,
  })
  const {report} = await prepared.run(onStep ? {onStep} : {})
  return report
}

const stepsOf = ({flows: [only] = []}: RunReport) =>
  only?.steps.map(({applet, kind, branch, next}) =>
    [applet, kind === applet ? '' : kind, branch ?? '', next ?? ''].filter(Boolean).join(' '),
  )
const walkOf = ({flows: [only] = []}: RunReport) => only

/** Passthru before, a Voicebot, a Passthru behind it, and the two ways on. */
function usual(urls: {readonly http: string; readonly ws: string}) {
  return [
    {id: 'before', passthru: {url: `${urls.http}/before`, on200: 'bot', on302: 'agents'}},
    {id: 'bot', voicebot: {url: urls.ws, sampleRate: 8000, parameters: {campaign: 'emi'}}},
    {id: 'after', passthru: {url: `${urls.http}/after`, on200: 'hangup', on302: 'agents'}},
    {id: 'hangup', hangup: null},
    {id: 'agents', connect: {to: ['Sales']}},
  ]
}

describe('the Passthru before the bot', () => {
  test('leads to the bot with 200, knows no stream yet, and shares its CallSid with it', async () => {
    const {url: ws, calls} = await bot('closes')
    const {url: http, asked} = await endpoint({'/before': 200, '/after': 200})

    const report = await walk(usual({http, ws}), {endsAt: 'hangup'})

    expect(report).toMatchObject({verdict: 'pass', flows: [{outcome: 'completed'}]})
    expect(stepsOf(report)).toEqual([
      'before passthru A bot',
      'bot voicebot after',
      'after passthru A hangup',
      'hangup',
    ])
    expect([...(asked[0]?.query.keys() ?? [])].some((key) => key.startsWith('Stream'))).toBe(false)
    expect(calls).toEqual([{sampleRateHz: 8000, parameters: {campaign: 'emi'}}])
    const sids = new Set([
      ...asked.map(({query}) => query.get('CallSid')),
      report.calls[0]?.callSid,
      walkOf(report)?.callSid,
    ])
    expect(sids.size).toBe(1)
  })

  test('leads past the bot with 302, which fails a walk that did not say so', async () => {
    const {url: ws, calls} = await bot('closes')
    const {url: http} = await endpoint({'/before': 302, '/after': 200})

    const report = await walk(usual({http, ws}))

    expect(stepsOf(report)).toEqual(['before passthru B agents', 'agents connect end'])
    expect(calls).toEqual([])
    expect(report.verdict).toBe('fail')
    expect(walkOf(report)).toMatchObject({
      endedAt: 'agents',
      failure: {
        code: 'EXO_FLOW_NO_STREAM',
        message: expect.stringContaining('before → agents') as string,
      },
    })
  })

  test('leads past the bot with 302, as a walk that is to end there wants it', async () => {
    const {url: ws} = await bot('closes')
    const {url: http} = await endpoint({'/before': 302})

    const report = await walk(usual({http, ws}), {endsAt: 'agents'})

    expect(report).toMatchObject({verdict: 'pass', calls: [], flows: [{endedAt: 'agents'}]})
  })

  test('ends the call with 302 where nothing is chosen for it', async () => {
    const {url: ws} = await bot('closes')
    const {url: http} = await endpoint({'/before': 302})
    const [, ...others] = usual({http, ws})

    const report = await walk([{id: 'before', passthru: {url: `${http}/before`}}, ...others], {
      endsAt: 'end',
    })

    expect(report.verdict).toBe('pass')
    expect(stepsOf(report)).toEqual(['before passthru B end'])
  })
})

describe('the Passthru behind the bot', () => {
  test.for([
    ['flat', 'Stream[Status]', 'completed'],
    ['flat', 'Stream[DisconnectedBy]', 'bot'],
    ['json', 'Stream', expect.stringContaining('"Status":"completed"') as string],
  ] as const)(
    'is told in the %s form of a stream that the bot closed: %s',
    async ([form, key, value]) => {
      const {url: ws} = await bot('closes')
      const {url: http, heard} = await endpoint({'/before': 200, '/after': 200})

      await walk(usual({http, ws}), {form})

      expect((await heard('/after')).query.get(key)).toEqual(value)
    },
  )

  test('is told of a stream that the caller left, and which stream it was', async () => {
    const {url: ws} = await bot('listens')
    const {url: http, heard} = await endpoint({'/before': 200, '/after': 302})

    const report = await walk(usual({http, ws}))

    const {query} = await heard('/after')
    expect(query.get('Stream[Status]')).toBe('cancelled')
    expect(query.get('Stream[DisconnectedBy]')).toBe('user')
    expect(query.get('Stream[StreamSID]')).toBe(report.calls[0]?.streamSid)
    expect(query.get('Stream[StreamUrl]')).toBe(`${ws}?sample-rate=8000&campaign=emi`)
    expect(walkOf(report)).toMatchObject({endedAt: 'agents', outcome: 'completed'})
    expect(walkOf(report)?.steps.at(-1)?.summary).toBe('the caller has left')
  })

  test('is told of a stream that was never opened, in the words of Exotel, and chooses people', async () => {
    const ws = (await deadUrl()).replace('http', 'ws')
    const {url: http, heard} = await endpoint({
      '/before': 200,
      '/after': (response, {query}) => {
        response.writeHead(query.get('Stream[Status]') === 'failed' ? 302 : 200).end()
      },
    })

    const report = await walk(usual({http, ws}))

    const {query} = await heard('/after')
    expect(query.get('Stream[Error]')).toMatch(/^3009 failed to establish ws conn /)
    expect(stepsOf(report)?.slice(-2)).toEqual(['after passthru B agents', 'agents connect end'])
    expect(walkOf(report)?.failure?.code).toBe('EXO_DIAL_REFUSED')
  })

  test('fails a walk that ends elsewhere than it was meant to', async () => {
    const {url: ws} = await bot('closes')
    const {url: http} = await endpoint({'/before': 200, '/after': 302})

    const report = await walk(usual({http, ws}), {endsAt: 'hangup'})

    expect(report.verdict).toBe('fail')
    expect(walkOf(report)?.failure).toMatchObject({
      code: 'EXO_FLOW_ENDED_ELSEWHERE',
      message: expect.stringContaining('ended at agents, not at hangup') as string,
    })
  })
})

describe('a Passthru that does not answer as it should', () => {
  test.for([
    [500, 'answered 500'],
    [301, 'a redirect to'],
    [303, 'a redirect to'],
    [307, 'a redirect to'],
  ] as const)('with %i fails the walk, which goes on with branch A', async ([status, words]) => {
    const {url: ws, calls} = await bot('closes')
    const {url: http, asked} = await endpoint({
      '/before': (response) => {
        const location = {Location: '/elsewhere?token=hidden-word'}
        response.writeHead(status, status === 500 ? {} : location).end()
      },
      '/after': 200,
    })

    const report = await walk(usual({http, ws}))

    expect(calls).toHaveLength(1)
    expect(report.verdict).toBe('fail')
    expect(walkOf(report)).toMatchObject({
      failure: {code: 'EXO_FLOW_STEP_FAILED', message: expect.stringContaining(words) as string},
      steps: [{branch: 'A', status, next: 'bot'}, {}, {}, {}],
    })
    expect(JSON.stringify(report)).not.toContain('hidden-word')
    expect(asked.map(({path}) => path)).not.toContain('/elsewhere')
  })

  test('in time fails the walk, which goes on with branch A', async () => {
    const {url: ws, calls} = await bot('closes')
    const {url: http} = await endpoint({'/before': () => undefined, '/after': 200})

    const report = await walk(usual({http, ws}), {limitMs: 100})

    expect(calls).toHaveLength(1)
    expect(walkOf(report)?.failure?.code).toBe('EXO_FLOW_STEP_FAILED')
    expect(walkOf(report)?.steps[0]).toMatchObject({
      branch: 'A',
      problem: expect.any(String) as string,
    })
    expect(walkOf(report)?.steps[0]).not.toHaveProperty('status')
  })

  test('follows no Location of a 302', async () => {
    const {url: ws} = await bot('closes')
    const {url: http, asked} = await endpoint({
      '/before': (response) => {
        response.writeHead(302, {Location: '/elsewhere'}).end()
      },
    })

    await walk(usual({http, ws}), {endsAt: 'agents'})

    expect(asked.map(({path}) => path)).toEqual(['/before'])
  })
})

describe('a dynamic URL', () => {
  test('is a step of its own, and what it names is dialled', async () => {
    const {url: ws, calls} = await bot('closes')
    const {url: http, heard} = await endpoint({
      '/who': (response) => {
        response.end(JSON.stringify({url: `${ws}?sample-rate=16000&customer=42`}))
      },
    })

    const report = await walk([{id: 'bot', voicebot: {url: `${http}/who`, sampleRate: 16_000}}])

    expect(report.verdict).toBe('pass')
    expect(stepsOf(report)).toEqual(['bot dynamic-url', 'bot voicebot end'])
    expect((await heard('/who')).query.get('CallSid')).toBe(walkOf(report)?.callSid)
    expect(calls).toEqual([{sampleRateHz: 16_000, parameters: {customer: '42'}}])
  })

  test.for([
    ['that answers without a url', (http: string) => `${http}/wrong`, 200],
    ['that nobody answers', () => deadUrl(), undefined],
  ] as const)(
    '%s: the Passthru behind it hears that the stream failed',
    async ([, urlFor, status]) => {
      const {url: http, heard} = await endpoint({
        '/wrong': (response) => {
          response.end('{"stream": "ws://127.0.0.1:9"}')
        },
        '/after': 302,
      })

      const report = await walk([
        {id: 'bot', voicebot: {url: await urlFor(http)}},
        {id: 'after', passthru: {url: `${http}/after`, on302: 'agents'}},
        'hangup',
        {id: 'agents', connect: {}},
      ])

      const {query} = await heard('/after')
      expect(query.get('Stream[Status]')).toBe('failed')
      expect(query.get('Stream[Error]')).toMatch(/^3009 /)
      expect(walkOf(report)).toMatchObject({endedAt: 'agents', failure: {code: 'EXO_DYNAMIC_URL'}})
      expect(walkOf(report)?.steps[0]?.status).toBe(status)
    },
  )
})

describe('a Stream applet', () => {
  test('goes on beside the Connect behind it, which lasts as long, and then is told of', async () => {
    const {url: ws} = await bot('listens')
    const {url: http, heard} = await endpoint({'/after': 200})

    const report = await walk([
      {id: 'ear', stream: {url: ws}},
      {id: 'agents', connect: {to: ['Sales']}},
      {id: 'after', passthru: {url: `${http}/after`}},
      'hangup',
    ])

    expect(report.verdict).toBe('pass')
    expect(report.calls[0]?.profile ?? report.plan.profile).toBe('stream-applet')
    expect(stepsOf(report)).toEqual([
      'ear stream agents',
      'agents connect after',
      'ear stream-end',
      'after passthru A hangup',
      'hangup',
    ])
    const connect = walkOf(report)?.steps.find(({kind}) => kind === 'connect')
    expect(connect?.durationMs).toBeGreaterThanOrEqual(150)
    expect((await heard('/after')).query.get('Stream[StreamSID]')).toBe(report.calls[0]?.streamSid)
  })

  test('is ended by a second one that stops it, with the reason stopped', async () => {
    const {url: ws} = await bot('listens')
    const {url: http, heard} = await endpoint({'/after': 200})

    const report = await walk(
      [
        {id: 'ear', stream: {url: ws}},
        {id: 'enough', stream: {action: 'stop'}},
        {id: 'after', passthru: {url: `${http}/after`}},
        'hangup',
      ],
      {scenario: PATIENT},
    )

    expect(report.verdict).toBe('pass')
    expect(report.calls[0]?.closing).toMatchObject({by: 'caller', reason: 'stopped'})
    expect(report.calls[0]?.durationMs).toBeLessThan(5000)
    expect((await heard('/after')).query.get('Stream[DisconnectedBy]')).toBe('NA')
  })

  test('that still runs is not told of, for nobody knows how it will end', async () => {
    const {url: ws} = await bot('listens')
    const {url: http, heard} = await endpoint({'/after': 200})

    const report = await walk([
      {id: 'ear', stream: {url: ws}},
      {id: 'after', passthru: {url: `${http}/after`}},
    ])

    const {query} = await heard('/after')
    expect(query.has('Stream[Status]')).toBe(false)
    expect(walkOf(report)?.steps.find(({applet}) => applet === 'after')?.summary).toContain(
      'told nothing',
    )
    expect(report.calls).toHaveLength(1)
  })
})

test('two streams of one call have one CallSid, two StreamSids, and a folder each', async () => {
  const {url: one} = await bot('closes')
  const {url: two} = await bot('closes')
  const out = pathIn('two-streams')

  const report = await walk(
    [
      {id: 'first', voicebot: {url: one}},
      {id: 'second', voicebot: {url: two, sampleRate: 16_000}},
    ],
    {out},
  )

  expect(report).toMatchObject({verdict: 'pass', summary: {calls: 2, passed: 2}})
  expect(new Set(report.calls.map(({callSid}) => callSid)).size).toBe(1)
  expect(new Set(report.calls.map(({streamSid}) => streamSid)).size).toBe(2)
  expect(report.calls.map(({applet}) => applet)).toEqual(['first', 'second'])
  expect(report.calls.map(({url}) => url)).toEqual([one, `${two}?sample-rate=16000`])
  expect(report.calls.map(({artifacts}) => artifacts.journal)).toEqual([
    join(out, '1-first', 'journal.ndjson'),
    join(out, '2-second', 'journal.ndjson'),
  ])
})

test('an async Passthru is asked, and nobody waits for its answer but the end of the call', async () => {
  const {url: ws, calls} = await bot('closes')
  const {url: http} = await endpoint({
    '/news': (response) => {
      void vi
        .waitFor(() => {
          expect(calls).toHaveLength(1)
        }, 5000)
        .then(() => response.writeHead(302).end())
    },
  })

  const report = await walk([
    {id: 'news', passthru: {url: `${http}/news`, async: true}},
    {id: 'bot', voicebot: {url: ws}},
  ])

  expect(report.verdict).toBe('pass')
  expect(stepsOf(report)).toEqual(['news passthru bot', 'bot voicebot end'])
  expect(walkOf(report)?.steps[0]).toMatchObject({status: 302})
})

test('the digits of a Gather applet reach the next Passthru, and no other', async () => {
  const {url: ws} = await bot('closes')
  const {url: http, heard} = await endpoint({'/menu': 200, '/after': 200})

  await walk(
    [
      {id: 'keys', gather: {say: 'Press a key', maxDigits: 2}},
      {id: 'menu', passthru: {url: `${http}/menu`}},
      {id: 'bot', voicebot: {url: ws}},
      {id: 'after', passthru: {url: `${http}/after`}},
    ],
    {digits: '123'},
  )

  expect((await heard('/menu')).query.get('digits')).toBe('"12"')
  expect((await heard('/after')).query.has('digits')).toBe(false)
})

test('a walk that goes round in circles is stopped, and failed', async () => {
  const {url: http, asked} = await endpoint({'/again': 302})

  const report = await walk([
    {id: 'again', passthru: {url: `${http}/again`, on200: 'bot', on302: 'again'}},
    {id: 'bot', voicebot: {url: 'ws://127.0.0.1:9/media'}},
  ])

  expect(asked).toHaveLength(50)
  expect(walkOf(report)).toMatchObject({failure: {code: 'EXO_FLOW_LOOP'}, outcome: 'failed'})
})

test('Connect Voice AI ends with its stream, and then its status callback is posted', async () => {
  const {url: ws} = await bot('closes')
  const {url: http, asked} = await endpoint({'/over': 200})

  const report = await walk([
    {id: 'call', connectVoiceAi: {url: ws, statusCallback: `${http}/over`}},
  ])

  expect(report.verdict).toBe('pass')
  expect(stepsOf(report)).toEqual(['call connect-voice-ai', 'call status-callback'])
  expect(asked).toMatchObject([{path: '/over', method: 'POST'}])
})

describe('credentials', () => {
  test('come from the environment, reach the bot as Basic, and stay out of report and files', async () => {
    vi.stubEnv('WALK_KEY', 'key-of-the-bot')
    vi.stubEnv('WALK_TOKEN', 'p@ss:word-of-the-bot')
    const {url, heard} = await endpoint({'/media': 401, '/after': 200})
    const out = pathIn('with-credentials')

    const report = await walk(
      [
        {
          id: 'bot',
          voicebot: {
            url: `${url.replace('http', 'ws')}/media`,
            auth: {key: 'WALK_KEY', token: 'WALK_TOKEN'},
          },
        },
        {id: 'after', passthru: {url: `${url}/after`}},
      ],
      {out},
    ).finally(() => {
      vi.unstubAllEnvs()
    })

    const {authorization = ''} = await heard('/media')
    expect(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()).toBe(
      'key-of-the-bot:p@ss:word-of-the-bot',
    )
    expect((await heard('/after')).query.get('Stream[StreamUrl]')).not.toContain('of-the-bot')
    const kept = await readFile(join(out, 'report.json'), 'utf8')
    expect(JSON.stringify(report) + kept).not.toMatch(/of-the-bot/)
  })

  test('that are not in the environment are missed before anything is dialled', async () => {
    const auth = {key: 'WALK_KEY_UNSET', token: 'WALK_TOKEN_UNSET'}

    const walking = walk([{id: 'bot', voicebot: {url: 'ws://127.0.0.1:9/media', auth}}])

    await expect(walking).rejects.toMatchObject({
      code: 'EXO_USAGE',
      message: expect.stringContaining('WALK_KEY_UNSET is not set') as string,
    })
  })

  test('of a Passthru are hidden where its endpoint says them back', async () => {
    const {url: ws} = await bot('closes')
    const {url: http} = await endpoint({
      '/before': (response) => {
        response.writeHead(307, {Location: '/see/secret-of-mine'}).end()
      },
    })

    const report = await walk([
      {id: 'before', passthru: {url: `${http.replace('//', '//me:secret-of-mine@')}/before`}},
      {id: 'bot', voicebot: {url: ws}},
    ])

    expect(walkOf(report)?.steps[0]).toMatchObject({status: 307})
    expect(JSON.stringify(report)).not.toContain('secret-of-mine')
  })
})

describe('a flow with public URLs', () => {
  test('is walked at another host, without TLS', async () => {
    const {url: ws, calls} = await bot('closes')
    const {host} = new URL(ws)

    const report = await walk(
      [{id: 'bot', voicebot: {url: 'wss://bot.acme.in/media', parameters: {plan: 'gold'}}}],
      {host},
    )

    expect(report.verdict).toBe('pass')
    expect(calls).toMatchObject([{parameters: {plan: 'gold'}}])
  })

  test('has its Passthru and its dynamic URL asked there, and the stream dialled there', async () => {
    const {heard, port} = await endpoint({
      '/before': 200,
      '/who': (response) => {
        response.end('{"url": "wss://bot.acme.in/media"}')
      },
      '/media': 403,
    })

    await walk(
      [
        {id: 'before', passthru: {url: 'https://bot.acme.in/before'}},
        {id: 'bot', voicebot: {url: 'https://bot.acme.in/who'}},
      ],
      {host: `127.0.0.1:${String(port)}`},
    )

    await expect(heard('/before')).resolves.toMatchObject({method: 'GET'})
    await expect(heard('/media')).resolves.toMatchObject({method: 'GET'})
  })

  test('is walked with another bot, which gets the rate and the parameters of its applet', async () => {
    const {url, calls} = await bot('closes')
    const applets = [
      {
        id: 'bot',
        voicebot: {url: 'wss://bot.acme.in/media', sampleRate: 16_000, parameters: {a: 'b'}},
      },
    ]

    const report = await walk(applets, {url})

    expect(report.verdict).toBe('pass')
    expect(calls).toEqual([{sampleRateHz: 16_000, parameters: {a: 'b'}}])
  })

  test('is walked with a bot of this process', async () => {
    const applets = [{id: 'bot', voicebot: {url: 'wss://bot.acme.in/media'}}, 'hangup']

    const report = await walk(applets, {bot: 'sink', endsAt: 'hangup'})

    expect(report).toMatchObject({verdict: 'pass', target: {kind: 'bot', bot: 'sink'}})
  })
})

describe('a stream that is meant to fail', () => {
  const choosing = (onFailure: number) =>
    endpoint({
      '/before': 200,
      '/after': (response, {query}) => {
        response.writeHead(query.get('Stream[Status]') === 'failed' ? onFailure : 200).end()
      },
    })

  test('is not dialled, is told of as failed, and passes where the walk ends as it should', async () => {
    const {url: ws, calls} = await bot('closes')
    const {url: http, heard} = await choosing(302)

    const report = await walk(usual({http, ws}), {streamFails: ['bot'], endsAt: 'agents'})

    const {query} = await heard('/after')
    expect(report).toMatchObject({verdict: 'pass', calls: [], flows: [{endedAt: 'agents'}]})
    expect(calls).toEqual([])
    expect(query.get('Stream[Status]')).toBe('failed')
    expect(query.get('Stream[DisconnectedBy]')).toBe('NA')
    expect(query.get('Stream[Error]')).toMatch(/^3009 failed to establish ws conn /)
    expect(walkOf(report)?.steps[1]?.summary).toMatch(/^not dialled: --stream-fails; /)
  })

  test('fails the walk where the Passthru behind it does not see it', async () => {
    const {url: http} = await choosing(200)
    const applets = usual({http, ws: 'ws://127.0.0.1:9/media'})

    const report = await walk(applets, {streamFails: ['bot'], endsAt: 'agents'})

    expect(report.verdict).toBe('fail')
    expect(walkOf(report)?.failure?.code).toBe('EXO_FLOW_ENDED_ELSEWHERE')
  })
})

describe('a Passthru without a URL', () => {
  const noUrl = [{id: 'before', passthru: {}}, {id: 'bot', voicebot: {}}, 'hangup']

  test('is asked at the serve of this folder, as the stream without one is', async () => {
    const {url: http, heard} = await endpoint({
      '/health': (response) => {
        response.end(JSON.stringify({nonce: 'of-this-test'}))
      },
      '/passthru': 200,
      '/media': 403,
    })
    const dataDir = pathIn('with-serve')
    const workspace = await openWorkspace(dataDir)
    await workspace.noteServe({
      pid: process.pid,
      url: `${http.replace('http', 'ws')}/media`,
      nonce: 'of-this-test',
      startedAt: new Date().toISOString(),
    })

    const report = await walk(noUrl, {dataDir})

    await expect(heard('/passthru')).resolves.toMatchObject({method: 'GET'})
    expect(walkOf(report)?.steps[0]).toMatchObject({url: `${http}/passthru`, status: 200})
    expect(walkOf(report)?.steps[0]?.summary).toContain('at the exostream serve of this folder')
  })

  test('is refused where something else than a serve is called', async () => {
    await expect(walk(noUrl, {bot: 'sink'})).rejects.toMatchObject({code: 'EXO_FLOW_INVALID'})
  })
})

describe('an interruption', () => {
  test.for([
    ['while a Passthru is asked', '/before', 'before'],
    ['while a dynamic URL is asked', '/who', 'bot'],
    ['while the stream is open', '/dialled', 'bot'],
    ['while the Passthru behind it is asked', '/after', 'after'],
  ] as const)('%s ends the walk there', async ([, path, applet]) => {
    const stop = new AbortController()
    const silent =
      (of: string) => (response: {writeHead: (status: number) => {end: () => void}}) => {
        if (of === path) stop.abort()
        else response.writeHead(200).end()
      }
    const {url: listening, calls} = await bot(path === '/dialled' ? 'listens' : 'closes')
    const {url: http} = await endpoint({
      '/before': silent('/before'),
      '/who': (response) => {
        if (path === '/who') stop.abort()
        else response.end(JSON.stringify({url: listening}))
      },
      '/after': silent('/after'),
    })
    if (path === '/dialled') {
      void vi
        .waitFor(() => {
          expect(calls).toHaveLength(1)
        }, 5000)
        .then(() => {
          stop.abort()
        })
    }

    const report = await walk(
      [
        {id: 'before', passthru: {url: `${http}/before`}},
        {id: 'bot', voicebot: {url: `${http}/who`}},
        {id: 'after', passthru: {url: `${http}/after`}},
      ],
      {scenario: PATIENT, signal: stop.signal},
    )

    expect(report).toMatchObject({interrupted: true, verdict: 'fail'})
    expect(walkOf(report)?.failure?.code).toBe('EXO_INTERRUPTED')
    expect(walkOf(report)?.steps.at(-1)?.applet).toBe(applet)
  })
})

test('each step is told as it happens', async () => {
  const {url: ws} = await bot('closes')
  const {url: http} = await endpoint({'/before': 200, '/after': 200})
  const told: string[] = []

  const report = await walk(usual({http, ws}), {onStep: ({applet}) => told.push(applet)})

  expect(told).toEqual(['before', 'bot', 'after', 'hangup'])
  expect(walkOf(report)?.steps.map(({atMs}) => atMs)).toEqual(
    walkOf(report)
      ?.steps.map(({atMs}) => atMs)
      .toSorted((one, other) => one - other),
  )
})

describe('what cannot be walked is refused before anything is asked', () => {
  const bots = [{id: 'bot', voicebot: {url: 'ws://127.0.0.1:9/media'}}]

  test.for([
    ['no applet streams', [{passthru: {url: 'http://127.0.0.1:9/'}}], {}, 'EXO_FLOW_INVALID'],
    ['a Passthru has no URL', [{passthru: {}}, ...bots], {}, 'EXO_FLOW_INVALID'],
    ['the end is no applet', bots, {endsAt: 'nowhere'}, 'EXO_USAGE'],
    ['the failing stream is no applet', bots, {streamFails: ['x'], endsAt: 'end'}, 'EXO_USAGE'],
    ['a stream is to fail, and lead anywhere', bots, {streamFails: ['bot']}, 'EXO_USAGE'],
    ['the digits are letters', bots, {digits: 'abc'}, 'EXO_USAGE'],
    ['the host has no port', bots, {host: 'localhost'}, 'EXO_USAGE'],
  ] as const)('%s', async ([, applets, wish, code]) => {
    await expect(walk(applets, wish)).rejects.toMatchObject({code})
  })

  test.for([
    [{passthru: {url: 'http://127.0.0.1:9/', forms: ['flat']}}, /leave out --passthru/],
    [{scenario: 'conformance'}, /conformance is a run of its own/],
    [{clock: 'virtual', bot: 'sink'}, /virtual time/],
  ] as const)('%o', async ([options, words]) => {
    const flow = {file: await file('refused.yaml', JSON.stringify({name: 'x', applets: bots}))}

    await expect(simulateCall({flow, ...options})).rejects.toThrow(words)
  })
})
