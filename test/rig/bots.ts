import {tone} from '../../src/audio/tone.js'
import {EnergyVad} from '../../src/audio/vad.js'
import type {Bot} from '../../src/stream/bot/bot.js'

const speech = (ms: number, sampleRateHz: number) => tone({hz: 300, ms, sampleRateHz})

/** Greets, answers `answerMs` after the caller has been quiet for 300 ms, and stops when spoken over. */
export function politeBot({answerMs = 100, greets = true, stops = true} = {}): Bot {
  return async (call) => {
    let speaking = new AbortController()
    const say = (ms: number) => {
      speaking = new AbortController()
      void call.speak(speech(ms, call.sampleRateHz), speaking.signal).then((whole) => {
        if (whole) call.mark('said')
      })
    }
    const vad = new EnergyVad({sampleRateHz: call.sampleRateHz, startMs: 60, stopMs: 300})
    if (greets) say(1000)
    for await (const event of call.events) {
      if (event.type === 'dtmf') say(800)
      if (event.type !== 'audio') continue
      for (const edge of vad.push(event.pcm)) {
        if (edge.type === 'start' && stops) {
          speaking.abort()
          call.clear()
        }
        if (edge.type === 'end')
          void call.sleep(answerMs).then(
            () => {
              say(3000)
            },
            () => undefined,
          )
      }
    }
  }
}

/** Says nothing, and listens to the end. */
export const silentBot: Bot = async (call) => {
  for await (const event of call.events) if (event.type === 'stop') return
}

export const echoBot: Bot = async (call) => {
  for await (const event of call.events) if (event.type === 'audio') call.playPayload(event.payload)
}

/** Speaks for so long after so long a silence, at real pace, and hears nothing. */
export function deafBot(utterances: readonly {afterMs: number; ms: number}[]): Bot {
  return async (call) => {
    for (const {afterMs, ms} of utterances) {
      await call.sleep(afterMs)
      await call.speak(speech(ms, call.sampleRateHz))
    }
  }
}

/** Sends all it has to say at once. */
export function hastyBot(ms: number): Bot {
  return (call) => {
    call.play(speech(ms, call.sampleRateHz))
    return Promise.resolve()
  }
}
