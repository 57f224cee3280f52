import {once} from 'node:events'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll} from 'vitest'

import {type Bot, startServer} from '../../src/index.js'

/** What a flow needs around it: files, endpoints that answer, bots. All on loopback, gone after the tests. */

export type Asked = {
  readonly path: string
  readonly method: string
  readonly query: URLSearchParams
  readonly authorization: string | undefined
}

export type Endpoint = {
  readonly url: string
  readonly port: number
  /** In order; a path that is asked for is resolved as soon as it is asked. */
  readonly asked: readonly Asked[]
  readonly heard: (path: string) => Promise<Asked>
}

type Answer = (response: ServerResponse, asked: Asked, request: IncomingMessage) => void

const closing: (() => unknown)[] = []
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-walk-'))
})
afterAll(async () => {
  for (const close of closing) await close()
  await rm(folder, {recursive: true})
})

export function pathIn(name: string): string {
  return join(folder, name)
}

export async function file(name: string, text: string): Promise<string> {
  await writeFile(pathIn(name), text)
  return pathIn(name)
}

/** By path: a status, or a function that answers; 404 elsewhere. */
export async function endpoint(
  answers: Readonly<Record<string, number | Answer>>,
): Promise<Endpoint> {
  const asked: Asked[] = []
  const waiting: {path: string; tell: (one: Asked) => void}[] = []
  const server = createServer((request, response) => {
    const {pathname, searchParams} = new URL(request.url ?? '', 'http://127.0.0.1')
    const {authorization} = request.headers
    const one = {path: pathname, method: request.method ?? '', query: searchParams, authorization}
    asked.push(one)
    for (const {path, tell} of waiting) if (path === pathname) tell(one)
    const answer = answers[pathname] ?? 404
    if (typeof answer === 'number') response.writeHead(answer).end()
    else answer(response, one, request)
  })
  server.listen({host: '127.0.0.1', port: 0})
  await once(server, 'listening')
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  // A server on TCP has an address and a port.
  const {port} = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${String(port)}`,
    port,
    asked,
    heard: (path) => {
      const known = asked.find((one) => one.path === path)
      if (known) return Promise.resolve(known)
      return new Promise((tell) => waiting.push({path, tell}))
    },
  }
}

export type Told = {readonly sampleRateHz: number; readonly parameters: object}

/** A bot that listens until the stream is over, or closes it at once. */
export async function bot(manner: 'listens' | 'closes') {
  const calls: Told[] = []
  const plays: Bot = async (call) => {
    calls.push({sampleRateHz: call.sampleRateHz, parameters: call.customParameters})
    if (manner === 'closes') {
      call.close()
      return
    }
    for await (const event of call.events) if (event.type === 'stop') return
  }
  const server = await startServer({bot: plays})
  closing.push(() => server.close())
  return {url: server.url, calls, close: () => server.close()}
}

/** Where nothing listens: a port that was free a moment ago. */
export async function deadUrl(): Promise<string> {
  const {url} = await endpoint({})
  await closing.pop()?.()
  return url
}
