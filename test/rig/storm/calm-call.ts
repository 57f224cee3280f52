import {once} from 'node:events'
import {readdir} from 'node:fs/promises'
import {join} from 'node:path'

import {WebSocket} from 'ws'

import {pcm16ToBytes} from '../../../src/audio/pcm16.js'
import {systemClock} from '../../../src/clock.js'
import {encodePayload} from '../../../src/protocol/payload.js'
import {readRecording} from '../../../src/record/recording-reader.js'

const FRAME_MS = 20
const FRAME_SAMPLES = 160
const DEADLINE_MS = 20_000

export type CalmCall = {
  /** Ends the call, once all is back that is still awaited. */
  end(): Promise<{readonly sent: readonly string[]; readonly returned: readonly string[]}>
}

/** A caller of an echo who does nothing wrong, at real pace; each frame holds its own number, from 1. */
export async function callCalmly(url: string, callSid: string): Promise<CalmCall> {
  const ws = new WebSocket(url)
  await once(ws, 'open')
  const ids = {stream_sid: callSid, call_sid: callSid, account_sid: 'a', from: '1', to: '2'}
  const format = {encoding: 'audio/x-raw', sample_rate: '8000', bit_rate: '128kbps'}
  ws.send(JSON.stringify({event: 'connected'}))
  ws.send(
    JSON.stringify({event: 'start', stream_sid: callSid, start: {...ids, media_format: format}}),
  )
  const sent: string[] = []
  const returned: string[] = []
  ws.on('message', (data: Buffer) => {
    // The server's own messages; what they should be is compared.
    const message = JSON.parse(data.toString()) as {event: string; media?: {payload: string}}
    returned.push(message.media?.payload ?? message.event)
  })
  const hangUp = new AbortController()
  const speaking = speak(hangUp.signal, (payload) => {
    sent.push(payload)
    ws.send(JSON.stringify({event: 'media', stream_sid: callSid, media: {payload}}))
  })
  return {
    async end() {
      hangUp.abort()
      await speaking
      const late = AbortSignal.timeout(DEADLINE_MS)
      // What does not come is seen by who compares.
      while (returned.length < sent.length && !late.aborted) {
        await once(ws, 'message', {signal: late}).catch(() => undefined)
      }
      ws.send(JSON.stringify({event: 'stop', stream_sid: callSid, stop: {reason: 'callended'}}))
      ws.close(1000)
      await once(ws, 'close')
      return {sent, returned}
    },
  }
}

async function speak(signal: AbortSignal, say: (payload: string) => void): Promise<void> {
  const startedAt = systemClock.now()
  for (let number = 1; !signal.aborted; number += 1) {
    const samples = new Int16Array(FRAME_SAMPLES).fill(number)
    say(encodePayload(pcm16ToBytes(samples)))
    await systemClock.sleepUntil(startedAt + number * FRAME_MS, signal).catch(() => undefined)
  }
}

/** The frames of a calm call that its recording has, by their numbers, on either side. */
export async function recordedFrames(
  recordings: string,
  callSid: string,
): Promise<{readonly caller: readonly number[]; readonly heard: readonly number[]}> {
  const folder = (await readdir(recordings)).find((name) => name.includes(callSid)) ?? 'none'
  const {caller, heard} = await readRecording(join(recordings, folder, 'call.wav'))
  return {caller: framesIn(caller), heard: framesIn(heard)}
}

/** Silence lies between frames that came late. */
function framesIn(pcm: Int16Array): readonly number[] {
  const numbers: number[] = []
  const voiced = pcm.filter((sample) => sample !== 0)
  for (let at = 0; at < voiced.length; at += FRAME_SAMPLES) {
    const whole = voiced.subarray(at, at + FRAME_SAMPLES)
    const number = voiced[at] ?? 0
    const isWhole = whole.length === FRAME_SAMPLES && whole.every((sample) => sample === number)
    numbers.push(isWhole ? number : Number.NaN)
  }
  return numbers
}
