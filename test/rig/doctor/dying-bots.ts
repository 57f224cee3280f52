import {once} from 'node:events'
import {readFile} from 'node:fs/promises'
import {type AddressInfo, connect, createServer, type Server, type Socket} from 'node:net'
import {join} from 'node:path'

import {afterAll} from 'vitest'
import {type WebSocket, WebSocketServer} from 'ws'

import {isAudible} from '../../../src/audio/level.js'
import {bytesToPcm16} from '../../../src/audio/pcm16.js'
import {systemClock} from '../../../src/clock.js'

/** Bots over a real WebSocket, each with one fault or none, on a free port of loopback. */

/** What one call of a bot is like; `calls` are those that are open, this one among them. */
export type Behaviour = (call: LabCall) => void

export type LabCall = {
  readonly ws: WebSocket
  readonly calls: ReadonlySet<WebSocket>
  /** How many calls there have been, with this one. */
  readonly number: number
  /** The process is gone, with all its connections. */
  die(): void
}

export type Lab = {readonly url: string; readonly port: number}

type LabOptions = {
  /** The status with which the upgrade is refused; undefined opens it. */
  readonly refuses?: (open: number, number: number) => number | undefined
}

const AUDIO = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'audio', 'hello.wav')
const WAV_HEADER_BYTES = 44

const closers: (() => void)[] = []
// This file is imported where tests are collected.
afterAll(() => {
  for (const close of closers) close()
})

export async function serveLab(behave: Behaviour, options: LabOptions = {}): Promise<Lab> {
  const {refuses = () => undefined} = options
  const calls = new Set<WebSocket>()
  let number = 0
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    verifyClient: (_request, answer) => {
      const status = refuses(calls.size, number + 1)
      if (status === undefined) answer(true)
      else answer(false, status)
    },
  })
  const die = () => {
    server.close()
    for (const ws of server.clients) ws.terminate()
  }
  closers.push(die)
  server.on('connection', (ws) => {
    number += 1
    calls.add(ws)
    ws.on('error', () => undefined)
    ws.on('close', () => calls.delete(ws))
    behave({ws, calls, number, die})
  })
  await once(server, 'listening')
  // A string only for a pipe.
  const {port} = server.address() as AddressInfo
  return {url: urlOf(port), port}
}

/** Passes everything on, and cuts the connection when the side of the bot, or both, were idle for so long. */
export async function idleCutter(
  botPort: number,
  idleMs: number,
  counts: 'bot' | 'both' = 'bot',
): Promise<Lab> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((caller) => {
    const bot = connect(botPort, '127.0.0.1')
    const cut = () => {
      caller.destroy()
      bot.destroy()
    }
    const idle = setTimeout(cut, idleMs)
    bot.on('data', () => idle.refresh())
    if (counts === 'both') caller.on('data', () => idle.refresh())
    for (const socket of [caller, bot]) {
      sockets.add(socket)
      socket.on('error', cut)
      socket.on('close', () => {
        clearTimeout(idle)
        sockets.delete(socket)
      })
    }
    caller.pipe(bot)
    bot.pipe(caller)
  })
  server.listen(0, '127.0.0.1')
  closers.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  await once(server, 'listening')
  // A string only for a pipe.
  const {port} = server.address() as AddressInfo
  return {url: urlOf(port), port}
}

function urlOf(port: number): string {
  return `ws://127.0.0.1:${String(port)}/media?sample-rate=8000`
}

type Incoming = {
  readonly event?: string
  readonly stream_sid?: string
  readonly media?: {readonly payload?: string}
}

type Heard = 'connected' | 'start' | 'media' | 'stop'

/** Does it at the first message of that event. */
export function at(event: Heard, then: (call: LabCall, message: Incoming) => void): Behaviour {
  return (call) => {
    let isDone = false
    listen(call.ws, (message) => {
      if (isDone || message.event !== event) return
      isDone = true
      then(call, message)
    })
  }
}

/** Both at once. */
export function both(...behaviours: readonly Behaviour[]): Behaviour {
  return (call) => {
    for (const behave of behaviours) behave(call)
  }
}

export function after(ms: number, then: (call: LabCall) => void): Behaviour {
  return at('start', (call) => {
    const timer = setTimeout(() => {
      then(call)
    }, ms)
    call.ws.once('close', () => {
      clearTimeout(timer)
    })
  })
}

