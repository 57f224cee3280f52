import {once} from 'node:events'
import {Worker} from 'node:worker_threads'

/**
 * A bot in a thread of its own, so that what it blocks is not the caller's loop: it speaks for 3 s as
 * soon as it is called and again whenever the caller falls silent, and keeps busy so long for each
 * chunk of 300 ms.
 */
export async function blockingBot(
  busyMs: number,
): Promise<{readonly url: string; close(): Promise<unknown>}> {
  const worker = new Worker(SOURCE, {eval: true, workerData: {busyMs}})
  const [port] = (await once(worker, 'message')) as [number]
  return {url: `ws://127.0.0.1:${String(port)}/media`, close: () => worker.terminate()}
}

/** The thread has no loader for TypeScript. */
const SOURCE = `
const {parentPort, workerData} = require('node:worker_threads')
const {WebSocketServer} = require('ws')
const CHUNK_MS = 300
const chunk = Buffer.alloc(CHUNK_MS * 16)
for (let at = 0; at < chunk.length / 2; at += 1) {
  chunk.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 300 * at) / 8000)), 2 * at)
}
const payload = chunk.toString('base64')
const server = new WebSocketServer({host: '127.0.0.1', port: 0}, () => {
  parentPort.postMessage(server.address().port)
})
server.on('connection', (ws) => {
  let sid = ''
  let left = 0
  let quietMs = -1
  const speak = () => {
    if (left > 0) return
    left = 10
    const next = () => {
      const until = performance.now() + workerData.busyMs
      while (performance.now() < until);
      if (ws.readyState !== ws.OPEN) return
      ws.send(JSON.stringify({event: 'media', stream_sid: sid, media: {payload}}))
      left -= 1
      if (left > 0) setTimeout(next, Math.max(0, CHUNK_MS - workerData.busyMs))
    }
    next()
  }
  ws.on('message', (data) => {
    const {event, start, media} = JSON.parse(data.toString())
    if (event === 'start') {
      sid = start.stream_sid
      speak()
    }
    if (event !== 'media') return
    const bytes = Buffer.from(media.payload, 'base64')
    let loudest = 0
    for (let at = 0; at < bytes.length; at += 2) loudest = Math.max(loudest, bytes.readInt16LE(at))
    if (loudest > 1000) quietMs = 0
    else if (quietMs >= 0) quietMs += 20
    if (quietMs < 400) return
    quietMs = -1
    speak()
  })
})
`
