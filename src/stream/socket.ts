import type {RawData, WebSocket} from 'ws'

import type {Clock} from '../clock.js'
import {Outgoing} from './outgoing.js'
import {pingsOver} from './pings.js'

/** The seam under both ends of a stream: raw messages, nothing of the protocol. */
export type StreamSocket = {
  /**
   * Sends one message, as text unless it is to be a binary frame; bytes are one anyhow. On a closed socket
   * nothing. What a slow reader cannot take waits, within bounds: the oldest audio goes first, and is
   * counted as dropped.
   */
  send(data: string | Uint8Array, isBinary?: boolean): void
  /** Without a code the close frame is empty, which the other end sees as 1005. */
  close(code?: number, reason?: string): void
  /** Drops the connection without a close frame. */
  terminate(): void
  /** From now on nothing is read, so that not even a ping or a close is answered. */
  pause(): void
  /** Messages that were not sent, because the other end read too slowly, or had stopped reading. */
  dropped(): number
  /**
   * Only where there is a network under it, and a clock to measure with: a ping, and its round trip
   * in ms; undefined when there was no pong within 5 s or before the close.
   */
  ping?(): Promise<number | undefined>
  /** One listener; what arrived before it is handed to it first. */
  listen(listener: SocketListener): void
}

export type SocketListener = {
  /** A text message as a string, a binary one as bytes. */
  message(data: string | Uint8Array): void
  /**
   * Once; 1006 when there was no close frame. `isRefusal`: this end closed, because what came was
   * too large (1009) or no WebSocket message (1002, 1007).
   */
  closed(code: number, reason: string, isRefusal?: boolean): void
}

/** Never on the wire: it stands for a close without a frame (RFC 6455, section 7.4.1). */
export const NO_CLOSE_FRAME = 1006

/** More than the largest legal chunk as base64 with room to spare; a larger message ends with 1009. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024

export function overWebSocket(ws: WebSocket, clock?: Clock): StreamSocket {
  const outgoing = new Outgoing(ws)
  let isPaused = false
  let listener: SocketListener | undefined
  const early: ((to: SocketListener) => void)[] = []
  const deliver = (hand: (to: SocketListener) => void) => {
    if (listener) hand(listener)
    else early.push(hand)
  }

  ws.on('message', (data: RawData, isBinary: boolean) => {
    if (isPaused) return
    const bytes = asBytes(data)
    const message = isBinary ? bytes : bytes.toString('utf8')
    deliver((to) => {
      to.message(message)
    })
  })
  let refusedWith: number | undefined
  ws.on('close', (code: number, reason: Buffer) => {
    outgoing.letGo()
    deliver((to) => {
      if (isPaused) to.closed(NO_CLOSE_FRAME, '')
      else if (code === NO_CLOSE_FRAME && refusedWith !== undefined)
        to.closed(refusedWith, '', true)
      else to.closed(code, reason.toString('utf8'))
    })
  })
  // A broken connection also closes, and the close tells; but when we refuse to read on, `ws` sends
  // the code and does not wait for the answer.
  ws.on('error', (error: Error & {code?: string}) => {
    refusedWith = refusalCode(error.code ?? '')
  })

  return {
    send(data, isBinary = typeof data !== 'string') {
      outgoing.send(data, isBinary)
    },
    close(code, reason) {
      outgoing.finish()
      ws.close(code, reason)
    },
    terminate() {
      ws.terminate()
    },
    pause() {
      // What waits in the buffers `ws` hands over all the same, a close frame too, once it is dropped.
      isPaused = true
      ws.pause()
    },
    dropped: () => outgoing.dropped,
    listen(given) {
      listener = given
      for (const hand of early.splice(0)) hand(given)
    },
    ...(clock ? {ping: pingsOver(ws, clock)} : {}),
  }
}

/** The close code that `ws` sends for what it could not read (RFC 6455, section 7.4.1). */
function refusalCode(code: string): number | undefined {
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 1009
  if (code === 'WS_ERR_INVALID_UTF8') return 1007
  return code.startsWith('WS_ERR_') ? 1002 : undefined
}

function asBytes(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
