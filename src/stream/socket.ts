import type {IncomingMessage} from 'node:http'
import type {Duplex} from 'node:stream'

import type {RawData, WebSocket} from 'ws'

import type {Clock} from '../clock.js'
import type {AsciiParts} from './frames.js'
import {Outgoing} from './outgoing.js'
import {pingsOver} from './pings.js'
import {QuickReader} from './quick-reader.js'

/** The seam under both ends of a stream: raw messages, nothing of the protocol. */
export type StreamSocket = {
  /**
   * Sends one message, as text unless it is to be a binary frame; bytes are one anyhow. On a closed socket
   * nothing. What a slow reader cannot take waits, within bounds: the oldest audio goes first, and is
   * counted as dropped.
   */
  send(data: string | Uint8Array, isBinary?: boolean): void
  /**
   * Sends text of ASCII alone that is mostly payload, and need not be joined before: the same as `send`
   * of all parts in one. Only where that saves something.
   */
  sendAscii?(parts: AsciiParts): void
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
   * Where it is there, text may come here instead, as the UTF-8 that was read: who understands bytes
   * spares it the way through a string.
   */
  text?(bytes: Buffer): void
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

/** What a server has of the upgrade to a WebSocket. */
export type Accepted = {
  readonly socket: Duplex
  /** As `ws` was told. */
  readonly maxMessageBytes: number
  /** Of each message that `ws` does not tell of, because it was read past it. */
  readonly messageCame: () => void
}

/**
 * @param clock what pings are measured with
 * @param accepted with it, and as a client without it, most messages are read and written past `ws`
 */
export function overWebSocket(ws: WebSocket, clock?: Clock, accepted?: Accepted): StreamSocket {
  const outgoing = new Outgoing(ws)
  let quick: QuickReader | undefined
  if (accepted) {
    outgoing.over({socket: accepted.socket, isMasked: false})
    const {messageCame} = accepted
    const hear = (text: Buffer) => {
      messageCame()
      received(text, false)
    }
    quick = new QuickReader({ws, isMasked: true, hear, ...accepted})
  }
  ws.once('upgrade', ({socket}: IncomingMessage) => {
    outgoing.over({socket, isMasked: true})
    ws.once('open', () => {
      const hear = (text: Buffer) => {
        received(text, false)
      }
      quick = new QuickReader({
        ...{ws, socket, isMasked: false, hear},
        maxMessageBytes: MAX_MESSAGE_BYTES,
      })
    })
  })
  let isPaused = false
  let listener: SocketListener | undefined
  const early: ((to: SocketListener) => void)[] = []
  const deliver = (hand: (to: SocketListener) => void) => {
    if (listener) hand(listener)
    else early.push(hand)
  }

  ws.on('message', (data: RawData, isBinary: boolean) => {
    received(asBytes(data), isBinary)
  })
  const received = (bytes: Buffer, isBinary: boolean) => {
    if (isPaused) return
    if (listener) hand(listener, bytes, isBinary)
    else {
      early.push((to) => {
        hand(to, bytes, isBinary)
      })
    }
  }
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
    sendAscii(parts) {
      outgoing.sendAscii(parts)
    },
    close(code, reason) {
      outgoing.finish()
      quick?.giveUp()
      ws.close(code, reason)
    },
    terminate() {
      quick?.giveUp()
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
      for (const one of early.splice(0)) one(given)
    },
    ...(clock ? {ping: pingsOver(ws, clock)} : {}),
  }
}

function hand(to: SocketListener, bytes: Buffer, isBinary: boolean): void {
  if (isBinary) to.message(bytes)
  else if (to.text) to.text(bytes)
  else to.message(bytes.toString('utf8'))
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
