import type {StreamEvent} from '../protocol/events.js'
import {printable} from '../report/text/plain.js'
import type {LiveLine} from './progress.js'

/** The live line of a call: elapsed time, who is speaking, and the step. */
export function showCall(live: LiveLine): (event: StreamEvent) => void {
  let step = 'waiting for the bot'
  let isBot = false
  let callerUntilMs = 0
  return (event) => {
    switch (event.type) {
      case 'turn-start':
        step = `step ${String(event.step + 1)}, ${event.kind}: ${printable(event.label)}`
        break
      case 'caller-speech':
        callerUntilMs = event.endMs
        break
      case 'bot-speech-start':
        isBot = true
        break
      case 'bot-speech-end':
        isBot = false
        break
      case 'frame':
        live.show(
          `${(event.atMs / 1000).toFixed(1)} s  ${who(isBot, event.atMs < callerUntilMs)}  ${step}`,
        )
        break
      default:
    }
  }
}

function who(isBot: boolean, isCaller: boolean): string {
  if (isBot && isCaller) return 'both speak     '
  if (isBot) return 'the bot speaks '
  return isCaller ? 'caller speaks  ' : 'quiet          '
}
