import type {IncomingMessage} from 'node:http'

import {WebSocket} from 'ws'

import type {Clock} from '../../../clock.js'
import {HANDSHAKE_TIMEOUT_MS} from '../../../protocol/limits.js'
import {withoutControls} from '../../../mask.js'
import {connectionOptions} from '../../../stream/exotel/connection-options.js'
import {USER_AGENT} from '../../../stream/exotel/dial.js'
import type {Headers} from '../../../stream/exotel/headers.js'
import {type Scrub, scrubber, secretsIn} from '../../../stream/exotel/secrets.js'
import {parseStreamUrl} from '../../../stream/exotel/stream-url.js'
import {MAX_MESSAGE_BYTES} from '../../../stream/socket.js'
import type {CheckContext, UpgradeAnswer} from '../../check.js'
import {lookupFor} from '../../host/hop-lookup.js'
import {brokenWords} from './broken-words.js'
import {within} from './within.js'

export type AskedUpgrade = {
  readonly answer: UpgradeAnswer
  /** Of a bot that opened and then closed while it was listened to; 1006 when it said no code. */
  readonly closeCode?: number
}

/** A bot that opens, and closes within this, has refused after the upgrade. */
export const LISTEN_MS = 1000

/** What a Passthru is told of a stream that the bot closed. */
export const CLOSED_BY_BOT = 'Stream[Status]=completed&Stream[DisconnectedBy]=bot'

const MOST_BODY_BYTES = 4096
const MOST_HEADER_CHARACTERS = 1000
const NO_UPGRADE = '101 without "Connection: Upgrade" and "Upgrade: websocket"'
/** For the rest of a body whose beginning has come. */
const BODY_LIMIT_MS = 1000
/** For the bot's own close frame. */
const CLOSE_LIMIT_MS = 1000

/**
 * One request to open the WebSocket, as Exotel makes it: a Go client's User-Agent, no Origin, no
 * subprotocol, no compression. What opened is closed at once with 1000, or after `listenMs`.
 */
export async function askUpgrade(
  {hop, world, signal}: Pick<CheckContext, 'hop' | 'world' | 'signal'>,
  {headers, listenMs = 0}: {readonly headers: Headers; readonly listenMs?: number},
): Promise<AskedUpgrade> {
  signal.throwIfAborted()
  const {clock} = world
  const {dialled} = parseStreamUrl(hop.text ?? '')
  const ws = new WebSocket(dialled, {
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: MAX_MESSAGE_BYTES,
    headers: {'User-Agent': USER_AGENT, ...headers},
    ...connectionOptions({...world, lookup: lookupFor(hop, world)}),
  })
  const closing = new Promise<number>((resolve) => ws.once('close', resolve))
  try {
    const answer = await answerOf(ws, {clock, signal, scrub: scrubber(secretsIn(headers))})
    if (answer.kind !== 'opened') return {answer}
    const closeCode = listenMs > 0 ? await within(closing, listenMs, {clock, signal}) : undefined
    if (closeCode !== undefined) return {answer, closeCode}
    ws.close(1000)
    await within(closing, CLOSE_LIMIT_MS, {clock, signal})
    return {answer}
  } finally {
    ws.terminate()
  }
}

type Asking = {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly scrub: Scrub
}

function answerOf(ws: WebSocket, {clock, signal, scrub}: Asking): Promise<UpgradeAnswer> {
  const askedAt = clock.now()
  const settled = new AbortController()
  const tookMs = () => {
    settled.abort()
    return Math.round(clock.now() - askedAt)
  }
  return new Promise((resolve, reject) => {
    let accepted: IncomingMessage | undefined
    ws.once('upgrade', (response) => {
      accepted = response
    })
    ws.once('open', () => {
      resolve({kind: 'opened', tookMs: tookMs()})
    })
    ws.once('unexpected-response', (_request, response) => {
      const came = cameAs(response, {scrub, tookMs: tookMs()})
      if (came.kind !== 'answered') resolve(came)
      else resolve(bodyOf(response, {clock, signal}).then((body) => ({...came, body: scrub(body)})))
    })
    // For good: who is terminated while it connects tells of it as an error.
    ws.on('error', (error) => {
      resolve({kind: 'broken', words: scrub(brokenWords(error, accepted)), tookMs: tookMs()})
    })
    const waiting = AbortSignal.any([signal, settled.signal])
    clock.sleepUntil(askedAt + HANDSHAKE_TIMEOUT_MS, waiting).then(
      () => {
        const words = `no answer within ${String(HANDSHAKE_TIMEOUT_MS / 1000)} s`
        resolve({kind: 'late', words, tookMs: tookMs()})
      },
      () => {
        if (!settled.signal.aborted) reject(signal.reason as Error)
      },
    )
  })
}

/** An answer whose body is yet to come. */
function cameAs(
  response: IncomingMessage,
  {scrub, tookMs}: {readonly scrub: Scrub; readonly tookMs: number},
): UpgradeAnswer {
  const {statusCode: status = 0} = response
  // To Node it is an answer like any other; to a client of WebSockets it is none.
  if (status === 101) return {kind: 'broken', words: NO_UPGRADE, tookMs}
  return {kind: 'answered', status, headers: headersOf(response, scrub), body: '', tookMs}
}

function headersOf(response: IncomingMessage, scrub: Scrub): Readonly<Record<string, string>> {
  const shown = Object.entries(response.headers).flatMap(([name, value]) => {
    if (value === undefined || name === 'set-cookie') return []
    const text = withoutControls([value].flat().join(', '))
    return [[name, scrub(text).slice(0, MOST_HEADER_CHARACTERS)] as const]
  })
  return Object.fromEntries(shown)
}

async function bodyOf(
  response: IncomingMessage,
  {clock, signal}: Pick<Asking, 'clock' | 'signal'>,
): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  const over = new Promise<void>((resolve) => {
    response.on('data', (part: Buffer) => {
      if (bytes < MOST_BODY_BYTES) parts.push(part)
      bytes += part.length
      if (bytes >= MOST_BODY_BYTES) resolve()
    })
    response.once('close', resolve)
    response.on('error', () => {
      resolve()
    })
  })
  await within(over, BODY_LIMIT_MS, {clock, signal})
  return Buffer.concat(parts).subarray(0, MOST_BODY_BYTES).toString('utf8')
}
