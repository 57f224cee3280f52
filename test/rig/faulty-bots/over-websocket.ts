import {once} from 'node:events'
import type {AddressInfo} from 'node:net'

import {type WebSocket, WebSocketServer} from 'ws'

import {systemClock} from '../../../src/clock.js'
import {overWebSocket} from '../../../src/stream/socket.js'
import {type BinarySocket, RawBot, type RawBotOptions} from './raw-bot.js'

export type ServedBot = {readonly url: string; close(): Promise<void>}

/** The bot behind a real WebSocket server, on a free port of loopback. */
export async function serveRawBot(options: RawBotOptions): Promise<ServedBot> {
  const server = new WebSocketServer({host: '127.0.0.1', port: 0})
  await once(server, 'listening')
  server.on('connection', (ws) => {
    new RawBot(withBinary(ws), systemClock, options)
  })
  // A string only for a pipe.
  const {port} = server.address() as AddressInfo
  return {
    url: `ws://127.0.0.1:${String(port)}/media`,
    async close() {
      for (const ws of server.clients) ws.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}

function withBinary(ws: WebSocket): BinarySocket {
  return Object.assign(overWebSocket(ws), {
    sendBinary(bytes: Uint8Array) {
      if (ws.readyState === ws.OPEN) ws.send(bytes, {binary: true})
    },
  })
}
