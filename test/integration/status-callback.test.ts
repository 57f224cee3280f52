import {once} from 'node:events'
import {createServer, type IncomingMessage} from 'node:http'
import type {AddressInfo} from 'node:net'

import {describe, expect, onTestFinished, test} from 'vitest'

import {systemClock, virtualClock} from '../../src/clock.js'
import {Calls} from '../../src/simulate/conformance/calls.js'
import type {Verdict} from '../../src/simulate/conformance/trial.js'
import {statusCallback} from '../../src/simulate/conformance/trials/status-callback.js'
import {CALLBACK_FORMS, postStatusCallback} from '../../src/stream/exotel-http/status-callback.js'
import {socketPair} from '../../src/stream/socket-pair.js'
import {soundProcess} from '../rig/bot-process.js'
import {conformancePlan} from '../rig/conformance-run.js'

type Posted = {readonly type: string; readonly text: string; readonly method: string}
type Endpoint = {readonly url: string; readonly posted: readonly Posted[]}

/** An HTTP endpoint on loopback until the test is over. */
async function endpoint(statusOf: (type: string) => number | undefined): Promise<Endpoint> {
  const posted: Posted[] = []
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const {method = '', headers} = request
      const type = headers['content-type'] ?? ''
      posted.push({type, text, method})
      const status = statusOf(type)
      if (status !== undefined) response.writeHead(status).end()
    })
  })
  server.listen({host: '127.0.0.1', port: 0})
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // A listening TCP server has an address with a port.
  return {url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/over`, posted}
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  await once(request, 'end')
  return Buffer.concat(parts).toString('utf8')
}

const facts = {
  identity: {
    callSid: 'c8961ab2fa675ddac2d7b8974c25201m',
    streamSid: 'b8ac7b482138e87f6da1c79a692b201m',
    accountSid: 'exostream1',
    from: '+910000012345',
    to: '+910000067890',
  },
  startedAt: new Date('2026-11-20T20:00:05Z'),
  durationMs: 12_400,
}

const fields = {
  CallSid: facts.identity.callSid,
  EventType: 'terminal',
  DateCreated: '2026-11-21 01:30:05',
  DateUpdated: '2026-11-21 01:30:17',
  Status: 'completed',
  To: facts.identity.to,
  From: facts.identity.from,
  PhoneNumberSid: facts.identity.to,
  StartTime: '2026-11-21 01:30:05',
  EndTime: '2026-11-21 01:30:17',
  ConversationDuration: '12',
  Direction: 'outbound-api',
}

const world = {clock: systemClock, signal: new AbortController().signal}

function fieldsIn({type, text}: Posted): Record<string, unknown> {
  if (type === 'application/json') {
    const {ConversationDuration, ...others} = JSON.parse(text) as Record<string, unknown>
    return {...others, ConversationDuration: String(ConversationDuration)}
  }
  if (type === 'application/x-www-form-urlencoded') {
    return Object.fromEntries(new URLSearchParams(text))
  }
  const [, boundary = ''] = /^multipart\/form-data; boundary=([\w-]{1,70})$/.exec(type) ?? []
  const parts = `\r\n${text}`.split(`\r\n--${boundary}`)
  expect([parts[0], parts.at(-1)]).toEqual(['', '--\r\n'])
  const pairs = parts.slice(1, -1).map((part) => {
    const [, name = '', value] =
      /^\r\nContent-Disposition: form-data; name="(\w+)"\r\n\r\n(.*)$/.exec(part) ?? []
    return [name, value] as const
  })
  return Object.fromEntries<unknown>(pairs)
}

describe('a status callback', () => {
  test.each(CALLBACK_FORMS)('as %s is a POST of the call that is over', async (form) => {
    const {url, posted} = await endpoint(() => 200)

    const {answer, violations} = await postStatusCallback(url, {form, facts, ...world})

    expect(answer).toMatchObject({url, form, status: 200})
    expect(violations).toEqual([])
    const [only] = posted
    if (!only) throw new Error('nothing was posted')
    expect(only.method).toBe('POST')
    expect(fieldsIn(only)).toEqual(fields)
  })

  test('that is not answered in time is a fault of the endpoint', async () => {
    const {url} = await endpoint(() => undefined)

    const {violations} = await postStatusCallback(url, {form: 'json', facts, ...world, limitMs: 50})

    expect(violations).toEqual([
      {
        rule: 'status-callback-wrong',
        detail: `To JSON there was no answer: ${url} did not answer within 0.05 s.`,
      },
    ])
  })
})

/** The trial after one call in memory. */
async function tried(url: string): Promise<{readonly verdict: Verdict; readonly callSid: string}> {
  const clock = virtualClock()
  const bot = soundProcess({answerMs: 50, hz: 260, speechMs: 300})
  const plan = {...conformancePlan('ws://127.0.0.1/media'), statusCallback: url}
  const calls = new Calls(
    plan,
    {
      clock,
      signal: world.signal,
      dial: () => {
        const [exotel, other] = socketPair(clock)
        bot(other, clock)
        return Promise.resolve({socket: exotel, handshakeMs: 5, attempts: 1})
      },
    },
    1,
  )
  const seen = await clock.run(() => calls.make('first', {}))
  const verdict = await statusCallback.run(calls)
  return {verdict, callSid: seen.report.callSid}
}

describe('the trial of the status callback', () => {
  test('passes for an endpoint that takes every form, and tells of a call that was made', async () => {
    const {url, posted} = await endpoint(() => 200)

    const {verdict, callSid} = await tried(url)

    expect(verdict).toEqual({
      status: 'pass',
      tried: 'Posted once as multipart/form-data, once urlencoded and once as JSON.',
    })
    expect(posted.map(({type}) => type.split(';')[0])).toEqual([
      ...['multipart/form-data', 'application/x-www-form-urlencoded', 'application/json'],
    ])
    for (const {text} of posted) expect(text).toContain(callSid)
  })

  test('warns with what was answered to which form', async () => {
    const {url} = await endpoint((type) => (type.startsWith('multipart/') ? 415 : 200))

    const {verdict} = await tried(url)

    expect(verdict).toMatchObject({
      status: 'warn',
      detail: `${url} answered 415 to multipart/form-data, not 200.`,
    })
  })
})
