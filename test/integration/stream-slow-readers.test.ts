import {once} from 'node:events'
import type {Duplex} from 'node:stream'

import {describe, expect, onTestFinished, test} from 'vitest'
import {WebSocket} from 'ws'

import {overWebSocket, type StreamSocket} from '../../src/stream/socket.js'
import {listenWebSockets} from './stream-rig.js'

const aTurn = () => new Promise(setImmediate)

/** Less than is held back before it reaches the socket. */
const MUCH_BYTES = 128 * 1024
const CALLS = 6
/** The first of them read nothing until all has been sent. */
const SLOW = 3

/** One call: what sends, the socket under it, who hears it, and what was sent and heard. */
type Call = {
  readonly sender: StreamSocket
  readonly under: Duplex
  readonly reader: WebSocket
  readonly sent: string[]
  readonly heard: string[]
}

/** Whose frames are looked at: a server's, or a client's, which are masked. */
type From = 'server' | 'client'

async function open(scheme: 'ws' | 'wss', from: From): Promise<readonly Call[]> {
  const accepted: (readonly [WebSocket, Duplex])[] = []
  const {port} = await listenWebSockets(scheme, (ws, socket) => accepted.push([ws, socket]))
  const calls: Call[] = []
  for (let number = 0; number < CALLS; number += 1) {
    const ws = new WebSocket(`${scheme}://127.0.0.1:${String(port)}/`, {rejectUnauthorized: false})
    onTestFinished(() => {
      ws.terminate()
    })
    // It would read past `ws`, which is to be the judge.
    const asClient = from === 'client' ? overWebSocket(ws) : undefined
    const dialled = once(ws, 'upgrade')
    await once(ws, 'open')
    const [{socket}] = (await dialled) as [{socket: Duplex}]
    while (accepted.length <= number) await aTurn()
    const [served, under] = accepted[number] ?? []
    if (!served || !under) throw new Error('nobody was called')
    const heard: string[] = []
    const kept = {sent: [], heard}
    const reader = from === 'server' ? ws : served
    reader.on('message', (data: Buffer) => heard.push(data.toString()))
    const own = {socket: under, maxMessageBytes: 1e6, messageCame: () => undefined}
    calls.push(
      asClient
        ? {...kept, reader, sender: asClient, under: socket}
        : {...kept, reader, sender: overWebSocket(served, undefined, own), under},
    )
  }
  return calls
}

/** Of any length that audio has, each unlike the others. */
function send({sender, sent}: Call): void {
  const number = sent.length
  const payload = String(number)
    .padStart(8, '0')
    .repeat(20 + ((number * 37) % 300))
  const head = `{"event":"media","number":${String(number)},"media":{"payload":"`
  if (number % 7 === 0) sender.send(`${head}${payload}"}}`)
  else sender.sendAscii?.({head: Buffer.from(head), payload, tail: Buffer.from('"}}')})
  sent.push(`${head}${payload}"}}`)
}

describe.each(['ws', 'wss'] as const)('calls over %s, some of whose readers are slow', (scheme) => {
  test.each(['server', 'client'] as const)(
    'hear every byte that a %s sent, in order',
    async (from) => {
      const calls = await open(scheme, from)
      const slow = calls.slice(0, SLOW)
      for (const {reader} of slow) reader.pause()

      const isWaiting = ({under}: Call) => under.writableLength > MUCH_BYTES
      for (let round = 0; !slow.every(isWaiting); round += 1) {
        for (const call of calls) if (!isWaiting(call)) send(call)
        if (round % 10 === 0) await aTurn()
      }
      // What the others are sent now must not take the place of what waits.
      for (let round = 0; round < 300; round += 1) {
        for (const call of calls.slice(SLOW)) send(call)
        if (round % 10 === 0) await aTurn()
      }
      for (const {reader} of slow) reader.resume()
      for (const call of calls) {
        const {heard, sent, reader} = call
        // What is no frame closes it.
        while (heard.length < sent.length && reader.readyState === reader.OPEN) await aTurn()
      }

      const odd = calls.map(({sent, heard}) => sent.findIndex((one, at) => one !== heard[at]))
      expect(odd).toEqual(calls.map(() => -1))
      expect(calls.map(({heard}) => heard.length)).toEqual(calls.map(({sent}) => sent.length))
      expect(calls.map(({sender}) => sender.dropped())).toEqual(calls.map(() => 0))
    },
  )
})
