import {once} from 'node:events'
import {Agent, get, type IncomingMessage} from 'node:http'

import {WebSocket} from 'ws'

import {frame} from './hostile-frames.js'
import {dialRaw, handshake, statusOn, untilClosed} from './raw-socket.js'

/** Where a visit goes, and what proves that it may. */
export type Door = {readonly port: number; readonly basic: string}

/** A way to come and to go; resolves with what was seen of it, which is always the same. */
export type Visit = (door: Door) => Promise<unknown>

const PAYLOAD = Buffer.alloc(320, 1).toString('base64')
const START = '{"event":"start","stream_sid":"s","start":{"stream_sid":"s","call_sid":"c"}}'
const MEDIA = JSON.stringify({event: 'media', stream_sid: 's', media: {payload: PAYLOAD}})
const LARGE = textFrame(JSON.stringify({event: 'media', media: {payload: 'A'.repeat(32 * 1024)}}))
const STOP = '{"event":"stop","stream_sid":"s","stop":{"reason":"callended"}}'
const BURST = 50

/** Ten of them, each with what is seen when all is well. */
export const VISITS: readonly (readonly [name: string, visit: Visit, seen: unknown])[] = [
  ['a call that is closed', closed, {echoed: 1, code: 1000}],
  ['a reset', (door) => reset(door, []), 101],
  ['a close before start', (door) => closedAfter(door, []), 1000],
  ['start, then a reset', (door) => reset(door, [START, MEDIA]), 101],
  ['stop, then a close', (door) => closedAfter(door, [START, MEDIA, STOP]), 1000],
  ['a burst, then stop', burst, {echoed: BURST, code: 1000}],
  ['requests on one connection', kept, [200, 200, 404]],
  ['an upgrade that is refused', refused, [401, 404]],
  ['a connection without anyone at its other end', halfOpen, 'killed'],
  ['a caller who never reads', neverReads, 'reset'],
]

async function open({port, basic}: Door): Promise<WebSocket> {
  const ws = new WebSocket(`ws://${basic}@127.0.0.1:${String(port)}/media`)
  await once(ws, 'open')
  return ws
}

async function closed(door: Door): Promise<object> {
  const ws = await open(door)
  const echo = once(ws, 'message')
  ws.send(START)
  ws.send(MEDIA)
  const echoed = (await echo).length === 0 ? 0 : 1
  ws.close(1000)
  const [code] = (await once(ws, 'close')) as [number]
  return {echoed, code}
}

async function closedAfter(door: Door, messages: readonly string[]): Promise<number> {
  const ws = await open(door)
  for (const message of messages) ws.send(message)
  ws.close(1000)
  const [code] = (await once(ws, 'close')) as [number]
  return code
}

/** The server closes, some time after the stop. */
async function burst(door: Door): Promise<object> {
  const ws = await open(door)
  let echoed = 0
  ws.on('message', () => (echoed += 1))
  for (const message of [START, ...Array<string>(BURST).fill(MEDIA), STOP]) ws.send(message)
  const [code] = (await once(ws, 'close')) as [number]
  return {echoed, code}
}

async function reset(door: Door, messages: readonly string[]): Promise<number | undefined> {
  const socket = await dialRaw(door.port)
  socket.write(provenHandshake(door))
  const status = await statusOn(socket)
  for (const message of messages) socket.write(textFrame(message))
  await new Promise((resolve) => socket.write('', resolve))
  socket.resetAndDestroy()
  await untilClosed(socket)
  return status
}

async function kept(door: Door): Promise<readonly unknown[]> {
  const agent = new Agent({keepAlive: true, maxSockets: 1})
  const statuses: unknown[] = []
  for (const path of ['/health', '/media', '/nowhere']) {
    const {port, basic} = door
    const request = get({host: '127.0.0.1', port, path, agent, auth: basic})
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    statuses.push(response.statusCode)
    response.resume()
    await once(response, 'end')
  }
  agent.destroy()
  return statuses
}

async function refused(door: Door): Promise<readonly unknown[]> {
  const statuses: unknown[] = []
  for (const head of [handshake('/media'), provenHandshake(door, '/nowhere')]) {
    const socket = await dialRaw(door.port)
    socket.write(head)
    statuses.push(await statusOn(socket))
    socket.destroy()
  }
  return statuses
}

/** No ping is answered, so that the server finds out. */
async function halfOpen(door: Door): Promise<string> {
  const socket = await dialRaw(door.port)
  socket.write(provenHandshake(door))
  socket.write(textFrame(START))
  await untilClosed(socket)
  return 'killed'
}

async function neverReads(door: Door): Promise<string> {
  const socket = await dialRaw(door.port)
  socket.pause()
  socket.write(provenHandshake(door))
  socket.write(textFrame(START))
  for (let messages = 1; messages < BURST; messages += 1) socket.write(LARGE)
  await new Promise((resolve) => socket.write(LARGE, resolve))
  socket.resetAndDestroy()
  return 'reset'
}

function provenHandshake({basic}: Door, path = '/media'): string {
  return handshake(path, {authorization: `Basic ${Buffer.from(basic).toString('base64')}`})
}

function textFrame(text: string): Uint8Array {
  return frame(0x81, Buffer.from(text))
}
