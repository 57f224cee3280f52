import {once} from 'node:events'
import {Worker} from 'node:worker_threads'

/**
 * A bot that returns every message and a hundred callers of it, each in a thread of its own, so that
 * neither measures itself or the other. The threads have no loader for TypeScript.
 */

export type EchoBot = {readonly url: string; close(): Promise<unknown>}

export async function echoBot(): Promise<EchoBot> {
  const worker = new Worker(ECHO, {eval: true})
  const [port] = (await once(worker, 'message')) as [number]
  return {url: `ws://127.0.0.1:${String(port)}/media`, close: () => worker.terminate()}
}

/** What one window of calls showed. */
export type Window = {
  /** From each message to its echo, sorted. */
  readonly roundTripMs: readonly number[]
  /** By how much the callers were late in sending: the p99. */
  readonly lateP99Ms: number
  readonly unanswered: number
}

export type Callers = {
  /** All calls to this URL speak for so long, and listen until the last echo. */
  speak(url: string, ms: number): Promise<Window>
  close(): Promise<unknown>
}

/** So many calls to each URL, with frames of this length, open until the end. */
export async function callers(
  urls: readonly string[],
  {calls, frameMs}: {readonly calls: number; readonly frameMs: number},
): Promise<Callers> {
  const worker = new Worker(CALLERS, {eval: true, workerData: {urls, calls, frameMs}})
  await once(worker, 'message')
  return {
    async speak(url, ms) {
      worker.postMessage({url, ms})
      // The thread answers with a window.
      const [window] = (await once(worker, 'message')) as [Window]
      return window
    },
    close: () => worker.terminate(),
  }
}

const ECHO = `
const {parentPort} = require('node:worker_threads')
const {WebSocketServer} = require('ws')
const server = new WebSocketServer({host: '127.0.0.1', port: 0, perMessageDeflate: false}, () => {
  parentPort.postMessage(server.address().port)
})
server.on('connection', (ws) => {
  ws.on('message', (data, isBinary) => {
    if (data.includes('"media"')) ws.send(data, {binary: isBinary})
  })
})
`

const CALLERS = `
const {once} = require('node:events')
const {parentPort, workerData} = require('node:worker_threads')
const {WebSocket} = require('ws')
const FRAME_MS = workerData.frameMs
const payload = Buffer.alloc(FRAME_MS * 16, 5).toString('base64')

async function open(url, index) {
  const ws = new WebSocket(url, {perMessageDeflate: false})
  await once(ws, 'open')
  const sid = 's' + index
  const mediaFormat = {encoding: 'audio/x-raw', sample_rate: '8000', bit_rate: '16'}
  const start = {stream_sid: sid, call_sid: 'c' + index, account_sid: 'a', from: '1', to: '2'}
  ws.send('{"event":"connected"}')
  ws.send(
    JSON.stringify({event: 'start', sequence_number: '1', stream_sid: sid, start: {...start, media_format: mediaFormat}}),
  )
  const call = {ws, sid, chunk: 0, sentAt: [], heard: () => undefined}
  ws.on('message', () => call.heard(performance.now() - call.sentAt.shift()))
  return call
}

function percentile(values, p) {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? 0
}

function speak(calls, ms) {
  return new Promise((resolve) => {
    const roundTripMs = []
    const lateMs = []
    const begin = performance.now() + FRAME_MS
    const frames = Math.round(ms / FRAME_MS)
    // Apart by parts of a frame, as calls are.
    calls.forEach((call, index) => {
      call.dueAt = begin + (index * FRAME_MS) / calls.length
      call.left = frames
      call.heard = (tripMs) => roundTripMs.push(tripMs)
    })
    const send = (call, now) => {
      lateMs.push(now - call.dueAt)
      call.dueAt += FRAME_MS
      call.left -= 1
      call.chunk += 1
      call.sentAt.push(performance.now())
      call.ws.send(
        '{"event":"media","sequence_number":"' + (call.chunk + 1) + '","stream_sid":"' + call.sid +
          '","media":{"chunk":"' + call.chunk + '","timestamp":"' + call.chunk * FRAME_MS +
          '","payload":"' + payload + '"}}',
      )
    }
    const until = begin + ms + 2000
    const turn = () => {
      const now = performance.now()
      for (const call of calls) while (call.left > 0 && call.dueAt <= now) send(call, now)
      const unanswered = calls.reduce((sum, call) => sum + call.sentAt.length + call.left, 0)
      if (unanswered > 0 && now < until) setTimeout(turn, 1)
      else {
        roundTripMs.sort((one, other) => one - other)
        resolve({roundTripMs, lateP99Ms: percentile(lateMs, 99), unanswered})
      }
    }
    turn()
  })
}

async function main() {
  const byUrl = new Map()
  for (const url of workerData.urls) {
    const indexes = Array.from({length: workerData.calls}, (_, index) => index)
    byUrl.set(url, await Promise.all(indexes.map((index) => open(url, index))))
  }
  parentPort.on('message', async ({url, ms}) => parentPort.postMessage(await speak(byUrl.get(url), ms)))
  parentPort.postMessage('open')
}
main()
`
