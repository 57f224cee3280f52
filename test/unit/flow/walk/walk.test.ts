import {expect, test} from 'vitest'

import type {Applet, Flow, PassthruApplet} from '../../../../src/flow/flow.js'
import {walkFlow} from '../../../../src/flow/walk/walk.js'
import type {
  AnsweredPassthru,
  EndedStream,
  PassthruTold,
  StreamWatch,
  WalkWorld,
} from '../../../../src/flow/walk/world.js'
import {printable} from '../../../../src/report/text/plain.js'
import {type VirtualClock, virtualClock} from '../../../../src/clock.js'
import type {StreamFacts} from '../../../../src/stream/exotel-http/passthru.js'

const streaming = {
  url: 'ws://127.0.0.1/media',
  parameters: {},
  auth: {kind: 'none'},
  record: false,
  foreign: {},
} as const

const voicebot = (id: string, next: string): Applet => ({
  ...{id, kind: 'voicebot', ...streaming, encryptDtmf: false, next},
})
const listening = (id: string, next: string): Applet => ({id, kind: 'stream', ...streaming, next})
const passthru = (id: string, on200: string, more: Partial<PassthruApplet> = {}): Applet => ({
  ...{id, kind: 'passthru', url: `http://127.0.0.1/${id}`, isAsync: false, on200, ...more},
})
const hangup: Applet = {id: 'hangup', kind: 'hangup'}

type Given = Partial<WalkWorld> & {
  readonly answers?: Readonly<
    Record<string, Partial<AnsweredPassthru> & {readonly afterMs?: number}>
  >
  readonly streamMs?: number
  readonly facts?: Partial<StreamFacts>
  readonly end?: Partial<EndedStream>
}

/** A walk in virtual time, in which nothing is dialled; what each Passthru was told is kept. */
async function walk(applets: readonly Applet[], given: Given = {}) {
  const clock = virtualClock()
  const told: Record<string, PassthruTold> = {}
  const world: WalkWorld = {
    clock,
    signal: new AbortController().signal,
    digits: '1',
    async askPassthru(url, facts) {
      const id = url.split('/').at(-1) ?? ''
      told[id] = facts
      const {afterMs = 50, ...answer} = given.answers?.[id] ?? {}
      await clock.sleepUntil(clock.now() + afterMs)
      return {url, status: 200, branch: 'A', tookMs: afterMs, ...answer}
    },
    openStream: (_applet, watch) => stream(clock, watch, given),
    postStatusCallback: (url) => Promise.resolve({url, status: 200, tookMs: 1}),
    ...given,
  }
  const flow: Flow = {name: 'a flow', applets}
  const walked = await clock.run(() => walkFlow(flow, world))
  const lines = walked.steps.map(({atMs, applet, kind, durationMs, next = '.'}) =>
    [`${String(atMs)}+${String(durationMs)}`, applet, kind, next].join(' '),
  )
  return {...walked, lines, told}
}

async function stream(
  clock: VirtualClock,
  watch: StreamWatch,
  {streamMs = 3000, facts, end}: Given,
): Promise<EndedStream> {
  await clock.sleepUntil(clock.now() + 100)
  watch.onOpen()
  const openedAt = clock.now()
  await clock.sleepUntil(openedAt + streamMs, watch.stop).catch(() => undefined)
  return {
    facts: {
      streamSid: 'stream',
      streamUrl: 'ws://127.0.0.1/media',
      status: 'completed',
      disconnectedBy: watch.stop.aborted ? 'NA' : 'bot',
      durationMs: clock.now() - openedAt,
      ...facts,
    },
    shownUrl: 'ws://127.0.0.1/media',
    ...end,
  }
}

test('every applet has its time, counted from the moment the call was answered', async () => {
  const {lines, outcome, endedAt, durationMs} = await walk([
    {id: 'hello', kind: 'greeting', say: 'Hello', next: 'keys'},
    {id: 'keys', kind: 'gather', next: 'before'},
    passthru('before', 'bot'),
    voicebot('bot', 'after'),
    passthru('after', 'agents'),
    {id: 'agents', kind: 'connect', to: ['Sales'], record: false, next: 'hangup'},
    hangup,
  ])

  expect(lines).toEqual([
    '0+0 hello greeting keys',
    '0+0 keys gather before',
    '0+50 before passthru bot',
    '50+3100 bot voicebot after',
    '3150+50 after passthru agents',
    '3200+0 agents connect hangup',
    '3200+0 hangup hangup .',
  ])
  expect({outcome, endedAt, durationMs}).toEqual({
    outcome: 'completed',
    endedAt: 'hangup',
    durationMs: 3200,
  })
})

