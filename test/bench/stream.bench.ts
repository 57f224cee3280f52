import {bench, describe} from 'vitest'

import {pcm16ToBytes} from '../../src/audio/pcm16.js'
import {tone} from '../../src/audio/tone.js'
import {systemClock} from '../../src/clock.js'
import {combineProfiles} from '../../src/protocol/profiles.js'
import {seededRandom} from '../../src/random.js'
import {ExotelEnd} from '../../src/stream/exotel/exotel-end.js'
import {makeIdentity} from '../../src/stream/exotel/identity.js'
import {Playout} from '../../src/stream/exotel/playout.js'
import type {SocketListener, StreamSocket} from '../../src/stream/socket.js'

/** One second of a call, fifty frames of 20 ms each way, without a network and without waiting. */

const TICKS = 50
const frame = tone({hz: 300, ms: 20, sampleRateHz: 8000})
const payload = Buffer.from(pcm16ToBytes(frame)).toString('base64')
const media = JSON.stringify({event: 'media', stream_sid: 's1', media: {payload}})

describe("one session's loop", () => {
  const {exotel, receive} = openedEnd()
  let atMs = 0

  bench('JSON and base64 alone', () => {
    for (let tick = 0; tick < TICKS; tick += 1) {
      const {media: heard} = JSON.parse(media) as {media: {payload: string}}
      const bytes = Buffer.from(heard.payload, 'base64')
      JSON.stringify({event: 'media', media: {payload: bytes.toString('base64')}})
    }
  })
  bench('ExotelEnd: decode, judge, play out, encode, record', () => {
    for (let tick = 0; tick < TICKS; tick += 1) {
      receive(media)
      exotel.tick(atMs)
      exotel.sendAudio(frame, atMs)
      atMs += 20
    }
  })
})

describe('the playout', () => {
  const playout = new Playout({samplesPerPacket: 160, clear: 'packet', marksOnClear: 'drop'})
  const queue: Int16Array[] = []

  bench('an array as a queue', () => {
    for (let tick = 0; tick < TICKS; tick += 1) {
      queue.push(frame)
      queue.shift()
    }
  })
  bench('Playout, a mark every second', () => {
    playout.mark('said', 0)
    for (let tick = 0; tick < TICKS; tick += 1) {
      playout.push(frame)
      playout.tick()
    }
  })
})

/** An Exotel end on a socket that leads nowhere. */
function openedEnd(): {exotel: ExotelEnd; receive: (text: string) => void} {
  let listener: SocketListener | undefined
  const socket: StreamSocket = {
    send: () => undefined,
    close: () => undefined,
    terminate: () => undefined,
    pause: () => undefined,
    dropped: () => 0,
    listen(given) {
      listener = given
    },
  }
  const exotel = new ExotelEnd(socket, {
    identity: makeIdentity(seededRandom(1), new Date(0)),
    profile: combineProfiles([]),
    sampleRateHz: 8000,
    customParameters: {},
    clear: 'packet',
    marksOnClear: 'drop',
    handshakeMs: 1,
    clock: systemClock,
    record: () => undefined,
  })
  exotel.start()
  return {
    exotel,
    receive(text) {
      listener?.message(text)
    },
  }
}
