import type {BotCall} from '../../../stream/bot/bot.js'

/** Whether the whole time went by, before the signal and before the end of the call. */
export async function pause(call: BotCall, ms: number, signal?: AbortSignal): Promise<boolean> {
  try {
    await call.sleep(ms, signal)
    return true
  } catch (error) {
    if (signal?.aborted || call.signal.aborted) return false
    throw error
  }
}
