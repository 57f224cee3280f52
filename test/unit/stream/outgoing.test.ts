import {Duplex} from 'node:stream'

import {describe, expect, test} from 'vitest'

import {Outgoing} from '../../../src/stream/outgoing.js'
import {socketInMemory} from '../../rig/socket-in-memory.js'

/** When a socket says that it has taken what was written: at once, a turn later as under TLS, or never. */
type Taking = 'at once' | 'a turn later' | 'never'

type Sending = {
  readonly outgoing: Outgoing
  /** Frames as they were handed to the socket, in memory that is whoever's. */
  readonly held: Buffer[]
}

const aTurn = () => new Promise(setImmediate)

function sendingTo(taking: Taking): Sending {
  const held: Buffer[] = []
  const socket = new Duplex({
    read: () => undefined,
    write(_frame: Buffer, _encoding, done) {
      if (taking === 'at once') done()
      else if (taking === 'a turn later') setImmediate(done)
    },
  })
  const write = socket.write.bind(socket)
  socket.write = (frame: Buffer) => {
    held.push(frame)
    return write(frame)
  }
  const outgoing = new Outgoing(socketInMemory().ws)
  outgoing.over({socket, isMasked: false})
  return {outgoing, held}
}

const PAYLOAD = 'A'.repeat(428)
const head = Buffer.from('{"event":"media","media":{"payload":"')
const tail = Buffer.from('"}}')

/** To each the same 200 messages, in turn, as many calls would. */
async function sendToAll(all: readonly Sending[]): Promise<void> {
  for (let number = 0; number < 200; number += 1) {
    for (const {outgoing} of all) {
      if (number % 10 === 0) outgoing.send(`{"event":"mark","number":${String(number)}}`, false)
      else outgoing.sendAscii({head, payload: PAYLOAD, tail})
    }
    await aTurn()
  }
}

function bytesOf(frames: readonly {readonly byteLength: number}[]): number {
  return frames.reduce((sum, {byteLength}) => sum + byteLength, 0)
}

const memoryOf = (frames: readonly Buffer[]) => [...new Set(frames.map(({buffer}) => buffer))]

describe.each(['at once', 'a turn later'] as const)(
  'one slow reader among twenty who take theirs %s',
  (taking) => {
    test('keeps hardly more memory from being freed than waits for it', async () => {
      const slow = sendingTo('never')
      const others = Array.from({length: 19}, () => sendingTo(taking))

      await sendToAll([slow, ...others])

      expect(slow.held).toHaveLength(200)
      // A part of a word or two each, and the memory that its first frame shares with those of others.
      expect(bytesOf(memoryOf(slow.held))).toBeLessThan(bytesOf(slow.held) + 200 * 12 + 16_384)
    })

    test('is sent what it was meant to be sent', async () => {
      const slow = sendingTo('never')
      const others = Array.from({length: 19}, () => sendingTo(taking))

      await sendToAll([slow, ...others])

      const texts = slow.held.map((frame) => frame.subarray(frame.indexOf('{')).toString())
      expect(texts).toEqual(
        Array.from({length: 200}, (_, number) =>
          number % 10 === 0
            ? `{"event":"mark","number":${String(number)}}`
            : `${head.toString()}${PAYLOAD}${tail.toString()}`,
        ),
      )
    })
  },
)

test('the frames of sockets that take theirs at once are made in the same memory', async () => {
  const all = Array.from({length: 20}, () => sendingTo('at once'))

  await sendToAll(all)

  expect(memoryOf(all.flatMap(({held}) => held)).length).toBeLessThanOrEqual(2)
})
