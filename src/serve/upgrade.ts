import {type IncomingMessage, STATUS_CODES} from 'node:http'
import type {Duplex} from 'node:stream'

import type {SampleRateHz} from '../protocol/messages.js'
import {readSampleRate} from '../protocol/sample-rate.js'
import type {Access, Refusal} from './access/access.js'
import {type Answer, type Peer, text} from './http.js'
import {targetOf} from './request.js'
import type {StreamPaths} from './stream-paths.js'

/** A longer request target is no stream URL: Exotel's own limit is 600 characters (developer.exotel.com, agentstream). */
const MOST_TARGET_CHARACTERS = 4096

/** What the server is like at the moment of an upgrade. */
type Doorkeeping = {
  readonly peer: Peer
  readonly paths: StreamPaths
  readonly access: Access | undefined
  readonly openStreams: number
  readonly maxCalls: number
  readonly isClosing: boolean
}

/** Why this upgrade is refused, before any of it is done; nothing when it may go on to the handshake. */
export function refusalOf(request: IncomingMessage, door: Doorkeeping): Refusal | undefined {
  const {url = '/', headers} = request
  const {peer, paths, access} = door
  // Such as h2c, which curl offers: whoever asks for it can do without.
  if (headers.upgrade?.toLowerCase() !== 'websocket') {
    return because(text(426, 'This is a WebSocket endpoint.', {upgrade: 'websocket'}))
  }
  if (url.length > MOST_TARGET_CHARACTERS) return because(targetTooLong())
  const denied = access?.refusalOf({peer, headers, isUpgrade: true, isHealth: false})
  if (denied) return denied
  if (!paths.match(targetOf(request).path)) return because(notFound(paths))
  if (door.isClosing) return because(text(503, 'exostream is shutting down.'))
  if (door.openStreams >= door.maxCalls) {
    return because(text(503, `All ${String(door.maxCalls)} calls are taken (--max-calls).`))
  }
  return undefined
}

export function targetTooLong(): Answer {
  return text(414, `The request target is longer than ${MOST_TARGET_CHARACTERS} characters.`)
}

export function isTooLong({url = '/'}: IncomingMessage): boolean {
  return url.length > MOST_TARGET_CHARACTERS
}

export function notFound({patterns}: StreamPaths): Answer {
  return text(404, `Nothing is here; streams are taken on ${patterns.join(', ')}.`)
}

function because(answer: Answer): Refusal {
  return {answer, reason: answer.body.trim()}
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
