import {describe, expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import type {StreamEvent} from '../../../../src/protocol/events.js'
import {Calls} from '../../../../src/simulate/conformance/calls.js'
import {dialectForms} from '../../../../src/simulate/conformance/trials/dialects.js'
import {NETWORK_FORMS, ODD_FORM} from '../../../../src/simulate/conformance/trials/framing.js'
import {isMedia, throughWires, type Wire} from '../../../../src/simulate/conformance/wire.js'
import type {StreamSocket} from '../../../../src/stream/socket.js'
import {conformancePlan} from '../../../rig/conformance-run.js'

const world = {clock: virtualClock(), signal: new AbortController().signal}
const calls = new Calls(conformancePlan('ws://127.0.0.1/media'), world, 1)
const forms = [...dialectForms(calls), ...NETWORK_FORMS, ODD_FORM]

function wireOf(id: string): ReturnType<Wire> {
  const wire = forms.find((form) => form.id === id)?.variation.wires?.[0]
  if (!wire) throw new Error(`no wire ${id}`)
  return wire()
}

const start =
  '{"event":"start","sequence_number":"1","stream_sid":"s","start":{"custom_parameters":{},"media_format":{"sample_rate":"16000"}}}\n'

function media(index: number): string {
  const payload = Buffer.alloc(320, index).toString('base64')
  const counters = {sequence_number: String(index + 1), stream_sid: 's'}
  return `${JSON.stringify({event: 'media', ...counters, media: {chunk: String(index), payload}})}\n`
}

const frames = Array.from({length: 300}, (_, at) => media(at + 1))

type Sent = {readonly sequence_number?: string; readonly media?: {chunk: string; payload: string}}

function audioOf(texts: readonly string[]): Buffer {
  const parsed = texts.map((text) => JSON.parse(text) as Sent)
  return Buffer.concat(parsed.map((sent) => Buffer.from(sent.media?.payload ?? '', 'base64')))
}

describe('the forms of a call', () => {
  test.each([
    ['spaced-json', '"event": "start", "sequence_number": "1"'],
    ['null-parameters', '"custom_parameters":null'],
    ['rate-with-unit', '"sample_rate":"16kHz"'],
    ['extra-fields', '"track":"inbound"'],
  ])('%s writes start with %s', (id, expected) => {
    const [text] = wireOf(id).send(start)

    expect(text).toContain(expected)
    expect(text?.endsWith('}\n')).toBe(true)
  })

  test('spaces change nothing of what a message says', () => {
    const [text = ''] = wireOf('spaced-json').send(start)

    expect(JSON.parse(text)).toEqual(JSON.parse(start))
    expect(text.trimEnd()).not.toContain('\n')
  })

  test('an unknown event follows start', () => {
    const wire = wireOf('unknown-events')
    wire.send('{"event":"connected"}')

    expect(wire.send(start)).toEqual([start, expect.stringContaining('"heartbeat"')])
  })

  test('without connected, only that is missing', () => {
    const wire = wireOf('without-connected')

    expect(wire.send('{"event":"connected"}')).toEqual([])
    expect(wire.send(start)).toHaveLength(1)
  })
})

describe('audio in odd sizes', () => {
  test('is the same audio, but for what waits for the next message', () => {
    const wire = wireOf('odd-sizes')
    const sent = audioOf(frames.flatMap((text) => wire.send(text)))
    const whole = audioOf(frames)

    expect(whole.subarray(0, sent.length).equals(sent)).toBe(true)
    expect(whole.length - sent.length).toBeLessThan(428)
  })

  test('has chunks and messages counted without a gap', () => {
    const wire = wireOf('odd-sizes')
    const sent = [...frames, '{"event":"stop","sequence_number":"302"}']
      .flatMap((text) => wire.send(text))
      .map((text) => JSON.parse(text) as Sent)

    const numbers = sent.map((message) => Number(message.sequence_number))
    expect(numbers).toEqual(sent.map((_, at) => at + 2))
    const chunks = sent.slice(0, -1).map((message) => Number(message.media?.chunk))
    expect(chunks).toEqual(chunks.map((_, at) => at + 1))
  })

  test('has an odd number of bytes in most messages', () => {
    const wire = wireOf('odd-sizes')
    const sizes = frames.flatMap((text) => wire.send(text)).map((text) => audioOf([text]).length)

    expect(sizes.slice(0, 4)).toEqual([23, 428, 189, 15])
  })
})

describe('a network', () => {
  test('that stalls loses nothing and keeps the order', () => {
    const wire = wireOf('stall-and-burst')

    const sent = [...frames, '{"event":"stop"}'].flatMap((text) => wire.send(text))

    expect(sent).toEqual([...frames, '{"event":"stop"}'])
  })

  test('that stalls holds back half a second', () => {
    const wire = wireOf('stall-and-burst')
    const sizes = frames.map((text) => wire.send(text).length)

    expect(Math.max(...sizes)).toBeGreaterThan(24)
  })

  test('that loses messages loses media only', () => {
    const wire = wireOf('sequence-gaps')

    const sent = [start, ...frames].flatMap((text) => wire.send(text))

    expect(sent).toContain(start)
    expect(sent).toHaveLength(frames.length + 1 - 7)
  })
})

describe('a socket behind wires', () => {
  const silent: Wire = () => ({send: () => []})
  const doubled: Wire = () => ({send: (text) => [text, text]})
  const open: Wire = () => ({send: (text) => [text], keepsOpen: true})

  async function behind(...wires: readonly Wire[]) {
    const sent: string[] = []
    const closed: number[] = []
    const socket: StreamSocket = {
      send: (data) => sent.push(String(data)),
      close: (code = 1005) => closed.push(code),
      terminate: () => undefined,
      pause: () => undefined,
      dropped: () => 0,
      listen: () => undefined,
    }
    const {dial, asSent} = throughWires(
      () => Promise.resolve({socket, handshakeMs: 1, attempts: 1}),
      wires,
    )
    const dialled = await dial(calls.plan.url, world)
    return {socket: dialled.socket, asSent, sent, closed}
  }

  const told = {type: 'sent', atMs: 0, text: start} as const satisfies StreamEvent

  test('sends what the wires make of a message, and the journal tells that', async () => {
    const {socket, asSent, sent} = await behind(doubled)
    socket.send(start)

    expect(sent).toEqual([start, start])
    expect(asSent(told)).toEqual([told, told])
  })

  test('tells nothing of a message that went nowhere', async () => {
    const {socket, asSent} = await behind(silent)
    socket.send(start)

    expect(asSent(told)).toEqual([])
  })

  test('leaves other events as they are', async () => {
    const {asSent} = await behind(silent)
    const other = {type: 'gap', atMs: 0, gapMs: 20, cause: 'late-chunk'} as const

    expect(asSent(other)).toEqual([other])
  })

  test('can be left open', async () => {
    const {socket, closed} = await behind(open)
    socket.close(1000)

    expect(closed).toEqual([])
  })
})

test.each([
  ['{"event":"media","media":{}}', true],
  ['{"event": "media"}', true],
  [start, false],
  ['{"event":"mark","mark":{"name":"\\"event\\":\\"media\\""}}', false],
])('%s is media: %s', (text, expected) => {
  expect(isMedia(text)).toBe(expected)
})