export function closes(code?: number, reason?: string): (call: LabCall) => void {
  return ({ws}) => {
    ws.close(code, reason)
  }
}

export function drops({ws}: LabCall): void {
  ws.terminate()
}

/** Hears, and says nothing. */
export const silent: Behaviour = ({ws}) => {
  listen(ws, () => undefined)
}

/** Opens the stream, and never reads from it. */
export const deaf: Behaviour = ({ws}) => {
  ws.pause()
}

const CHUNK_BYTES = 3200

/** The caller's audio in chunks of 200 ms, the first two together, so that there is always one ahead. */
export const echo: Behaviour = ({ws}) => {
  let collected: Buffer[] = []
  let isAhead = false
  listen(ws, ({event, media, stream_sid: sid = ''}) => {
    if (event !== 'media') return
    collected.push(Buffer.from(media?.payload ?? '', 'base64'))
    const bytes = Buffer.concat(collected)
    if (bytes.length < (isAhead ? CHUNK_BYTES : 2 * CHUNK_BYTES)) return
    for (const chunk of cut(bytes, CHUNK_BYTES)) ws.send(snakeCase(sid, chunk))
    collected = []
    isAhead = true
  })
}

/** Says back what can be heard, and nothing while the caller is silent. */
export const polite: Behaviour = ({ws}) => {
  listen(ws, ({event, media, stream_sid: sid = ''}) => {
    const payload = Buffer.from(media?.payload ?? '', 'base64')
    if (event !== 'media' || !isAudible(bytesToPcm16(payload))) return
    ws.send(snakeCase(sid, payload))
  })
}

type Saying = {
  readonly chunkBytes?: number
  /** The time between two chunks as a part of their length. */
  readonly pace?: number
  readonly header?: Buffer
  readonly text?: (sid: string, chunk: Buffer) => string
  /** How often the words are said without a pause. */
  readonly times?: number
  readonly isSilent?: boolean
}

/** Greets in words as soon as the call starts. */
export function says(saying: Saying = {}): Behaviour {
  const {chunkBytes = CHUNK_BYTES, pace = 1, text = snakeCase, times = 1} = saying
  return at('start', ({ws}, {stream_sid: sid = ''}) => {
    void words(saying).then(async (spoken) => {
      const bytes = Buffer.concat(Array.from({length: times}, () => spoken))
      const startedAt = systemClock.now()
      for (const [index, chunk] of cut(bytes, chunkBytes).entries()) {
        const dueMs = Math.max(0, (index - 1) * (chunkBytes / 16) * pace)
        await systemClock.sleepUntil(startedAt + dueMs)
        if (ws.readyState !== ws.OPEN) return
        ws.send(text(sid, chunk))
      }
    })
  })
}

async function words({header = Buffer.alloc(0), isSilent = false}: Saying): Promise<Buffer> {
  const file = await readFile(AUDIO)
  const pcm = file.subarray(WAV_HEADER_BYTES)
  const wholeBytes = pcm.length - (pcm.length % CHUNK_BYTES)
  const bytes = pcm.subarray(0, wholeBytes)
  return Buffer.concat([header, isSilent ? Buffer.alloc(wholeBytes) : bytes])
}

/** The header of the file that the words are in. */
export async function wavHeader(): Promise<Buffer> {
  return (await readFile(AUDIO)).subarray(0, WAV_HEADER_BYTES)
}

export function camelCase(sid: string, chunk: Buffer): string {
  return JSON.stringify({
    event: 'media',
    streamSid: sid,
    media: {payload: chunk.toString('base64')},
  })
}

export function snakeCase(sid: string, chunk: Buffer): string {
  return JSON.stringify({
    event: 'media',
    stream_sid: sid,
    media: {payload: chunk.toString('base64')},
  })
}

function cut(bytes: Buffer, size: number): readonly Buffer[] {
  return Array.from({length: Math.ceil(bytes.length / size)}, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  )
}

function listen(ws: WebSocket, hear: (message: Incoming) => void): void {
  ws.on('message', (data) => {
    if (!Buffer.isBuffer(data)) return
    hear(JSON.parse(data.toString('utf8')) as Incoming)
  })
}
