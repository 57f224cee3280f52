import {openSync} from 'node:fs'
import {createServer} from 'node:http'
import {parseArgs} from 'node:util'

import {WebSocketServer} from 'ws'

/**
 * A bot with a hidden capacity, as a process of its own: speaks a tone when the caller falls silent,
 * so that the scenario `basic` passes, until more calls are open than it can bear. Says its port in
 * the first line of stdout.
 *
 *   node capacity-bot.mjs --capacity 30 --manner refuses
 */
const {values} = parseArgs({
  options: {
    capacity: {type: 'string', default: '60'},
    manner: {type: 'string', default: 'refuses'},
  },
})
const capacity = Number(values.capacity)
const MANNERS = ['refuses', 'late', 'drops', 'collapses', 'leaks']
if (!MANNERS.includes(values.manner))
  throw new RangeError(`a manner is one of ${MANNERS.join(', ')}`)
const manner = values.manner

const CHUNK_MS = 200
const QUIET_MS = 300
const LOUD = 1000
/** Of ordinary answers; and what every per cent over the capacity adds to them. */
const ANSWER_MS = 100
const ANSWER_MORE_MS = 600
/** Every call is answered so late when all fall apart. */
const COLLAPSED_MS = 3000
const KEPT_BYTES = 200_000

const payload = tone(CHUNK_MS).toString('base64')
const kept = []
let open = 0

const http = createServer()
const server = new WebSocketServer({noServer: true, perMessageDeflate: false})
http.on('upgrade', (request, socket, head) => {
  const isFull = open >= capacity && (manner === 'refuses' || manner === 'leaks')
  if (isFull) {
    socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    return
  }
  open += 1
  socket.once('close', () => (open -= 1))
  server.handleUpgrade(request, socket, head, answer)
})
http.listen(0, '127.0.0.1', () => {
  const address = http.address()
  if (address !== null && typeof address === 'object') console.log(address.port)
})

/** @param {import('ws').WebSocket} ws */
function answer(ws) {
  let sid = ''
  let isHeard = false
  let quietMs = 0
  if (manner === 'leaks') {
    kept.push(Buffer.alloc(KEPT_BYTES, 1), openSync('/dev/null', 'r'))
  }
  const isCutOff = manner === 'drops' && Math.random() < (2 * (open - capacity)) / open
  const speak = () => {
    if (ws.readyState !== ws.OPEN) return
    const media = JSON.stringify({event: 'media', stream_sid: sid, media: {payload}})
    for (let sent = 0; sent < 2; sent += 1) ws.send(media)
    // In the middle of its answer: what is closed before that was only refused.
    if (isCutOff) setTimeout(() => ws.close(1011), CHUNK_MS)
  }
  ws.on('message', (data) => {
    const {event, start, media} = JSON.parse(String(data))
    if (event === 'start') sid = start.stream_sid
    if (event !== 'media') return
    const bytes = Buffer.from(media.payload, 'base64')
    if (isLoud(bytes)) {
      isHeard = true
      quietMs = 0
      return
    }
    quietMs += bytes.length / 16
    if (!isHeard || quietMs < QUIET_MS) return
    isHeard = false
    setTimeout(speak, answerMs())
  })
}

function answerMs() {
  const over = Math.max(0, open / capacity - 1)
  if (over > 0 && manner === 'collapses') return COLLAPSED_MS
  return ANSWER_MS + (manner === 'late' ? 100 * ANSWER_MORE_MS * over : 0)
}

/** @param {Buffer} bytes */
function isLoud(bytes) {
  for (let at = 0; at + 1 < bytes.length; at += 16) {
    if (Math.abs(bytes.readInt16LE(at)) > LOUD) return true
  }
  return false
}

/** @param {number} ms */
function tone(ms) {
  const pcm = Buffer.alloc(ms * 16)
  for (let at = 0; at < pcm.length / 2; at += 1) {
    pcm.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 300 * at) / 8000)), 2 * at)
  }
  return pcm
}
