import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest'
import {type WebSocket, WebSocketServer} from 'ws'

import {simulateCall} from '../../src/index.js'
import {recomputeRun} from '../../src/simulate/recompute/recompute.js'
import {parseStreamUrl} from '../../src/stream/exotel/stream-url.js'
import {packageVersion} from '../../src/version.js'
import {failureOf, dialUp} from './stream-rig.js'

/** Bots and endpoints that say back what they were told in confidence. */

let folder = ''
let short = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-secrets-'))
  short = join(folder, 'short.yaml')
  await writeFile(short, 'version: 1\nname: short\nsteps: [{wait: {ms: 600}}, {hangUp: stop}]\n')
})
afterAll(() => rm(folder, {recursive: true}))

const USER = 'user-of-it'
const PASSWORD = 'SECR@TPW'
const KEY = 'TOPSECRET'
const BASIC = Buffer.from(`${USER}:${PASSWORD}`).toString('base64')
const CONFIDED = [USER, PASSWORD, encodeURIComponent(PASSWORD), KEY, BASIC, BASIC.slice(0, 14)]

type Said = {
  /** Of a server on loopback, with the credentials in it. */
  readonly url: (scheme: 'ws' | 'http') => string
}

/** All that a request came with, in one text. */
function confidedIn({headers, url}: IncomingMessage): string {
  const {authorization = '', 'x-key': key = ''} = headers
  return `${String(key)} ${authorization} ${PASSWORD} ${encodeURIComponent(PASSWORD)} ${USER} ${url ?? ''}`
}

async function listen(server: ReturnType<typeof createServer>): Promise<Said> {
  server.listen({host: '127.0.0.1', port: 0})
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // A server on TCP has an address and a port.
  const {port} = server.address() as AddressInfo
  const userinfo = `${USER}:${encodeURIComponent(PASSWORD)}`
  return {url: (scheme) => `${scheme}://${userinfo}@127.0.0.1:${String(port)}/media`}
}

function http(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Said> {
  return listen(createServer(answer))
}

function bot(talk: (ws: WebSocket, request: IncomingMessage) => void): Promise<Said> {
  const server = createServer()
  new WebSocketServer({server}).on('connection', talk)
  return listen(server)
}

function expectNothingOf(text: string): void {
  expect(CONFIDED.filter((secret) => text.includes(secret))).toEqual([])
}

describe('credentials and the values of headers', () => {
  test('are not in the failure of a dial that was answered with them', async () => {
    const {url} = await http((request, response) => {
      response.writeHead(403).end(confidedIn(request))
    })

    const report = await simulateCall({
      url: url('ws'),
      scenario: short,
      headers: {'X-Key': KEY},
    })
    const {message} = await failureOf(dialUp(url('ws')))

    expect(report.calls[0]?.failure?.code).toBe('EXO_UNAUTHORIZED')
    expect(report.calls[0]?.failure?.message).toContain('***')
    expectNothingOf(JSON.stringify(report))
    expect(message).toContain('***')
    expectNothingOf(message.replace(parseStreamUrl(url('ws')).shown, ''))
  })

  test('are not in the report or the journal of a bot that says them back, which tells the same again', async () => {
    const {url} = await bot((ws, {headers}) => {
      const told = [`Basic ${BASIC}`, BASIC, PASSWORD, USER, String(headers['x-key'])]
      let heard = 0
      ws.on('message', (data: Buffer) => {
        const text = data.toString('utf8')
        if (text.includes('"start"')) {
          for (const [number, one] of told.entries()) {
            ws.send(
              JSON.stringify({
                event: 'mark',
                stream_sid: one,
                mark: {name: `${String(number)} of ${one}`},
              }),
            )
            ws.send(JSON.stringify({event: one}))
            ws.send(Buffer.from(one))
            ws.send(`${one}?`)
          }
        }
        if (text.includes('"mark"')) heard += 1
        if (heard === told.length) ws.close(4001, `no ${KEY} or ${BASIC}`)
      })
    })
    const out = join(folder, 'talker')

    const report = await simulateCall({
      url: url('ws'),
      scenario: short,
      headers: {'X-Key': KEY},
      out,
    })
    const journal = join(out, 'journal.ndjson')
    const again = await recomputeRun([journal], packageVersion())

    expect(report.calls[0]?.closing).toEqual({by: 'bot', code: 4001, reason: 'no *** or ***'})
    expectNothingOf(JSON.stringify(report))
    expectNothingOf(await readFile(journal, 'utf8'))
    expectNothingOf(await readFile(join(out, 'report.json'), 'utf8'))
    expect(again.notes).toEqual([])
    expect(again.report.calls[0]?.findings).toEqual(report.calls[0]?.findings)
    expect(again.report.calls[0]?.diagnosis).toEqual(report.calls[0]?.diagnosis)
  })

  test('are not in what a dynamic URL and a Passthru are blamed for', async () => {
    const {url} = await http((request, response) => {
      response.end(JSON.stringify({url: `not at ${confidedIn(request)}`}))
    })
    const next = await http((request, response) => {
      response.writeHead(404).end(confidedIn(request))
    })

    const report = await simulateCall({
      url: url('http'),
      scenario: short,
      headers: {'X-Key': KEY},
      passthru: {url: next.url('http')},
    })

    expect(report.calls[0]?.failure?.code).toBe('EXO_DYNAMIC_URL')
    expect(report.calls[0]?.dynamicUrl?.problem).toContain('***')
    expectNothingOf(JSON.stringify(report))
  })
})
