import {connect} from 'node:net'

import type {Clock} from '../../clock.js'
import {printable} from '../../report/text/plain.js'

/**
 * `reset` and `closed` are taken and dropped at once; `no-way` says something of this machine, not of the
 * other.
 */
type Outcome = 'connected' | 'refused' | 'reset' | 'closed' | 'silent' | 'unreachable' | 'no-way'

export type Attempt = {
  readonly address: string
  readonly outcome: Outcome
  /** The machine's own. */
  readonly words: string
  /** Until it was connected, or had failed. */
  readonly tookMs: number
}

/** One that tells something of the other side. */
export type Failure = Attempt & {readonly outcome: Exclude<Outcome, 'connected' | 'no-way'>}

export function isFailure(attempt: Attempt): attempt is Failure {
  return attempt.outcome !== 'connected' && attempt.outcome !== 'no-way'
}

export const CONNECT_LIMIT_MS = 5000

/** Who forwards for a bot that is not there takes a connection, and drops it within a moment. */
const DROP_MS = 100

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'silent',
  // From a firewall that says no, or from the last router; no network at all is told otherwise.
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
}

type Connecting = {
  readonly port: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** One connection, that is closed again; rejects only when the signal aborts. */
export function tryConnect(address: string, {port, clock, signal}: Connecting): Promise<Attempt> {
  const beganAt = clock.now()
  const done = new AbortController()
  const waiting = AbortSignal.any([signal, done.signal])
  return new Promise((resolve, reject) => {
    let connectedMs: number | undefined
    const socket = connect({host: address, port})
    const settle = (outcome: Outcome, words: string) => {
      done.abort()
      socket.destroy()
      resolve({address, outcome, words, tookMs: Math.round(connectedMs ?? clock.now() - beganAt)})
    }
    const wait = (ms: number, then: () => void) => {
      clock.sleepUntil(clock.now() + ms, waiting).then(then, () => {
        if (done.signal.aborted) return
        socket.destroy()
        reject(signal.reason as Error)
      })
    }
    socket.on('error', (error: NodeJS.ErrnoException) => {
      settle(OUTCOMES[error.code ?? ''] ?? 'no-way', printable(error.message).slice(0, 200))
    })
    socket.once('connect', () => {
      connectedMs = clock.now() - beganAt
      socket.once('end', () => {
        settle('closed', 'closed by the other side at once')
      })
      socket.once('data', () => {
        settle('connected', 'connected')
      })
      wait(DROP_MS, () => {
        settle('connected', 'connected')
      })
    })
    wait(CONNECT_LIMIT_MS, () => {
      if (connectedMs === undefined)
        settle('silent', `no answer within ${String(CONNECT_LIMIT_MS / 1000)} s`)
    })
  })
}
