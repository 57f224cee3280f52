import {pcm16ToBytes} from '../../src/audio/pcm16.js'
import type {Clock} from '../../src/clock.js'
import {encodePayload} from '../../src/protocol/payload.js'
import {type Random, seededRandom} from '../../src/random.js'
import type {StreamSocket} from '../../src/stream/socket.js'

/** Of every kind: whole packets, part of one, none to speak of, many at once. */
const CHUNK_SAMPLES = [160, 320, 1600, 165, 1, 799, 2400, 160] as const
/** Faster than it is heard at first, slower later: the queue fills, runs dry, and is dropped. */
const PAUSES_MS = [3, 0, 41, 7.5, 0, 260, 133, 20] as const
const CLEAR_EVERY = 13

/**
 * Sends chunks of every size at odd moments, no two alike, and now and then drops what waits; keeps
 * what it hears.
 */
export function patchyBot(): {
  readonly heard: Buffer[]
  readonly serve: (socket: StreamSocket, clock: Clock) => void
} {
  const heard: Buffer[] = []
  return {
    heard,
    serve(socket, clock) {
      let isOpen = true
      socket.listen({
        message(data) {
          const {payload} = (JSON.parse(String(data)) as {media?: {payload: string}}).media ?? {}
          if (payload !== undefined) heard.push(Buffer.from(payload, 'base64'))
        },
        closed() {
          isOpen = false
        },
      })
      const talk = async () => {
        const random = seededRandom(7)
        for (let sent = 0; isOpen; sent += 1) {
          socket.send(sent % CLEAR_EVERY === CLEAR_EVERY - 1 ? CLEAR : chunk(sent, random))
          await clock.sleepUntil(clock.now() + (PAUSES_MS[sent % PAUSES_MS.length] ?? 0))
        }
      }
      void talk()
    },
  }
}

const CLEAR = '{"event":"clear"}'

function chunk(number: number, random: Random): string {
  const samples = CHUNK_SAMPLES[number % CHUNK_SAMPLES.length] ?? 0
  const pcm = Int16Array.from({length: samples}, () => random.below(20_000) - 10_000)
  // Now and then half a sample, which is never heard.
  const bytes = Buffer.concat([pcm16ToBytes(pcm), Buffer.alloc(number % 11 === 10 ? 1 : 0)])
  return JSON.stringify({event: 'media', media: {payload: encodePayload(bytes)}})
}
