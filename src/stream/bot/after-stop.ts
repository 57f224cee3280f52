import type {Clock} from '../../clock.js'

/** Exotel closes after `stop`; a peer that does not is closed by us. */
const CLOSE_AFTER_MS = 2000
/** A bot that still reads what came before `stop` may still answer it; but not for ever. */
const LATEST_MS = 30_000
const LOOK_AGAIN_MS = 500

type AfterStop = {
  readonly clock: Clock
  /** Aborted when the call has ended. */
  readonly signal: AbortSignal
  /** The bot has not yet read all of what came. */
  readonly isBehind: () => boolean
}

/** Waits until a stream that was stopped may be closed. Rejects when it has ended by itself. */
export async function untilAnswered({clock, signal, isBehind}: AfterStop): Promise<void> {
  const stoppedAt = clock.now()
  await clock.sleepUntil(stoppedAt + CLOSE_AFTER_MS, signal)
  while (isBehind() && clock.now() - stoppedAt < LATEST_MS)
    await clock.sleepUntil(clock.now() + LOOK_AGAIN_MS, signal)
}

/** What a bot gets to finish after its call; its stream is not held any longer. */
const RETURN_MS = 30_000

/** Resolves when the bot has returned, to true; or to false, when it does not do so in time after the close. */
export async function untilReturned(bot: Promise<void>, clock: Clock): Promise<boolean> {
  const returned = new AbortController()
  void bot.finally(() => {
    returned.abort()
  })
  return clock.sleepUntil(clock.now() + RETURN_MS, returned.signal).then(
    () => false,
    () => true,
  )
}
