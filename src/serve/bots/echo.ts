import type {Bot} from '../../stream/bot/bot.js'

/** Returns what it hears at once, as the very text that came; says nothing to marks and digits. */
export const echo: Bot = async (call) => {
  for await (const event of call.events) {
    if (event.type === 'audio') call.playPayload(event.payload)
  }
}
