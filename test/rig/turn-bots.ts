import {tone} from '../../src/audio/tone.js'
import {EnergyVad} from '../../src/audio/vad.js'
import type {Bot} from '../../src/stream/bot/bot.js'

export type TurnHabit = {
  /** What it does when the caller speaks over it; `stop-sending` leaves what was sent to be heard. */
  readonly whenSpokenOver: 'clear' | 'stop-sending' | 'go-on'
  /** How long a sound must be to count as the caller speaking. */
  readonly hearsFromMs?: number
}

const GREETING_MS = 1000
const ANSWER_MS = 12_000
/** As far ahead of the ear as many bots are. */
const LEAD_MS = 8000
/** A longer pause ends what the caller says. */
const PAUSE_MS = 700

/** Greets, answers at length and well ahead of the ear, and has one habit of being spoken over. */
export function turnBot({whenSpokenOver, hearsFromMs = 60}: TurnHabit): Bot {
  return async (call) => {
    const {sampleRateHz} = call
    const voice = (ms: number) => tone({hz: 300, ms, sampleRateHz})
    const vad = new EnergyVad({sampleRateHz, startMs: hearsFromMs, stopMs: PAUSE_MS})
    let speaking = new AbortController()
    const answer = () => {
      speaking = new AbortController()
      call.play(voice(LEAD_MS))
      void call.speak(voice(ANSWER_MS - LEAD_MS), speaking.signal)
    }
    const spokenOver = () => {
      if (whenSpokenOver === 'go-on') return
      speaking.abort()
      if (whenSpokenOver === 'clear') call.clear()
    }
    call.play(voice(GREETING_MS))
    for await (const event of call.events) {
      if (event.type !== 'audio') continue
      for (const edge of vad.push(event.pcm)) {
        if (edge.type === 'start') spokenOver()
        else answer()
      }
    }
  }
}
