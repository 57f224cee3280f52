import {once} from 'node:events'
import type {AddressInfo} from 'node:net'

import {onTestFinished} from 'vitest'
import {WebSocketServer} from 'ws'

import {systemClock} from '../../src/clock.js'
import type {StreamEvent} from '../../src/protocol/events.js'
import type {Keeper} from '../../src/simulate/keep.js'
import {type RunResult, runPlan} from '../../src/simulate/run.js'
import {overWebSocket, type StreamSocket} from '../../src/stream/socket.js'
import {parseStreamUrl} from '../../src/stream/exotel/stream-url.js'
import {planOf, type VirtualCall} from './virtual-call.js'

export type RealCall = Pick<VirtualCall, 'steps' | 'thresholds' | 'profiles' | 'seed'> & {
  readonly url: string
  readonly keep?: () => Promise<Keeper>
  readonly on?: (event: StreamEvent) => void
}

/** One call through the real engine, in real time, over a WebSocket of loopback. */
export function realRun({url, keep, on, ...call}: RealCall): Promise<RunResult> {
  const {plan} = planOf(call)
  return runPlan(
    {...plan, url: parseStreamUrl(url)},
    {
      clock: systemClock,
      signal: new AbortController().signal,
      version: '1.2.3',
      ...(keep ? {keep} : {}),
      ...(on ? {on} : {}),
    },
  )
}

/** Listens on loopback until the test is over; what sits on the raw socket may differ by the path it was dialled at. */
export async function listenRaw(
  serve: (socket: StreamSocket, path: string) => void,
): Promise<string> {
  const server = new WebSocketServer({host: '127.0.0.1', port: 0})
  server.on('connection', (ws, request) => {
    serve(overWebSocket(ws), request.url ?? '')
  })
  await once(server, 'listening')
  onTestFinished(() => {
    for (const ws of server.clients) ws.terminate()
    server.close()
  })
  // A server that listens on TCP has an address with a port.
  return `ws://127.0.0.1:${String((server.address() as AddressInfo).port)}`
}
