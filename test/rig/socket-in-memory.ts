import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {IncomingMessage} from 'node:http'
import {Socket} from 'node:net'
import {Duplex} from 'node:stream'

import {WebSocket, WebSocketServer} from 'ws'

/** A WebSocket over a stream in memory: what it reads is pushed, what it writes is kept. */
export type SocketInMemory = {
  readonly ws: WebSocket
  readonly under: Duplex
  /** All that was written since the handshake. */
  written(): Buffer
  /** Each piece is read by itself; resolves when the socket has closed. */
  readToEnd(pieces: readonly Uint8Array[]): Promise<void>
}

/** A server's. */
export function socketInMemory(maxPayload = 1_000_000): SocketInMemory {
  const {under, parts} = keepingStream()
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
  return inMemory(accepted, under, parts)
}

/** A client's, whose masks are all zeroes, so that what it writes can be read. */
export async function clientInMemory(maxPayload = 1_000_000): Promise<SocketInMemory> {
  const {under, parts} = keepingStream()
  const ws = new WebSocket('ws://in.memory/', {
    ...{maxPayload, perMessageDeflate: false},
    // A request asks for a socket, and takes any stream.
    createConnection: () => under as unknown as Socket,
    generateMask: (mask) => mask.fill(0),
  })
  const opened = once(ws, 'open')
  while (parts.length === 0) await new Promise(setImmediate)
  const [, key = ''] = /^Sec-WebSocket-Key: (.*)\r$/im.exec(Buffer.concat(parts).toString()) ?? []
  const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64')
  const head = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
  under.push(`${head}Sec-WebSocket-Accept: ${accept}\r\n\r\n`)
  await opened
  return inMemory(ws, under, parts)
}

/** What an accepted key is made with (RFC 6455, section 1.3). */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

function keepingStream(): {readonly under: Duplex; readonly parts: Buffer[]} {
  const parts: Buffer[] = []
  const under = new Duplex({
    read: () => undefined,
    write(part: Buffer, _encoding, done) {
      parts.push(Buffer.from(part))
      done()
    },
  })
  return {under, parts}
}

function inMemory(ws: WebSocket, under: Duplex, parts: Buffer[]): SocketInMemory {
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
