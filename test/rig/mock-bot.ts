import {bytesToPcm16, pcm16ToBytes} from '../../src/audio/pcm16.js'
import {isAudible} from '../../src/audio/level.js'
import {tone} from '../../src/audio/tone.js'
import type {Clock} from '../../src/clock.js'
import {encodePayload} from '../../src/protocol/payload.js'
import type {StreamSocket} from '../../src/stream/socket.js'

/** What the bot does, and when: counted from the caller's own edges as they leave, to what arrives there. */
export type MockDelays = {
  /** The caller's last audible frame -> the first of the answer; at least 50. */
  readonly responseMs: number
  /** The caller's first audible frame over the bot -> its `clear`; it does not stop when absent. */
  readonly stopMs?: number
  /** What the wire takes, there and back; is no delay of the bot. */
  readonly wireMs?: number
}

const CHUNK_MS = 200
const CHUNK = media(tone({hz: 300, ms: CHUNK_MS, sampleRateHz: 8000, dbfs: -10}))
const ANSWER_MS = 4000
const RECOVERY_MS = 400
const RECOVERY_AFTER_MS = 600

/**
 * A bot at the raw seam whose every delay is set: its ear is exact to a frame, and its voice is loud
 * from the first sample. It sends an answer of 4 s at once, and is told by frames alone when to stop.
 */
export function mockBot({responseMs, stopMs, wireMs = 0}: MockDelays, clock: Clock) {
  return (socket: StreamSocket): void => {
    let wasAudible = false
    let lastAudibleAt = 0
    let isSpeaking = false
    const at = (deadline: number, act: () => void) => {
      void clock.sleepUntil(deadline - wireMs).then(act)
    }
    const speak = (ms: number) => {
      for (let sent = 0; sent < ms / CHUNK_MS; sent += 1) socket.send(CHUNK)
    }
    const answer = () => {
      isSpeaking = true
      speak(ANSWER_MS)
    }
    const stop = () => {
      isSpeaking = false
      socket.send('{"event":"clear"}')
    }
    const hear = (audible: boolean) => {
      const now = clock.now()
      if (audible && !wasAudible && isSpeaking && stopMs !== undefined) {
        at(now + stopMs, stop)
        at(now + stopMs + RECOVERY_AFTER_MS, () => {
          speak(RECOVERY_MS)
        })
      }
      if (!audible && wasAudible && !isSpeaking) at(lastAudibleAt + responseMs, answer)
      if (audible) lastAudibleAt = now
      wasAudible = audible
    }
    socket.listen({
      message(data) {
        const {payload} = (JSON.parse(String(data)) as {media?: {payload: string}}).media ?? {}
        if (payload !== undefined) hear(isAudible(bytesToPcm16(Buffer.from(payload, 'base64'))))
      },
      closed: () => undefined,
    })
  }
}

function media(pcm: Int16Array): string {
  return JSON.stringify({event: 'media', media: {payload: encodePayload(pcm16ToBytes(pcm))}})
}
