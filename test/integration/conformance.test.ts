import {once} from 'node:events'
import {createServer, type IncomingMessage} from 'node:http'
import type {AddressInfo} from 'node:net'

import {expect, onTestFinished, test} from 'vitest'
import {type WebSocket, WebSocketServer} from 'ws'

import {systemClock} from '../../src/clock.js'
import {Calls} from '../../src/simulate/conformance/calls.js'
import type {Trial, Verdict} from '../../src/simulate/conformance/trial.js'
import {credentials} from '../../src/simulate/conformance/trials/credentials.js'
import {pongs} from '../../src/simulate/conformance/trials/pongs.js'
import {overWebSocket} from '../../src/stream/socket.js'
import {conformancePlan} from '../rig/conformance-run.js'
import {soundProcess} from '../rig/bot-process.js'

const PASSWORD = 'p@ss:word'
const USERINFO = `exotel:${encodeURIComponent(PASSWORD)}@`

type Endpoint = {
  /** Answered in place of the upgrade. */
  readonly refuse?: (request: IncomingMessage) => number | undefined
  readonly opened?: (ws: WebSocket, request: IncomingMessage) => void
}

/** A sound bot on loopback until the test is over. */
async function botOn({refuse, opened}: Endpoint): Promise<number> {
  const bot = soundProcess({answerMs: 50, hz: 260, speechMs: 300})
  const http = createServer()
  const sockets = new WebSocketServer({noServer: true})
  http.on('upgrade', (request, socket, head) => {
    const status = refuse?.(request)
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${String(status)} Refused\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      bot(overWebSocket(ws), systemClock)
      opened?.(ws, request)
    })
  })
  http.listen({host: '127.0.0.1', port: 0})
  await once(http, 'listening')
  onTestFinished(() => {
    for (const ws of sockets.clients) ws.terminate()
    http.close()
  })
  // A listening TCP server has an address with a port.
  return (http.address() as AddressInfo).port
}

function isKnown({headers}: IncomingMessage): boolean {
  return headers.authorization === `Basic ${btoa(`exotel:${PASSWORD}`)}`
}

async function tryOn(trial: Trial, port: number, userinfo = ''): Promise<Verdict> {
  const plan = conformancePlan(`ws://${userinfo}127.0.0.1:${String(port)}/media`)
  const world = {clock: systemClock, signal: new AbortController().signal, withoutPongMs: 1500}
  const calls = new Calls(plan, world, 1)
  calls.expectGreeting(20)
  const missing = trial.missing?.({plan, isOverNetwork: true, calls})
  return missing === undefined ? trial.run(calls) : {status: 'not-tried', tried: missing}
}

test('a bot that answers strangers with 401 keeps the rule, with a password that has to be encoded', async () => {
  const port = await botOn({refuse: (request) => (isKnown(request) ? undefined : 401)})

  const verdict = await tryOn(credentials, port, USERINFO)

  expect(verdict).toEqual({
    status: 'pass',
    tried: 'Called with wrong credentials, and with none.',
  })
})

test('a bot that takes strangers and then closes is told to refuse before the upgrade', async () => {
  const port = await botOn({
    opened: (ws, request) => {
      if (!isKnown(request)) ws.close(1008, 'who are you')
    },
  })

  const verdict = await tryOn(credentials, port, USERINFO)

  expect(verdict.status).toBe('fail')
  expect(verdict.detail).toMatch(
    /^With wrong credentials the upgrade was granted, and the stream closed with 1008 after \d+ ms\. With no/,
  )
  expect(verdict.diagnosis?.cause).toBe('refuses-after-upgrade')
})

test('a bot that refuses strangers otherwise than with 401 is warned', async () => {
  const port = await botOn({refuse: (request) => (isKnown(request) ? undefined : 403)})

  const verdict = await tryOn(credentials, port, USERINFO)

  expect(verdict.status).toBe('warn')
  expect(verdict.detail).toContain('403')
  expect(verdict.diagnosis).toBeUndefined()
})

test('a bot that takes calls from strangers fails', async () => {
  const port = await botOn({})

  const verdict = await tryOn(credentials, port, USERINFO)

  expect(verdict).toMatchObject({
    status: 'fail',
    detail: 'With wrong credentials the call was taken. With no credentials the call was taken.',
  })
})

test('credentials are not tried where the URL has none', async () => {
  const verdict = await tryOn(credentials, 1)

  expect(verdict.status).toBe('not-tried')
})

test('a bot that pings, and closes without a pong though audio arrives, is told so', async () => {
  const port = await botOn({
    opened: (ws) => {
      let waiting = 0
      ws.on('pong', () => (waiting = 0))
      const pinging = setInterval(() => {
        waiting += 1
        if (waiting > 3) ws.close(1011, 'keepalive ping timeout')
        else ws.ping()
      }, 200)
      ws.on('close', () => {
        clearInterval(pinging)
      })
    },
  })

  const verdict = await tryOn(pongs, port)

  expect(verdict.status).toBe('warn')
  expect(verdict.detail).toMatch(/^Without pongs the bot closed the call with 1011 after/)
  expect(verdict.diagnosis?.cause).toBe('closes-without-pong')
})

test('a bot that only pings keeps its call without a pong', async () => {
  const port = await botOn({
    opened: (ws) => {
      const pinging = setInterval(() => {
        ws.ping()
      }, 200)
      ws.on('close', () => {
        clearInterval(pinging)
      })
    },
  })

  const verdict = await tryOn(pongs, port)

  expect(verdict.status).toBe('pass')
})

test('a bot that ends every call soon is not blamed for the pongs', async () => {
  const port = await botOn({
    opened: (ws) => {
      const ending = setTimeout(() => {
        ws.close(1000)
      }, 900)
      ws.on('close', () => {
        clearTimeout(ending)
      })
    },
  })

  const verdict = await tryOn(pongs, port)

  expect(verdict.status).toBe('not-tried')
})
