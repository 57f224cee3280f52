import {describe, expect, test} from 'vitest'

import {watchCall} from '../../../../src/serve/logging/call-record.js'
import type {
  BotStreamEvent,
  StreamEnded,
  StreamIdentity,
} from '../../../../src/stream/bot/stream-watch.js'

const context = {
  connection: '3f2a-17',
  startedAt: new Date('2026-01-31T10:15:02.123Z'),
  path: '/media',
  peer: '127.0.0.1',
  botName: 'echo',
}

const identity: StreamIdentity = {
  streamSid: '6f048d2e897a0d2d4029560f3f541947',
  callSid: '5d9a66b5f8f2424fad3b21ab22a8193m',
  accountSid: 'exotel1m',
  from: '+919876543210',
  to: '08012345678',
  customParameters: {plan: 'gold-card'},
  sampleRateHz: 8000,
  rateFrom: 'start',
  encoding: 'audio/x-l16',
  casing: 'snake',
  isImplied: false,
}

const ended: StreamEnded = {
  code: 1000,
  reason: 'done',
  closedBy: 'caller',
  durationMs: 2500.4,
  stopReason: 'callended',
  received: {start: 1, media: 125},
  sent: {media: 100, mark: 2},
  heardMs: 2500,
  saidMs: 2000,
  audioDropped: 0,
  unsent: 0,
  findings: [],
  metrics: {},
}

function recordOf(events: readonly BotStreamEvent[], given = context): Record<string, unknown> {
  const lines: string[] = []
  const watch = watchCall(given, (line) => lines.push(line))
  for (const event of events) watch(event)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^[^\n]*\n$/)
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>
}

const started: BotStreamEvent = {type: 'started', atMs: 1, identity}
const closed = (more: Partial<StreamEnded> = {}): BotStreamEvent => ({
  type: 'closed',
  atMs: 2500.4,
  ended: {...ended, ...more},
})

describe('the record of a finished call', () => {
  test('has the ids whole, also those of a client that numbers its calls by the time', () => {
    const ids = {callSid: '1700000000123', streamSid: '1700000000124'}

    expect(recordOf([{...started, identity: {...identity, ...ids}}, closed()])).toMatchObject(ids)
  })

  test('says who called, how it ended and what went over the wire', () => {
    const pcm = new Int16Array(160)
    const message = {event: 'media', payload: '', streamSid: identity.streamSid} as const
    const audio: BotStreamEvent = {
      ...{type: 'audio', atMs: 20, codec: 'pcm16', message, pcm},
      bytes: new Uint8Array(320),
    }

    const record = recordOf([started, audio, closed()])

    expect(record).toEqual({
      schemaVersion: 1,
      connection: '3f2a-17',
      callSid: identity.callSid,
      streamSid: identity.streamSid,
      accountSid: 'exotel1m',
      from: '+********3210',
      to: '*******5678',
      sampleRateHz: 8000,
      rateFrom: 'start',
      encoding: 'audio/x-l16',
      codec: 'pcm16',
      startedAt: '2026-01-31T10:15:02.123Z',
      endedAt: '2026-01-31T10:15:04.623Z',
      durationMs: 2500,
      path: '/media',
      peer: '127.0.0.1',
      bot: 'echo',
      code: 1000,
      reason: 'done',
      closedBy: 'caller',
      stopReason: 'callended',
      received: {start: 1, media: 125},
      sent: {media: 100, mark: 2},
      heardMs: 2500,
      saidMs: 2000,
      audioDropped: 0,
      unsent: 0,
      findings: [],
      metrics: {},
    })
  })

  test('of a stream that never began has no ids', () => {
    const record = recordOf([closed({code: 1006, closedBy: 'network'})])

    expect(record).toMatchObject({connection: '3f2a-17', code: 1006})
    expect(record).not.toHaveProperty('callSid')
  })

  test('takes the ids of a start that came late', () => {
    const implied = {...identity, callSid: '', streamSid: '', isImplied: true}

    const record = recordOf([
      {type: 'started', atMs: 1, identity: implied},
      {type: 'identified', atMs: 2, identity},
      closed(),
    ])

    expect(record).toMatchObject({callSid: identity.callSid})
  })

  test('counts what either side did wrong', () => {
    const finding = {
      ...({rule: 'connected-missing', ref: 'C1', severity: 'info', count: 3} as const),
      ...{summary: 'x', fix: 'y', firstAtMs: 1},
    }

    const record = recordOf([started, closed({findings: [finding], botFindings: [finding]})])

    const short = {rule: 'connected-missing', severity: 'info', count: 3}
    expect(record).toMatchObject({findings: [short], botFindings: [short]})
  })

  test('has the values of a metric while they are few, and then their spread', () => {
    const many = Array.from({length: 100}, (_, at) => 100 - at)

    const record = recordOf([started, closed({metrics: {firstToken: [3, 1], replyMs: many}})])

    expect(record['metrics']).toEqual({
      firstToken: {count: 2, values: [3, 1]},
      replyMs: {count: 100, p50: 50, p95: 95, max: 100},
    })
  })

  test('has nothing of the custom parameters, no secret and no control character', () => {
    const hostile = {...identity, callSid: '\u001b[2Ja\nb\u202e', encoding: 'x'.repeat(100_000)}
    const lines: string[] = []
    const watch = watchCall({...context, path: '/media/+919876543210'}, (line) => lines.push(line))

    watch({type: 'started', atMs: 1, identity: hostile})
    watch(closed({reason: 'Bearer s3cr3t', stopReason: 'wss://KEY:s3cr3t@bot.example'}))

    expect(lines.join('')).not.toMatch(/gold-card|s3cr3t|987654/)
    expect(lines.join('').slice(0, -1)).not.toMatch(/[\p{Cc}\u202e]/u)
    expect(lines.join('').length).toBeLessThan(5000)
  })
})
