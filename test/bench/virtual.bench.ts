import {bench, describe} from 'vitest'

import {pcm16ToBytes} from '../../src/audio/pcm16.js'
import {tone} from '../../src/audio/tone.js'
import {simulateCall} from '../../src/index.js'

/** Ten sales calls of 46 s each, the bot in this process: an hour is under 8 times as much. */
const CALLS = 10
const TICKS = (CALLS * 46_000) / 20
const payload = Buffer.from(pcm16ToBytes(tone({hz: 300, ms: 20, sampleRateHz: 8000}))).toString(
  'base64',
)
const media = JSON.stringify({event: 'media', stream_sid: 's1', media: {payload}})

describe('ten calls in virtual time', () => {
  const once = {iterations: 3, warmupIterations: 1, time: 0, warmupTime: 0}

  bench(
    'JSON and base64 of both sides alone',
    () => {
      for (let message = 0; message < 2 * TICKS; message += 1) {
        const {media: heard} = JSON.parse(media) as {media: {payload: string}}
        Buffer.from(heard.payload, 'base64').toString('base64')
      }
    },
    once,
  )
  bench(
    'simulateCall with the playback bot',
    async () => {
      await simulateCall({bot: 'playback', repeat: CALLS, clock: 'virtual', seed: 1})
    },
    once,
  )
})