test('a Stream applet lets the flow go on, and a Connect behind it lasts as long as it', async () => {
  const {lines, endedAt} = await walk([
    listening('ear', 'agents'),
    {id: 'agents', kind: 'connect', record: false, next: 'end'},
  ])

  expect(lines).toEqual([
    '0+100 ear stream agents',
    '100+3000 agents connect end',
    '3100+0 ear stream-end .',
  ])
  expect(endedAt).toBe('agents')
})

test('a stop ends the stream before its time, and the call with nothing behind it', async () => {
  const {lines, endedAt} = await walk([
    listening('ear', 'ask'),
    passthru('ask', 'enough'),
    {id: 'enough', kind: 'stream-stop', next: 'end'},
  ])

  expect(lines).toEqual([
    '0+100 ear stream ask',
    '100+50 ask passthru enough',
    '150+0 enough stream-stop end',
    '150+0 ear stream-end .',
  ])
  expect(endedAt).toBe('end')
})

test('a stop without a stream is told, and is no fault', async () => {
  const {steps, outcome} = await walk([
    voicebot('bot', 'enough'),
    {id: 'enough', kind: 'stream-stop', next: 'end'},
  ])

  expect(steps[1]?.summary).toBe('no stream was running')
  expect(outcome).toBe('completed')
})

test('the end of the call waits for a stream that nothing stops', async () => {
  const {durationMs} = await walk([listening('ear', 'end')])

  expect(durationMs).toBe(3100)
})

test('a stream that is over by itself is told of, though the flow never waited for it', async () => {
  const {told} = await walk(
    [listening('ear', 'slow'), passthru('slow', 'after'), passthru('after', 'end')],
    {streamMs: 200, answers: {slow: {afterMs: 900}}},
  )

  expect(told['slow']).toEqual({})
  expect(told['after']?.stream).toMatchObject({streamSid: 'stream', durationMs: 200})
})

test('an async Passthru stands where it was asked, with the time of its answer', async () => {
  const {lines, durationMs} = await walk(
    [passthru('news', 'bot', {isAsync: true}), voicebot('bot', 'end')],
    {answers: {news: {afterMs: 4000, status: 302, branch: 'B'}}},
  )

  expect(lines).toEqual(['0+4000 news passthru bot', '0+3100 bot voicebot end'])
  expect(durationMs).toBe(4000)
})

test('an async Passthru that is not answered fails the walk, which did not wait for it', async () => {
  const problem = 'Nobody answered.'
  const {failure, lines} = await walk(
    [passthru('news', 'bot', {isAsync: true}), voicebot('bot', 'end')],
    {answers: {news: {afterMs: 10, problem}}},
  )

  expect(failure).toMatchObject({
    code: 'EXO_FLOW_STEP_FAILED',
    message: `The Passthru news: ${problem}`,
  })
  expect(lines).toHaveLength(2)
})

test('what went wrong first is why the walk has failed', async () => {
  const {failure, steps} = await walk([voicebot('bot', 'after'), passthru('after', 'end')], {
    end: {failure: {code: 'EXO_DIAL_REFUSED', message: 'Nothing listens.', hint: 'Start it.'}},
    answers: {after: {problem: 'It answered 500.'}},
    endsAt: 'nowhere',
  })

  expect(failure?.code).toBe('EXO_DIAL_REFUSED')
  expect(steps.map(({problem}) => problem)).toEqual(['Nothing listens.', 'It answered 500.'])
})

test('numbers of people are masked in what a walk says', async () => {
  const {steps} = await walk([
    voicebot('bot', 'agents'),
    {id: 'agents', kind: 'connect', to: ['+919876543210'], record: false, next: 'end'},
  ])

  expect(steps[1]?.summary).toContain('*3210')
  expect(steps[1]?.summary).not.toContain('98765')
})

test('a bug of what opens the stream is thrown, not told as a step', async () => {
  const walking = walk([listening('ear', 'end')], {
    openStream: () => Promise.reject(new TypeError('a bug')),
  })

  await expect(walking).rejects.toThrow('a bug')
})

test('a status callback that answers otherwise fails the walk', async () => {
  const {failure, lines} = await walk(
    [{id: 'call', kind: 'connect-voice-ai', ...streaming, statusCallback: 'http://127.0.0.1/over'}],
    {
      postStatusCallback: (url) =>
        Promise.resolve({url, status: 500, tookMs: 1, problem: 'It answered 500.'}),
    },
  )

  expect(failure?.code).toBe('EXO_FLOW_STEP_FAILED')
  expect(lines).toEqual(['0+3100 call connect-voice-ai .', '3100+0 call status-callback .'])
})

const toPeople: readonly Applet[] = [
  passthru('before', 'bot', {on302: 'agents'}),
  voicebot('bot', 'end'),
  {id: 'agents', kind: 'connect', record: false, next: 'end'},
]

