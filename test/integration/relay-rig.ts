import {once} from 'node:events'
import type {AddressInfo} from 'node:net'

import {onTestFinished} from 'vitest'
import {WebSocket, WebSocketServer} from 'ws'

import {systemClock} from '../../src/clock.js'
import type {Logger} from '../../src/log.js'
import type {OpenStream, StreamEnd} from '../../src/serve/open-stream.js'
import {opensRelay, type RelayOptions} from '../../src/serve/relay/relay.js'
import type {BotStreamEvent, StreamEnded, StreamWatch} from '../../src/stream/bot/stream-watch.js'
import {overWebSocket, type StreamSocket} from '../../src/stream/socket.js'

export type LogLine = {
  readonly level: string
  readonly values: Readonly<Record<string, unknown>>
  readonly message: string
}

type Wrap = (socket: StreamSocket) => StreamSocket

/** Accepts every stream and gives it to the relay. */
type Listening = {
  /** Of what the relay is dialled by; `path` may have a query. */
  url(path: string): string
  readonly ends: readonly StreamEnd[]
}

async function listen(
  open: OpenStream,
  {log, watch, wrap}: {log: Logger; watch: StreamWatch; wrap: Wrap},
): Promise<Listening> {
  const server = new WebSocketServer({host: '127.0.0.1', port: 0, perMessageDeflate: false})
  await once(server, 'listening')
  const ends: StreamEnd[] = []
  server.on('connection', (ws, {url, headers}) => {
    const {pathname, searchParams} = new URL(url ?? '/', 'http://localhost')
    const end = open(wrap(overWebSocket(ws)), {
      connection: `c${String(ends.length)}`,
      path: pathname,
      pathParameters: {},
      customerOf: () => ({}),
      query: searchParams,
      urlSampleRateHz: undefined,
      authorization: headers.authorization,
      log,
      watch,
    })
    ends.push(end)
  })
  onTestFinished(async () => {
    for (const end of ends) end.terminate()
    await Promise.all(ends.map(({done}) => done))
    server.close()
  })
  // A string only for a pipe.
  const {port} = server.address() as AddressInfo
  return {ends, url: (path) => `ws://127.0.0.1:${String(port)}${path}`}
}

/** A server whose every stream goes on to the bot; keeps what it logs and tells. */
export type RelayRig = {
  readonly server: Listening
  readonly lines: LogLine[]
  readonly events: BotStreamEvent[]
  /** Resolves when the next line says this; at once when one has. */
  logged(message: string): Promise<LogLine>
  ended(): Promise<StreamEnded>
}

type RigOptions = Partial<Omit<RelayOptions, 'to' | 'clock'>> & {
  /** Instead of keeping the events. */
  readonly watch?: StreamWatch
  /** For the caller's socket, as the relay sees it. */
  readonly wrap?: Wrap
}

export async function relayTo(
  to: string,
  {watch: given, wrap = (socket) => socket, ...options}: RigOptions = {},
): Promise<RelayRig> {
  const lines: LogLine[] = []
  const events: BotStreamEvent[] = []
  const waiting = new Set<() => void>()
  const happened = () => {
    for (const look of waiting) look()
  }
  const until = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const look = () => {
        const found = find()
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  const log = keepingLog(lines, happened)
  const open = opensRelay({to, clock: systemClock, ...options})
  const watch: StreamWatch = (event) => {
    events.push(event)
    happened()
  }
  const server = await listen(open, {log, watch: given ?? watch, wrap})
  return {
    server,
    lines,
    events,
    logged: (message) => until(() => lines.find((line) => line.message === message)),
    ended: () =>
      until(() => events.flatMap((event) => (event.type === 'closed' ? [event.ended] : []))[0]),
  }
}

function keepingLog(lines: LogLine[], happened: () => void): Logger {
  const say = (level: string) => (values: object, message: string) => {
    lines.push({level, values: {...values}, message})
    happened()
  }
  const log: Logger = {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    child: () => log,
  }
  return log
}

/** A caller at the relay; `path` may have a query. */
export async function callRelay(
  {server}: RelayRig,
  path = '/media',
  headers: Readonly<Record<string, string>> = {},
): Promise<WebSocket> {
  const ws = new WebSocket(server.url(path), {headers, perMessageDeflate: false})
  ws.on('error', () => undefined)
  onTestFinished(() => {
    ws.terminate()
  })
  await once(ws, 'open')
  return ws
}

export type Message = {readonly data: Buffer; readonly isBinary: boolean}

/** Keeps what arrives; `received` resolves when there is so much of it. */
export class Inbox {
  readonly messages: Message[] = []
  readonly #waiting = new Set<() => void>()

  constructor(ws: WebSocket) {
    ws.on('message', (data: Buffer, isBinary: boolean) => {
      this.messages.push({data, isBinary})
      for (const look of this.#waiting) look()
    })
  }

  get texts(): readonly string[] {
    return this.messages.map(({data}) => data.toString('utf8'))
  }

  received(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.messages.length < count) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }
}

/** Code and reason of the close. */
export async function closeOf(ws: WebSocket): Promise<readonly [number, string]> {
  const [code, reason] = (await once(ws, 'close')) as [number, Buffer]
  return [code, reason.toString('utf8')]
}

export const CONNECTED = '{"event":"connected"}'
export const START = JSON.stringify({
  event: 'start',
  sequence_number: '1',
  stream_sid: 's1',
  start: {
    stream_sid: 's1',
    call_sid: 'c1',
    account_sid: 'a1',
    from: '+910000012345',
    to: '+910000067890',
    custom_parameters: {},
    media_format: {encoding: 'audio/x-raw', sample_rate: '8000', bit_rate: '16'},
  },
})

export function media(bytes: Uint8Array): string {
  const payload = Buffer.from(bytes).toString('base64')
  return JSON.stringify({event: 'media', stream_sid: 's1', media: {payload}})
}
