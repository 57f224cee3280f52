import {type VirtualClock, virtualClock} from './clock.js'
import type {Logger} from './log.js'
import type {CallWorld} from './simulate/placed.js'
import type {Bot} from './stream/bot/bot.js'
import {BotEnd} from './stream/bot/bot-end.js'
import {socketPair} from './stream/socket-pair.js'

/** One way, as over loopback: what is sent is never heard at the very moment it was sent. */
const DELAY_MS = 1

/** A bot of this process that is called without a network and without waiting. */
export type VirtualWorld = {
  /** All of a run happens inside its `run`; of the bot too, which knows no other time. */
  readonly clock: VirtualClock
  /** Every dial begins another stream of the bot. */
  readonly dial: NonNullable<CallWorld['dial']>
}

/** Whatever the bot waits for that is not of its call is over at the moment at which it began. */
export function virtualWorld(bot: Bot, log: Logger): VirtualWorld {
  const clock = virtualClock()
  return {
    clock,
    async dial({sampleRateHz}, {signal}) {
      const dialledAt = clock.now()
      await clock.sleepUntil(dialledAt + 2 * DELAY_MS, signal)
      const [socket, other] = socketPair(clock, DELAY_MS)
      const rate = sampleRateHz === undefined ? {} : {urlSampleRateHz: sampleRateHz}
      new BotEnd(other, {bot, clock, log, ...rate})
      return {socket, handshakeMs: clock.now() - dialledAt, attempts: 1}
    },
  }
}
