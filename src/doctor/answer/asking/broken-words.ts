import type {IncomingMessage} from 'node:http'

import {withoutControls} from '../../../mask.js'

/**
 * What broke a handshake, in words that the table of refusals knows: what was wrong with a 101, or
 * what came in place of an answer.
 */
export function brokenWords(
  error: Error & {readonly code?: string; readonly rawPacket?: unknown},
  accepted: IncomingMessage | undefined,
): string {
  const {code = '', message, rawPacket} = error
  if (accepted) return `101 with ${wrongHeader(message, accepted)}`
  if (code.startsWith('HPE_')) return Buffer.isBuffer(rawPacket) ? cameAs(rawPacket) : 'not HTTP'
  // Node's word for an end of the stream in place of an answer; a reset has another.
  if (message === 'socket hang up') return 'EOF in place of an answer'
  return bounded(message === '' ? code : message)
}

/** As `ws` names what it does not accept. */
const WRONG_HEADERS = [
  {name: 'Upgrade', said: /Upgrade header/},
  {name: 'Sec-WebSocket-Accept', said: /Sec-WebSocket-Accept/},
  {name: 'Sec-WebSocket-Protocol', said: /subprotocol/},
  {name: 'Sec-WebSocket-Extensions', said: /Sec-WebSocket-Extensions/},
] as const

function wrongHeader(message: string, {headers}: IncomingMessage): string {
  const wrong = WRONG_HEADERS.find(({said}) => said.test(message))
  if (!wrong) return bounded(message)
  const value = [headers[wrong.name.toLowerCase()] ?? ''].flat().join(', ')
  return `${wrong.name}: ${bounded(value)}`
}

/** RFC 9113, section 3.4: an HTTP/2 server begins with SETTINGS, which is a frame of type 4 on stream 0. */
function cameAs(packet: Buffer): string {
  const isSettings = packet.length >= 9 && packet[3] === 4 && packet.readUInt32BE(5) === 0
  if (isSettings) return 'an HTTP/2 frame in place of an HTTP/1.1 answer'
  return `not HTTP, but ${JSON.stringify(bounded(packet.subarray(0, 60).toString('latin1')))}`
}

function bounded(text: string): string {
  return withoutControls(text).slice(0, 120)
}