test('a Passthru that led away from every stream is named, with its answer and the better one', async () => {
  const {failure} = await walk(toPeople, {answers: {before: {status: 302, branch: 'B'}}})

  expect(failure).toMatchObject({
    code: 'EXO_FLOW_NO_STREAM',
    message:
      'The Passthru before answered 302, which led to agents and past every applet that streams: before → agents.',
    hint: expect.stringContaining('200 would have led to bot') as string,
  })
})

test('an interruption while a Passthru is asked chooses no branch, and nothing follows', async () => {
  const stop = new AbortController()

  const {steps, failure} = await walk(toPeople, {
    signal: stop.signal,
    askPassthru: (url) => {
      stop.abort()
      return Promise.resolve({url, tookMs: 1, problem: 'The call was interrupted.'})
    },
  })

  expect(steps).toEqual([
    {
      applet: 'before',
      kind: 'passthru',
      atMs: 0,
      durationMs: 0,
      summary: 'interrupted',
      url: 'http://127.0.0.1/before',
    },
  ])
  expect(failure?.code).toBe('EXO_INTERRUPTED')
})

test('when the caller has left nobody is greeted, asked, connected or streamed; a Passthru is asked', async () => {
  const {steps, told} = await walk(
    [
      voicebot('bot', 'hello'),
      {id: 'hello', kind: 'greeting', next: 'keys'},
      {id: 'keys', kind: 'gather', next: 'again'},
      voicebot('again', 'ear'),
      listening('ear', 'after'),
      passthru('after', 'agents'),
      {id: 'agents', kind: 'connect', record: false, next: 'end'},
    ],
    {facts: {status: 'cancelled', disconnectedBy: 'user'}, answers: {after: {afterMs: 4900}}},
  )

  expect(steps.map(({applet, summary}) => `${applet}: ${summary}`).slice(1)).toEqual([
    'hello: the caller has left',
    'keys: the caller has left',
    'again: the caller has left',
    'ear: the caller has left',
    'after: answered 200: branch A',
    'agents: the caller has left',
  ])
  expect(told['after']).not.toHaveProperty('digits')
  expect(steps.some(({advice}) => advice !== undefined)).toBe(false)
})

test('a Passthru that lets the caller wait for more than a second gets advice, and fails nothing', async () => {
  const {steps, outcome} = await walk([passthru('before', 'bot'), voicebot('bot', 'end')], {
    answers: {before: {afterMs: 4903}},
  })

  expect(outcome).toBe('completed')
  expect(steps[0]?.advice).toContain('It took 4.9 s, in which the caller hears nothing')
})

test.for([
  [404, 'Check the path'],
  [500, 'the log of its handler'],
  [301, 'the URL that it redirects to'],
  [204, 'Let it answer 200 or 302'],
  [undefined, 'Check that it runs'],
] as const)('a Passthru that answers %s gets the advice for that', async ([status, words]) => {
  const {failure} = await walk([passthru('before', 'bot'), voicebot('bot', 'end')], {
    askPassthru: (url) => {
      const answer = {url, tookMs: 1, problem: `${url} answered otherwise.`}
      return Promise.resolve(status === undefined ? answer : {...answer, status})
    },
  })

  expect(failure?.hint).toContain(words)
  expect(failure?.hint).not.toContain('status callback')
})

test('the reason is whole, and without the URL, where that ends with a token', async () => {
  const url = 'http://127.0.0.1/before?token=***'
  const {failure, steps} = await walk([passthru('before', 'bot'), voicebot('bot', 'end')], {
    answers: {
      before: {url, status: 500, problem: `${url} answered 500; Exotel knows 200 and 302.`},
    },
  })

  expect(printable(failure?.message ?? '')).toBe(
    'The Passthru before answered 500; Exotel knows 200 and 302.',
  )
  expect(printable(steps[0]?.problem ?? '')).toBe('It answered 500; Exotel knows 200 and 302.')
})

test('what a dynamic URL did wrong is told in its step, and not in that of the stream again', async () => {
  const {steps} = await walk([voicebot('bot', 'end')], {
    openStream: (_applet, watch) => {
      const url = 'http://127.0.0.1/who'
      watch.onDynamicUrl({url, status: 500, tookMs: 1, problem: `${url} answered 500, not 200.`})
      const facts: StreamFacts = {
        streamSid: 'stream',
        streamUrl: url,
        status: 'failed',
        disconnectedBy: 'NA',
        durationMs: 0,
        error: '3009 failed',
      }
      const failure = {code: 'EXO_DYNAMIC_URL', message: 'It failed.', hint: 'Mend it.'}
      return Promise.resolve({facts, shownUrl: url, failure})
    },
  })

  expect(steps.map(({problem}) => problem)).toEqual(['It answered 500, not 200.', undefined])
  expect(steps[1]?.summary).toMatch(/^not opened: the dynamic URL named no stream; /)
})
