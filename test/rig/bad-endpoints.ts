import {once} from 'node:events'
import {createServer as createHttpServer} from 'node:http'
import {createServer as createTcpServer, type Server, type Socket} from 'node:net'

import {afterAll} from 'vitest'
import {type WebSocket, WebSocketServer} from 'ws'

/** Endpoints on loopback that are not what a caller hopes for. Each is at a free port of its own. */

export type Endpoint = {
  readonly url: string
  /** The Authorization headers that came, in order. */
  readonly authorizations: readonly (string | undefined)[]
}

const servers = new Set<Server>()
const sockets = new Set<Socket>()

// This file is imported where tests are collected.
afterAll(() => {
  for (const server of servers) server.close()
  for (const socket of sockets) socket.destroy()
})

/** Nothing listens there any more. */
export async function closedPort(): Promise<Endpoint> {
  const server = createTcpServer()
  const endpoint = await listening(server)
  server.close()
  await once(server, 'close')
  return endpoint
}

/** Answers every request, an upgrade too, with a page. */
export function webPage(status: number, body: string): Promise<Endpoint> {
  const authorizations: (string | undefined)[] = []
  const server = createHttpServer((request, response) => {
    authorizations.push(request.headers.authorization)
    response.writeHead(status, {'content-type': 'text/html'}).end(body)
  })
  return listening(server, authorizations)
}

/** Accepts the connection and says this, or nothing, and never more. */
export function tcpServer(greeting = ''): Promise<Endpoint> {
  return listening(createTcpServer((socket) => socket.write(greeting)))
}

/** Opens the WebSocket, and does with it as it is told. */
export function webSocket(onOpen: (ws: WebSocket) => void): Promise<Endpoint> {
  const authorizations: (string | undefined)[] = []
  const server = createHttpServer()
  const accepting = new WebSocketServer({noServer: true})
  server.on('upgrade', (request, socket, head) => {
    authorizations.push(request.headers.authorization)
    accepting.handleUpgrade(request, socket, head, onOpen)
  })
  return listening(server, authorizations)
}

/** Opens the WebSocket and never reads from it again, so that it does not even answer a close. */
export function deafWebSocket(): Promise<Endpoint> {
  return webSocket((ws) => {
    ws.pause()
  })
}

/** Once the call has started it sends everything but the protocol, and no message twice. */
export function rubbish(): Promise<Endpoint> {
  return webSocket((ws) => {
    ws.once('message', () => {
      ws.once('message', () => {
        ws.send('hello?')
        ws.send('{"event": "media", "media": {')
        ws.send(Buffer.from([0xff, 0xfe, 0x00, 0x01]))
        ws.send('{"event":"media","media":{"payload":"@@@@ no base64 @@@@"}}')
        ws.send('[1, 2, 3]')
      })
    })
  })
}

async function listening(
  server: Server,
  authorizations: readonly (string | undefined)[] = [],
): Promise<Endpoint> {
  servers.add(server)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    // Whoever dialled may be gone before we have said anything.
    socket.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('a TCP server has a port')
  return {url: `ws://127.0.0.1:${address.port}/media`, authorizations}
}
