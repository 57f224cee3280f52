import type {Closing, StreamEvent} from '../../protocol/events.js'

/** How the record of a stream tells what came from the socket. */

export function receivedEvent(
  data: string | Uint8Array,
  {atMs, tick}: {atMs: number; tick: number},
): StreamEvent {
  if (typeof data === 'string') return {type: 'received', atMs, tick, text: data}
  const bytes = Buffer.from(data)
  const text = bytes.toString('utf8')
  return {type: 'received', atMs, tick, text, base64: bytes.toString('base64')}
}

export type SocketEnd = {
  readonly code: number
  readonly reason: string
  /** This end closed, because what came could not be taken. */
  readonly isRefusal: boolean
}

/** Who ended a stream on which nobody had hung up. */
export function closingOf({code, reason, isRefusal}: SocketEnd): Closing {
  if (isRefusal) return {by: 'caller', code, reason: 'the message was refused'}
  const by = code === 1006 ? 'network' : 'bot'
  return {by, code, ...(reason === '' ? {} : {reason})}
}
