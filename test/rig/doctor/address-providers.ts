import {createServer, type IncomingMessage, type RequestListener, type Server} from 'node:http'
import {once} from 'node:events'
import type {AddressInfo} from 'node:net'

import {afterAll} from 'vitest'

/** Whom the doctor asks over HTTP beside the bot, on loopback. Each is at a free port of its own. */

export type Asked = {
  readonly url: string
  readonly requests: readonly IncomingMessage[]
}

const servers = new Set<Server>()

// This file is imported where tests are collected.
afterAll(() => {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
})

/** Answers every request with these words, as an address service or an outside checker does. */
export function says(body: string, status = 200): Promise<Asked> {
  return startServer((_request, response) => {
    response.writeHead(status).end(body)
  })
}

/** Takes the request and never answers. */
export function saysNothing(): Promise<Asked> {
  return startServer(() => undefined)
}

/** Never ends: what is taken of it is for the asker to bound. */
export function saysForEver(): Promise<Asked> {
  return startServer((_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write('203.0.113.9 '.repeat(1000)));
    }
    response.on('drain', more)
    more()
  })
}

export type Said = string | {readonly body: string; readonly headers: Record<string, string>}

/** By `METHOD path`; a request that is not named, or lacks this header, is not found. */
export function saysByPath(
  answers: Readonly<Record<string, Said>>,
  needed: Readonly<Record<string, string>> = {},
): Promise<Asked> {
  return startServer((request, response) => {
    const said = answers[`${request.method ?? ''} ${request.url ?? ''}`]
    const isAllowed = Object.entries(needed).every(
      ([name, value]) => request.method === 'PUT' || request.headers[name] === value,
    )
    if (said === undefined || !isAllowed) response.writeHead(404).end('not found')
    else if (typeof said === 'string') response.end(said)
    else response.writeHead(200, said.headers).end(said.body)
  })
}

/** A port that nobody listens on any more. */
export async function saidNoMore(): Promise<string> {
  const {url, server} = await listening(() => undefined)
  server.close()
  await once(server, 'close')
  return url
}

async function startServer(listener: RequestListener): Promise<Asked> {
  const requests: IncomingMessage[] = []
  const {url} = await listening((request, response) => {
    requests.push(request)
    listener(request, response)
  })
  return {url, requests}
}

async function listening(listener: RequestListener) {
  const server = createServer(listener)
  servers.add(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // The cast is what Node gives for a server on a port.
  const {port} = server.address() as AddressInfo
  return {url: `http://127.0.0.1:${String(port)}/`, server}
}
