import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, test} from 'vitest'

import {type Bot, simulateCall, startServer} from '../../src/index.js'

/** What a flow has around its bot: a dynamic URL before, a Passthru behind, a proxy's token in front. */

let folder = ''
let short = ''
const closing: (() => unknown)[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-flow-'))
  short = join(folder, 'short.yaml')
  await writeFile(
    short,
    'version: 1\nname: short\nparameters: {plan: gold}\nsteps: [{wait: {ms: 200}}, {hangUp: stop}]\n',
  )
})
afterAll(async () => {
  for (const close of closing) await close()
  await rm(folder, {recursive: true})
})

type Asked = {readonly path: string; readonly query: URLSearchParams}

async function http(
  answer: (response: ServerResponse, request: IncomingMessage) => void,
): Promise<{readonly url: string; readonly asked: readonly Asked[]}> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const {pathname, searchParams} = new URL(request.url ?? '', 'http://127.0.0.1')
    asked.push({path: pathname, query: searchParams})
    answer(response, request)
  })
  server.listen({host: '127.0.0.1', port: 0})
  await once(server, 'listening')
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  // A server on TCP has an address and a port.
  return {url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, asked}
}

/** A bot that only listens, and tells what `start` said to it. */
async function listeningBot() {
  const calls: {readonly sampleRateHz: number; readonly parameters: object}[] = []
  const bot: Bot = async (call) => {
    calls.push({sampleRateHz: call.sampleRateHz, parameters: call.customParameters})
    for await (const event of call.events) if (event.type === 'stop') return
  }
  const server = await startServer({bot})
  closing.push(() => server.close())
  return {url: server.url, calls}
}

describe('a dynamic URL', () => {
  test('is asked with the details of the call, and what it names is dialled at its own rate', async () => {
    const {url: bot, calls} = await listeningBot()
    const {url, asked} = await http((response) => {
      response.end(JSON.stringify({url: `${bot}?sample-rate=16000&customer=42`}))
    })

    const report = await simulateCall({url: `${url}/who`, scenario: short})

    expect(report).toMatchObject({verdict: 'pass', calls: [{dynamicUrl: {status: 200}}]})
    expect(asked[0]?.query.get('CallSid')).toBe(report.calls[0]?.callSid)
    expect(calls).toEqual([{sampleRateHz: 16_000, parameters: {customer: '42', plan: 'gold'}}])
  })

  test('that names no URL fails the call as Exotel would, and says what it answered', async () => {
    const {url} = await http((response) => {
      response.end('<Response><Stream/></Response>')
    })

    const report = await simulateCall({url, scenario: short})

    expect(report.verdict).toBe('fail')
    expect(report.calls[0]).toMatchObject({
      failure: {code: 'EXO_DYNAMIC_URL', exotelError: expect.stringMatching(/^3009 /) as unknown},
      dynamicUrl: {status: 200, problem: expect.stringMatching(/XML or HTML/) as unknown},
      findings: [{rule: 'dynamic-url-wrong'}],
    })
  })
})

describe('the Passthru applet behind the bot', () => {
  test('is asked in both forms, and its branches are told', async () => {
    const {url: bot} = await listeningBot()
    const {url, asked} = await http((response, request) => {
      response.writeHead(request.url?.includes('Stream%5B') ? 200 : 302).end('whatever')
    })

    const {calls} = await simulateCall({
      url: bot,
      scenario: short,
      passthru: {url: `${url}/passthru`, forms: ['flat', 'json']},
    })

    expect(calls[0]?.passthru).toMatchObject([
      {form: 'flat', status: 200, branch: 'A'},
      {form: 'json', status: 302, branch: 'B'},
    ])
    expect(asked[0]?.query.get('Stream[DisconnectedBy]')).toBe('user')
    expect(asked.map(({query}) => query.get('CallSid'))).toEqual([
      calls[0]?.callSid,
      calls[0]?.callSid,
    ])
  })

  test('hears of a stream that was never opened, with the words of Exotel', async () => {
    const {url, asked} = await http((response) => {
      response.end()
    })

    const report = await simulateCall({
      url: await closedUrl(),
      scenario: short,
      passthru: {url},
    })

    expect(asked[0]?.query.get('Stream[Status]')).toBe('failed')
    expect(asked[0]?.query.get('Stream[Error]')).toMatch(/^3009 failed to establish ws conn /)
    expect(report.calls[0]?.passthru).toMatchObject([{form: 'flat', branch: 'A'}])
  })

  test('that answers otherwise is an error of the flow', async () => {
    const {url: bot} = await listeningBot()
    const {url} = await http((response) => {
      response.writeHead(500).end()
    })

    const report = await simulateCall({url: bot, scenario: short, passthru: {url}})

    expect(report.verdict).toBe('fail')
    expect(report.calls[0]?.findings).toMatchObject([{rule: 'passthru-wrong', ref: 'C34'}])
  })
})

test('an added header reaches the bot, and no file or report has its value', async () => {
  const seen: (string | undefined)[] = []
  const {url} = await http((response, request) => {
    seen.push(request.headers.authorization)
    response.writeHead(403).end()
  })
  const out = join(folder, 'kept')

  const report = await simulateCall({
    url: url.replace('http', 'ws'),
    scenario: short,
    headers: {Authorization: 'Bearer top-secret'},
    out,
  })

  expect(seen).toContain('Bearer top-secret')
  expect(report.plan.headers).toEqual(['Authorization'])
  expect(await readFile(join(out, 'report.json'), 'utf8')).not.toContain('top-secret')
})

async function closedUrl(): Promise<string> {
  const {url} = await http(() => undefined)
  await closing.pop()?.()
  return url.replace('http', 'ws')
}
