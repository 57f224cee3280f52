import {randomBytes} from 'node:crypto'
import {createSocket, type Socket} from 'node:dgram'

import type {DoctorWorld} from '../../world.js'
import {isIpv4, readAddress, readHostPort} from './addresses.js'
import {wordsOf} from './ask-http.js'
import {
  bindingRequest,
  readBindingAnswer,
  type StunAnswer,
  TRANSACTION_ID_BYTES,
} from './stun-message.js'

export const STUN_PORT = 3478
/** When the request is sent, and sent again: packets get lost (RFC 8489 6.2.1). */
const SENT_AT_MS = [0, 500, 1500]
const LIMIT_MS = 3000

export type StunResult =
  | {
      /** As the server sees this machine. */
      readonly address: string
      /** This end of the way to it. */
      readonly localAddress: string
      readonly words?: never
    }
  | {readonly words: string; readonly address?: never}

type StunWorld = Pick<DoctorWorld, 'clock' | 'lookup'> & {readonly signal: AbortSignal}

/** Asks the server, `HOST:PORT`, for the address that it sees; never rejects. */
export async function askStun(server: string, world: StunWorld): Promise<StunResult> {
  const named = readHostPort(server, STUN_PORT)
  if (!named) return {words: 'is no HOST:PORT'}
  const ending = new AbortController()
  const {clock} = world
  const signal = AbortSignal.any([world.signal, ending.signal])
  try {
    return await Promise.race([
      resolveAndExchange(named, {...world, signal}),
      clock.sleepUntil(clock.now() + LIMIT_MS, signal).then(
        () => ({words: `did not answer within ${String(LIMIT_MS / 1000)} s`}),
        () => ({words: 'was not waited for'}),
      ),
    ])
  } finally {
    ending.abort()
  }
}

async function resolveAndExchange(
  {host, port}: {readonly host: string; readonly port: number},
  world: StunWorld,
): Promise<StunResult> {
  try {
    const literal = readAddress(host)
    const found = literal === undefined ? await world.lookup(host) : [{address: literal}]
    // IPv4 first: it is what can be said to Exotel.
    const address = (found.find((one) => isIpv4(one.address)) ?? found[0])?.address
    if (address === undefined) return {words: 'has no address'}
    return await exchange({address, port}, world)
  } catch (error) {
    return {words: wordsOf(error)}
  }
}

type Peer = {readonly address: string; readonly port: number}

function exchange(peer: Peer, {clock, signal}: StunWorld): Promise<StunResult> {
  const transactionId = randomBytes(TRANSACTION_ID_BYTES)
  const request = bindingRequest(transactionId)
  const socket = createSocket(isIpv4(peer.address) ? 'udp4' : 'udp6')
  const done = new AbortController()
  return new Promise((resolve) => {
    const settle = (result: StunResult) => {
      if (done.signal.aborted) return
      done.abort()
      signal.removeEventListener('abort', giveUp)
      socket.close()
      resolve(result)
    }
    const giveUp = () => {
      settle({words: 'was not waited for'})
    }
    signal.addEventListener('abort', giveUp, {once: true})
    if (signal.aborted) giveUp()
    socket.on('error', (error) => {
      settle({words: wordsOf(error)})
    })
    socket.on('message', (packet) => {
      const answer = done.signal.aborted ? undefined : readBindingAnswer(packet, transactionId)
      if (answer) settle(resultOf(answer, socket))
    })
    const send = () => {
      // The signal may have come between the timer and this turn, and a closed socket throws.
      if (done.signal.aborted) return
      socket.send(request, (error) => {
        if (error) settle({words: wordsOf(error)})
      })
    }
    socket.once('connect', () => {
      const began = clock.now()
      for (const sentAtMs of SENT_AT_MS) {
        clock.sleepUntil(began + sentAtMs, done.signal).then(send, () => undefined)
      }
    })
    // Connected, so that the system itself drops what comes from anybody else.
    if (!done.signal.aborted) socket.connect(peer.port, peer.address)
  })
}

function resultOf(answer: StunAnswer, socket: Socket): StunResult {
  if (answer.kind === 'error') return {words: `answered with error ${String(answer.code)}`}
  const address = readAddress(answer.address)
  if (address === undefined) return {words: 'answered with no address'}
  return {address, localAddress: socket.address().address}
}
