import {type IncomingMessage, STATUS_CODES} from 'node:http'
import type {Duplex} from 'node:stream'

import type {SampleRateHz} from '../protocol/messages.js'
import {readSampleRate} from '../protocol/sample-rate.js'
import {type Answer, text} from './http.js'
import {answerHttp, type Health, isStreamPath, notFound} from './routes.js'

/** A request target, taken apart without a URL parser: hostile ones must not throw. */
type RequestTarget = {readonly path: string; readonly query: URLSearchParams}

export function targetOf(request: IncomingMessage): RequestTarget {
  const {url = '/'} = request
  const mark = url.indexOf('?')
  if (mark === -1) return {path: url, query: new URLSearchParams()}
  return {path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1))}
}

type Doorkeeping = {
  readonly openStreams: number
  readonly maxStreams: number
  readonly isClosing: boolean
  readonly health: () => Health
}

/** Why this upgrade is refused; nothing when it may go on to the WebSocket handshake. */
export function refusalOf(request: IncomingMessage, door: Doorkeeping): Answer | undefined {
  const {path} = targetOf(request)
  // Such as h2c, which curl offers: whoever asks for it can do without.
  if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
    return answerHttp({method: request.method ?? 'GET', path}, door.health)
  }
  if (!isStreamPath(path)) return notFound()
  if (door.isClosing) return text(503, 'exostream is shutting down.')
  if (door.openStreams >= door.maxStreams) {
    return text(503, `All ${String(door.maxStreams)} streams are taken.`)
  }
  return undefined
}

/** Answers on the bare socket of an upgrade, and lets go of it. */
export function refuse(socket: Duplex, answer: Answer): void {
  const headers = Object.entries({
    ...answer.headers,
    'content-length': String(Buffer.byteLength(answer.body)),
    connection: 'close',
  })
  const head = [
    `HTTP/1.1 ${String(answer.status)} ${STATUS_CODES[answer.status] ?? ''}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  socket.once('finish', () => {
    socket.destroy()
  })
  socket.end(`${head.join('\r\n')}\r\n\r\n${answer.body}`)
}

/** The rate that the URL names, `16kHz` and the misspelt `sample_rate` included. */
export function sampleRateOf(query: URLSearchParams): SampleRateHz | undefined {
  return readSampleRate(query)?.sampleRateHz
}
