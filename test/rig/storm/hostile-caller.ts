import {once} from 'node:events'

import {WebSocket} from 'ws'

import type {Random} from '../../../src/random.js'
import {hostileMessage, hostileStop, pick} from './hostile-messages.js'

const MOST_UNSENT_BYTES = 4 * 1024 * 1024
const DEADLINE_MS = 60_000
const LAST_PING = 'the last'
/** So many come after a stop, before its stream is closed. */
const AFTER_STOP = 50
/** `ws` breaks off with who sends many more before it has written the answers. */
const PINGS = 10

type Storm = {readonly random: Random; readonly messages: number}

/** Sends so many hostile messages over one stream, and resolves with how many surely were read. */
export async function callWithHostility(url: string, {random, messages}: Storm): Promise<number> {
  const ws = new WebSocket(url, {perMessageDeflate: false})
  const closed = once(ws, 'close', {signal: AbortSignal.timeout(DEADLINE_MS)})
  // A server that has had enough may break off.
  ws.on('error', () => undefined)
  await once(ws, 'open')
  for (let sent = 0; sent < messages; sent += 1) {
    if (ws.bufferedAmount > MOST_UNSENT_BYTES) await untilTaken(ws)
    if (sent === messages - AFTER_STOP && random.below(2) === 0) ws.send(hostileStop(random))
    sendOne(ws, random)
  }
  const isRead = await isAnswered(ws, closed)
  end(ws, random)
  await closed
  return isRead ? messages : 0
}

function sendOne(ws: WebSocket, random: Random): void {
  const message = hostileMessage(random)
  const isOther = random.below(200) === 0
  if (isOther) pick(random, [amongPings, inFragments])(ws, message)
  else ws.send(message)
}

function amongPings(ws: WebSocket, message: string | Uint8Array): void {
  for (let pings = 0; pings < PINGS; pings += 1) ws.ping('x'.repeat(125))
  ws.send(message)
}

function inFragments(ws: WebSocket, message: string | Uint8Array): void {
  const bytes = Buffer.from(message)
  const size = Math.max(1, Math.ceil(bytes.length / 20))
  for (let at = 0; at < bytes.length; at += size) {
    ws.send(bytes.subarray(at, at + size), {fin: false, binary: typeof message !== 'string'})
    ws.pong('between')
  }
  ws.send('', {fin: true})
}

async function untilTaken(ws: WebSocket): Promise<void> {
  await new Promise<void>((resolve) => {
    // With an error when the socket has closed, which the caller finds out.
    ws.send('{}', () => {
      resolve()
    })
  })
}

/** A pong comes after all that was sent before its ping has been read. */
async function isAnswered(ws: WebSocket, closed: Promise<unknown>): Promise<boolean> {
  if (ws.readyState !== ws.OPEN) return false
  const answered = new Promise<boolean>((resolve) => {
    ws.on('pong', (data) => {
      if (data.toString() === LAST_PING) resolve(true)
    })
  })
  ws.ping(LAST_PING)
  return Promise.race([answered, closed.then(() => false)])
}

function end(ws: WebSocket, random: Random): void {
  if (ws.readyState !== ws.OPEN) return
  const ways = [
    () => {
      ws.terminate()
    },
    () => {
      ws.close()
    },
    () => {
      ws.close(4000 + random.below(1000), 'x'.repeat(123))
    },
    () => {
      ws.send('{"event":"stop"}')
      ws.close(1000)
    },
  ]
  pick(random, ways)()
}
