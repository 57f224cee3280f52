import {once} from 'node:events'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, expect, test} from 'vitest'
import {WebSocket, WebSocketServer} from 'ws'

import {systemClock} from '../../src/clock.js'
import type {LogEntry} from '../../src/log.js'
import {type Logs, openLogs} from '../../src/serve/logging/open-logs.js'
import {readLogs} from '../../src/serve/logging/read-logs.js'
import {BotEnd} from '../../src/stream/bot/bot-end.js'
import type {Bot} from '../../src/stream/bot/bot.js'
import {overWebSocket} from '../../src/stream/socket.js'

const CALL_SID = '5d9a66b5f8f2424fad3b21ab22a8193m'
const STREAM_SID = '6f048d2e897a0d2d4029560f3f541947'

let dir = ''
let http: Server
let logs: Logs
const told: string[] = []

const bot: Bot = async (call) => {
  for await (const event of call.events) {
    if (event.type === 'audio') call.playPayload(event.payload)
    if (event.type === 'dtmf') call.metric('menuMs', 12)
  }
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'exostream-logging-'))
  told.length = 0
  const destination = {
    write(line: string) {
      told.push(line)
    },
  }
  const stderr = {level: 'info', pretty: true, destination} as const
  logs = await openLogs({dir, level: 'debug', stderr, clock: systemClock})
  http = createServer().listen(0, '127.0.0.1')
  const sockets = new WebSocketServer({server: http})
  let connections = 0
  sockets.on('connection', (ws) => {
    connections += 1
    const connection = `3f2a-${String(connections)}`
    const log = logs.log.child({connection})
    const startedAt = systemClock.wallNow()
    const context = {connection, startedAt, path: '/media', peer: '127.0.0.1', botName: 'test'}
    const watch = logs.watchFor(context)
    new BotEnd(overWebSocket(ws), {bot, clock: systemClock, log, watch})
  })
  await once(http, 'listening')
})

afterEach(async () => {
  http.close()
  http.closeAllConnections()
  await logs.close()
  await rm(dir, {recursive: true})
})

async function call(messages: readonly object[]): Promise<void> {
  const {port} = http.address() as AddressInfo
  const ws = new WebSocket(`ws://127.0.0.1:${String(port)}/media`)
  await once(ws, 'open')
  for (const message of messages) ws.send(JSON.stringify(message))
  await new Promise<void>((resolve) => {
    ws.ping(undefined, undefined, () => {
      resolve()
    })
  })
  ws.close(1000, 'done')
  await once(ws, 'close')
}

const start = {
  event: 'start',
  sequence_number: 1,
  stream_sid: STREAM_SID,
  start: {
    stream_sid: STREAM_SID,
    call_sid: CALL_SID,
    account_sid: 'exotel1m',
    from: '+919876543210',
    to: '08012345678',
    custom_parameters: {plan: 'gold-card'},
    media_format: {encoding: 'audio/x-l16', sample_rate: '8000', bit_rate: '128kbps'},
  },
}
const media = {
  event: 'media',
  stream_sid: STREAM_SID,
  media: {chunk: '1', timestamp: '20', payload: Buffer.alloc(3200).toString('base64')},
}
const dtmf = {event: 'dtmf', stream_sid: STREAM_SID, dtmf: {duration: '100', digit: '5'}}
const stop = {
  event: 'stop',
  stream_sid: STREAM_SID,
  stop: {call_sid: CALL_SID, reason: 'callended'},
}
const whole = [{event: 'connected'}, start, media, dtmf, stop]

async function recordsOf(count: number): Promise<Record<string, unknown>[]> {
  const lines = async () => (await readFile(join(dir, 'calls.ndjson'), 'utf8')).split('\n')
  await expect.poll(async () => (await lines()).length - 1, {timeout: 5000}).toBe(count)
  return (await lines()).slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('a call over a socket leaves one record, with what it was and how it went', async () => {
  await call(whole)

  expect(await recordsOf(1)).toMatchObject([
    {
      schemaVersion: 1,
      connection: '3f2a-1',
      callSid: CALL_SID,
      streamSid: STREAM_SID,
      from: '+********3210',
      sampleRateHz: 8000,
      codec: 'pcm16',
      code: 1000,
      closedBy: 'caller',
      received: {start: 1, media: 1, dtmf: 1, stop: 1},
      sent: {media: 1},
      metrics: {menuMs: {count: 1, values: [12]}},
    },
  ])
})

test('the events of one call are found by the end of its sid, and those of another are not', async () => {
  const other = JSON.parse(JSON.stringify(whole).replaceAll(CALL_SID, 'other')) as object[]
  await Promise.all([call(whole), call(other)])
  await recordsOf(2)
  await logs.close()

  const {signal} = new AbortController()
  const reading = await readLogs({dir, call: '8193m'}, {clock: systemClock, signal})
  const entries: LogEntry[] = []
  for await (const entry of reading.entries) entries.push(entry)

  expect(entries.map(({message}) => message)).toContain('digit received')
  expect(new Set(entries.map(({connection}) => connection)).size).toBe(1)
  expect(entries.map(({callSid}) => callSid)).not.toContain('other')
})

test('neither files nor stderr hold a whole number, a custom value at info, or audio', async () => {
  await call(whole)
  await recordsOf(1)
  await logs.close()

  const files = ['events.ndjson', 'calls.ndjson', 'exostream.log']
  const texts = await Promise.all(files.map((name) => readFile(join(dir, name), 'utf8')))
  const [events = '', calls = '', log = ''] = texts
  const all = [...texts, told.join('')].join('')
  expect(all).not.toMatch(/987654|801234|AAAAAAAAAA/)
  expect([events, calls, told.join('')].join('')).not.toContain('gold-card')
  expect(log.split('\n').filter((line) => / (info|warn) .*gold-card/.test(line))).toEqual([])
})

test('every line of a connection carries its id', async () => {
  await call([...whole, {event: 'nobody knows'}])
  await recordsOf(1)

  expect(told.length).toBeGreaterThan(3)
  expect(told.filter((line) => !line.includes(' 3f2a-1 '))).toEqual([])
})
