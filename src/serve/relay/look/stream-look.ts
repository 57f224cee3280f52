import type {Logger} from '../../../log.js'
import type {ExotelMessage, SampleRateHz} from '../../../protocol/messages.js'
import type {Codec} from '../../../stream/codec.js'
import {StreamLog} from '../../../stream/bot/stream-log.js'
import type {
  BotStreamEvent,
  StreamEnded,
  StreamIdentity,
  StreamWatch,
} from '../../../stream/bot/stream-watch.js'
import type {StreamContext} from '../../open-stream.js'
import {BotLook} from './bot-look.js'
import {CallerLook} from './caller-look.js'

export type StreamLookOptions = {
  readonly context: StreamContext
  /** Milliseconds since the caller's socket was accepted. */
  readonly now: () => number
  /** By how much this process itself is late. */
  readonly lateMs: () => number
}

/** How the first leg ended; `byUs`: this end closed it, whatever the socket said then. */
export type Ending = {
  readonly leg: 'caller' | 'bot'
  readonly code: number
  readonly reason: string
  /** We closed, because what came on this leg could not be taken. */
  readonly isRefusal: boolean
  readonly byUs: {readonly code: number; readonly reason: string} | undefined
}

/** What was lost on the way. */
type Lost = {readonly held: number; readonly toBot: number; readonly toCaller: number}

const NO_CLOSE_FRAME = 1006

/**
 * All that is seen of a relayed stream, for its log and for its watch. Whatever goes wrong in looking,
 * the call goes on: nothing here throws.
 */
export class StreamLook {
  readonly #options: StreamLookOptions
  readonly #caller: CallerLook
  readonly #bot: BotLook
  readonly #log: StreamLog
  #watch: StreamWatch | undefined
  #begun: StreamIdentity | undefined
  #handshakeMs: number | undefined
  #isLooking = true

  constructor(options: StreamLookOptions) {
    const {context, now} = options
    const {urlSampleRateHz} = context
    this.#options = options
    this.#log = new StreamLog(context.log)
    this.#watch = context.watch
    const watch = context.watch && this.#tell.bind(this)
    const look = {now, log: this.#log, watch}
    const started = (identity: StreamIdentity) => {
      this.#begun = identity
      this.#judge()
    }
    this.#caller = new CallerLook({...look, urlSampleRateHz, started})
    this.#bot = new BotLook({...look, codec: () => this.codec, lateMs: options.lateMs})
  }

  /** With the ids of the stream, as soon as they are known. */
  get log(): Logger {
    return this.#log.logger
  }

  /** Once the caller's stream has begun. */
  get sampleRateHz(): SampleRateHz | undefined {
    return this.#begun?.sampleRateHz
  }

  get codec(): Codec {
    return this.#caller.codec
  }

  fromCaller(data: string | Uint8Array): ExotelMessage['event'] | undefined {
    return this.#guarded(() => {
      const message = this.#caller.look(data)
      if (message.event === 'mark') this.#bot.markReturned(message.name)
      if (message.event === 'stop') this.#bot.stopSent()
      return message.event
    })
  }

  fromBot(data: string | Uint8Array): void {
    this.#guarded(() => {
      this.#bot.look(data)
    })
  }

  /** The bot has been sent what the caller said before it was there. */
  botReached(handshakeMs: number): void {
    this.#handshakeMs = handshakeMs
    this.#guarded(() => {
      this.#judge()
    })
  }

  /** Every 20 ms. */
  advance(): void {
    this.#guarded(() => {
      this.#bot.advance()
    })
  }

  end(ending: Ending, lost: Lost): void {
    const closedBy = closerOf(ending)
    const {code, reason} = ending.byUs ?? ending
    this.#guarded(() => {
      const {leg, isRefusal} = ending
      const by = closedBy === 'server' ? 'caller' : closedBy
      const refusedWith = leg === 'bot' && isRefusal ? code : undefined
      this.#bot.closed({by, code, reason}, {dropped: lost.toBot, refusedWith})
    })
    const {received, heardMs, stopReason} = this.#caller
    const ended: StreamEnded = {
      code,
      reason,
      closedBy,
      durationMs: this.#options.now(),
      ...(stopReason === undefined ? {} : {stopReason}),
      received,
      sent: this.#bot.sent,
      heardMs,
      saidMs: this.#bot.saidMs,
      audioDropped: lost.held + lost.toBot,
      unsent: lost.toCaller,
      findings: this.#caller.tally.findings(),
      botFindings: this.#bot.tally.findings(),
      metrics: {},
    }
    this.#log.closed(ended)
    this.#logBot(ending.leg, lost)
    this.#tell({type: 'closed', atMs: ended.durationMs, ended})
  }

  #logBot(firstClosed: Ending['leg'], {held, toBot}: Lost): void {
    const botFindings = this.#bot.tally.counts()
    const values = {category: 'BIDIRECTIONAL', firstClosed, heldDropped: held, botUnsent: toBot}
    this.log.info({...values, botFindings}, 'the bot behind the relay was judged')
  }

  /** Begins once there is both a stream and a bot that was told of it. */
  #judge(): void {
    if (!this.#begun || this.#handshakeMs === undefined) return
    const {streamSid, sampleRateHz, casing} = this.#begun
    this.#bot.start({streamSid, sampleRateHz, casing, handshakeMs: this.#handshakeMs})
    if (this.#caller.hasStopped) this.#bot.stopSent()
  }

  /** A watcher that throws is heard of once, and hears no more. */
  #tell(event: BotStreamEvent): void {
    try {
      this.#watch?.(event)
    } catch (error) {
      this.#watch = undefined
      const values = {category: 'ERROR', err: error}
      this.log.error(values, 'what keeps this stream failed; the rest of it is not kept')
    }
  }

  #guarded<T>(look: () => T): T | undefined {
    if (!this.#isLooking) return undefined
    try {
      return look()
    } catch (error) {
      this.#isLooking = false
      const values = {category: 'ERROR', err: error}
      this.log.error(
        values,
        'exostream failed to look at a message; it only passes on from here on',
      )
      return undefined
    }
  }
}

function closerOf({leg, code, isRefusal, byUs}: Ending): StreamEnded['closedBy'] {
  if (byUs || isRefusal) return 'server'
  return code === NO_CLOSE_FRAME ? 'network' : leg
}
