import type {Logger} from '../../../log.js'
import type {SampleRateHz} from '../../../protocol/messages.js'
import {CallerSide} from '../../../stream/bot/caller-side.js'
import {SentMarks} from '../../../stream/bot/sent-marks.js'
import {StreamLog} from '../../../stream/bot/stream-log.js'
import {StreamRecord} from '../../../stream/bot/stream-record.js'
import type {StreamEnded} from '../../../stream/bot/stream-watch.js'
import type {Codec} from '../../../stream/codec.js'
import {NO_CLOSE_FRAME} from '../../../stream/socket.js'
import type {StreamContext} from '../../open-stream.js'
import {BotLook} from './bot-look.js'

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

/** What was lost on the way: held for a bot that was not there yet, or not read in time. */
type Lost = {readonly held: number; readonly toBot: number; readonly toCaller: number}

/**
 * All that is seen of a relayed stream, for its log and for its watch. Whatever goes wrong in looking,
 * the call goes on: nothing here throws.
 */
export class StreamLook {
  readonly #caller: CallerSide
  readonly #bot: BotLook
  readonly #log: StreamLog
  readonly #record: StreamRecord
  /** The bot's, which the caller returns. */
  readonly #marks = new SentMarks()
  #handshakeMs: number | undefined
  #isLooking = true

  constructor({context, now, lateMs}: StreamLookOptions) {
    const {urlSampleRateHz, watch} = context
    const log = new StreamLog(context.log)
    const record = new StreamRecord({now, log, watch})
    this.#log = log
    this.#record = record
    this.#caller = new CallerSide({
      ...{record, log, urlSampleRateHz},
      takeBack: (name) => this.#takeBack(name),
      began: () => {
        this.#judge()
      },
    })
    const codec = () => this.codec
    this.#bot = new BotLook({now, log, record, marks: this.#marks, codec, lateMs})
  }

  /** With the ids of the stream, as soon as they are known. */
  get log(): Logger {
    return this.#log.logger
  }

  /** Once the caller's stream has begun. */
  get sampleRateHz(): SampleRateHz | undefined {
    return this.#caller.identity?.sampleRateHz
  }

  get codec(): Codec {
    return this.#caller.audio.codec
  }

  /** Returns whether it was audio. */
  fromCaller(data: string | Uint8Array): boolean {
    const event = this.#guarded(() => {
      const heard = this.#caller.hear(data)
      if (heard?.type === 'stop') this.#bot.stopSent()
      return heard
    })
    return event?.type === 'audio'
  }

  fromBot(data: string | Uint8Array): void {
    this.#guarded(() => {
      // Who is answered has begun, also with no more than a digit.
      this.#caller.settle()
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

  /** Passing on itself has failed. */
  failed(error: unknown): void {
    this.#log.failed(error)
  }

  end(ending: Ending, lost: Lost): void {
    const closedBy = closerOf(ending)
    const {code, reason} = ending.byUs ?? ending
    this.#guarded(() => {
      this.#caller.settle()
      const {leg, isRefusal} = ending
      const by = closedBy === 'server' ? 'caller' : closedBy
      const refusedWith = leg === 'bot' && isRefusal ? code : undefined
      this.#bot.closed({by, code, reason}, {dropped: lost.toBot, refusedWith})
    })
    const ended = this.#record.close({
      ...{code, reason, closedBy},
      audioDropped: lost.held + lost.toBot,
      unsent: lost.toCaller,
      botFindings: this.#bot.tally.findings(),
    })
    this.#log.closed(ended)
    this.#logBot(ending.leg, lost)
  }

  #logBot(firstClosed: Ending['leg'], {held, toBot}: Lost): void {
    const values = {category: 'BIDIRECTIONAL', firstClosed, heldDropped: held}
    if (this.#handshakeMs === undefined) {
      this.log.info(values, 'the bot behind the relay was never reached')
      return
    }
    const botFindings = this.#bot.tally.counts()
    const judged = {...values, botUnsent: toBot, botFindings}
    this.log.info(judged, 'the bot behind the relay was judged')
  }

  #takeBack(name: string): boolean {
    const isOwn = this.#marks.takeBack(name)
    if (isOwn) this.#bot.markReturned(name)
    return isOwn
  }

  /** Begins once there is both a stream and a bot that was told of it. */
  #judge(): void {
    const {identity, hasStopped} = this.#caller
    if (!identity || this.#handshakeMs === undefined) return
    const {streamSid, sampleRateHz, casing} = identity
    this.#bot.start({streamSid, sampleRateHz, casing, handshakeMs: this.#handshakeMs})
    if (hasStopped) this.#bot.stopSent()
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
