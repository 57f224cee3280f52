import {IncomingMessage} from 'node:http'
import {Socket} from 'node:net'
import {Duplex} from 'node:stream'

import {type WebSocket, WebSocketServer} from 'ws'

/** A server's WebSocket over a stream in memory: what it reads is pushed, what it writes is kept. */
export type SocketInMemory = {
  readonly ws: WebSocket
  readonly under: Duplex
  /** All that was written since the handshake. */
  written(): Buffer
  /** Each piece is read by itself; resolves when the socket has closed. */
  readToEnd(pieces: readonly Uint8Array[]): Promise<void>
}

export function socketInMemory(maxPayload = 1_000_000): SocketInMemory {
  const parts: Buffer[] = []
  const under = new Duplex({
    read: () => undefined,
    write(part: Buffer, _encoding, done) {
      parts.push(Buffer.from(part))
      done()
    },
  })
  const request = new IncomingMessage(new Socket())
  Object.assign(request, {
    method: 'GET',
    headers: {
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    },
  })
  const server = new WebSocketServer({noServer: true, perMessageDeflate: false, maxPayload})
  let accepted: WebSocket | undefined
  server.handleUpgrade(request, under, Buffer.alloc(0), (ws) => {
    accepted = ws
  })
  if (!accepted) throw new Error('the handshake was refused')
  const ws = accepted
  parts.length = 0
  return {
    ws,
    under,
    written: () => Buffer.concat(parts),
    readToEnd: (pieces) =>
      new Promise((resolve) => {
        ws.once('close', () => {
          resolve()
        })
        for (const piece of pieces) if (!under.destroyed) under.push(Buffer.from(piece))
        under.push(null)
      }),
  }
}
