import type {ClientRequest} from 'node:http'

import {WebSocket} from 'ws'

import type {Clock} from '../../clock.js'
import {ExostreamError} from '../../errors.js'
import {HANDSHAKE_RETRIES, HANDSHAKE_TIMEOUT_MS, RETRY_DELAY_MS} from '../../protocol/limits.js'
import {type ConnectionOptions, connectionOptions} from './connection-options.js'
import {dialFailure, dialTimeout, refusal} from './dial-failure.js'
import {type HandshakeParts, watchHandshake} from './handshake-parts.js'
import {type Headers, withAuthorization} from './headers.js'
import {scrubber, secretsIn} from './secrets.js'
import {MAX_MESSAGE_BYTES, overWebSocket, type StreamSocket} from '../socket.js'
import type {StreamUrl} from './stream-url.js'

export type Dialled = {
  readonly socket: StreamSocket
  /** Dial to open, of the attempt that succeeded. */
  readonly handshakeMs: number
  readonly attempts: number
  /** Of that attempt. */
  readonly parts?: HandshakeParts
  /** Why the first attempt failed, when there was another. */
  readonly firstFailure?: ExostreamError
}

export type DialOptions = {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly handshakeTimeoutMs?: number
  /** How often it is dialled again when the handshake fails; once unless said. */
  readonly retries?: number
  readonly retryDelayMs?: number
  /** Added to the request, though Exotel itself sends none but Basic; never shown, not even in errors. */
  readonly headers?: Headers
  /** False: pings of the bot stay without answer. */
  readonly autoPong?: boolean
} & ConnectionOptions

/** What Exotel's own client calls itself (github.com/exkrishan/rtaafin). */
export const USER_AGENT = 'Go-http-client/1.1'

/**
 * Opens the WebSocket as Exotel does: a Go client's User-Agent, no Origin, no subprotocol, no
 * compression; 10 s to the 101 answer and one retry (support.exotel.com 3000132302).
 * @throws ExostreamError with the code of what went wrong at the last attempt; EXO_USAGE for headers
 *   that cannot be sent
 */
export async function dial(url: StreamUrl, options: DialOptions): Promise<Dialled> {
  const {clock, signal, retries = HANDSHAKE_RETRIES, retryDelayMs = RETRY_DELAY_MS} = options
  const headers = withAuthorization(options.headers ?? {}, url.authorization)
  let firstFailure: ExostreamError | undefined
  for (let attempt = 1; ; attempt += 1) {
    const dialledAt = clock.now()
    try {
      const opened = await open(url, {...options, headers})
      const dialled = {...opened, handshakeMs: clock.now() - dialledAt, attempts: attempt}
      return firstFailure ? {...dialled, firstFailure} : dialled
    } catch (error) {
      if (attempt > retries || !(error instanceof ExostreamError)) throw error
      firstFailure = error
      await clock.sleepUntil(clock.now() + retryDelayMs, signal).catch(() => {
        throw interrupted()
      })
    }
  }
}

type Opened = Pick<Dialled, 'socket' | 'parts'>

function open(url: StreamUrl, options: DialOptions): Promise<Opened> {
  const {clock, signal, handshakeTimeoutMs = HANDSHAKE_TIMEOUT_MS} = options
  if (signal.aborted) return Promise.reject(interrupted())
  let partsOf: (() => HandshakeParts) | undefined
  const ws = connect(url, options, (request) => {
    partsOf = watchHandshake(request, clock)
    request.end()
  })
  // Attached at once: a bot may speak in the same packet as its 101.
  const socket = overWebSocket(ws, clock)
  return new Promise((resolve, reject) => {
    const settled = new AbortController()
    const fail = (error: ExostreamError) => {
      settled.abort()
      ws.terminate()
      reject(error)
    }
    let verdict = () => {
      const isConnected = partsOf?.().tcpMs !== undefined
      return dialTimeout(url, handshakeTimeoutMs, {isConnected})
    }
    ws.once('open', () => {
      settled.abort()
      resolve({socket, ...(partsOf ? {parts: partsOf()} : {})})
    })
    ws.once('unexpected-response', (_request, response) => {
      const body: Buffer[] = []
      verdict = () => {
        const words = Buffer.concat(body).toString('utf8')
        const scrub = scrubber(secretsIn(options.headers ?? {}))
        return refusal(url, response.statusCode ?? 0, scrub(words))
      }
      response.on('data', (part: Buffer) => {
        if (body.length < 8) body.push(part)
      })
      response.once('close', () => {
        fail(verdict())
      })
    })
    ws.once('error', (error) => {
      fail(dialFailure(url, error, handshakeTimeoutMs))
    })
    // Not the timeout that `ws` offers, which every byte that arrives sets back.
    const waiting = AbortSignal.any([signal, settled.signal])
    clock.sleepUntil(clock.now() + handshakeTimeoutMs, waiting).then(
      () => {
        fail(verdict())
      },
      () => {
        if (!settled.signal.aborted) fail(interrupted())
      },
    )
  })
}

function connect(
  url: StreamUrl,
  {headers = {}, autoPong = true, ...options}: DialOptions,
  finishRequest: (request: ClientRequest) => void,
): WebSocket {
  return new WebSocket(url.dialled, {
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: MAX_MESSAGE_BYTES,
    autoPong,
    headers: {'User-Agent': USER_AGENT, ...headers},
    finishRequest,
    ...connectionOptions(options),
  })
}

function interrupted(): ExostreamError {
  return new ExostreamError('EXO_INTERRUPTED', 'The call was interrupted while it was dialled.')
}
