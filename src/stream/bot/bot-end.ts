import type {Clock} from '../../clock.js'
import type {Logger} from '../../log.js'
import {decodeExotel} from '../../protocol/decode.js'
import type {Violation} from '../../protocol/events.js'
import {DEFAULT_SAMPLE_RATE_HZ} from '../../protocol/limits.js'
import type {
  DtmfMessage,
  ExotelMessage,
  MarkMessage,
  MediaMessage,
  SampleRateHz,
  StartMessage,
} from '../../protocol/messages.js'
import {SequenceCheck} from '../sequence.js'
import type {StreamSocket} from '../socket.js'
import {untilAnswered, untilReturned} from './after-stop.js'
import type {Bot, BotEvent} from './bot.js'
import {createCall} from './bot-call.js'
import {CallerAudio} from './caller-audio.js'
import {type EventQueue, queueOfBot} from './event-queue.js'
import {identifiedBy, identityOf, impliedIdentity} from './identity.js'
import {StreamLog} from './stream-log.js'
import {StreamRecord, whoClosed} from './stream-record.js'
import type {StreamEnded, StreamIdentity, StreamWatch} from './stream-watch.js'
import {type Sent, Voice} from './voice.js'

export type BotEndOptions = {
  readonly bot: Bot
  readonly clock: Clock
  readonly log: Logger
  /** From the URL's query; `start` has the last word. */
  readonly urlSampleRateHz?: SampleRateHz
  readonly path?: string
  readonly pathParameters?: Readonly<Record<string, string>>
  /** What is known of a call by its CallSid, once the stream has begun. */
  readonly customerOf?: (callSid: string) => Readonly<Record<string, string>>
  readonly watch?: StreamWatch
  /** How far a bot may be behind its caller; 30 s unless said. */
  readonly maxQueueMs?: number
}

/** With any of these a stream has begun, whether or not there was a start. */
const BEGINNING: ReadonlySet<string> = new Set(['media', 'dtmf', 'mark', 'clear'])

/**
 * The bot's end of a stream: hears connected, start, media, dtmf, mark and stop, and runs the bot
 * once the stream has begun: with `start`, or with whatever comes before it. A bot that throws
 * ends its own stream with 1011, never the server.
 */
export class BotEnd {
  /** Resolves when the socket has closed and the bot has returned. */
  readonly done: Promise<void>

  readonly #socket: StreamSocket
  readonly #options: BotEndOptions
  readonly #events: EventQueue<BotEvent>
  readonly #sequence = new SequenceCheck()
  readonly #record: StreamRecord
  readonly #log: StreamLog
  readonly #ended = new AbortController()
  #audio = new CallerAudio(DEFAULT_SAMPLE_RATE_HZ)
  #identity: StreamIdentity | undefined
  #voice: Voice | undefined
  #isStopped = false
  #hasReturned = false
  #closedBy: StreamEnded['closedBy'] | undefined
  #bot: Promise<void> = Promise.resolve()
  #resolveDone: () => void = () => undefined

  constructor(socket: StreamSocket, options: BotEndOptions) {
    this.#socket = socket
    this.#options = options
    this.#events = queueOfBot((event) => this.#audio.weightMs(event), options.maxQueueMs)
    this.#log = new StreamLog(options.log)
    this.#record = new StreamRecord({clock: options.clock, log: options.log, watch: options.watch})
    this.done = new Promise((resolve) => (this.#resolveDone = resolve))
    socket.listen({
      message: (data) => {
        this.#guarded(() => {
          this.#receive(data)
        })
      },
      closed: (code, reason, isRefusal) => {
        this.#guarded(() => {
          this.#closed(code, reason, isRefusal)
        })
        void this.#leave()
      },
    })
  }

  close(code: number, reason?: string): void {
    this.#closedBy ??= 'server'
    this.#socket.close(code, reason)
  }

  terminate(): void {
    this.#closedBy ??= 'server'
    this.#socket.terminate()
  }

  /** A broken stream ends itself; the server and its other streams go on. */
  #guarded(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#log.failed(error)
      this.close(1011, 'exostream failed')
    }
  }

  #receive(data: string | Uint8Array): void {
    const {message, violations} = decodeExotel(data)
    const count = this.#record.received(data, message)
    for (const violation of violations) this.#violated(violation)
    for (const {counter, expected, got} of this.#sequence.message(message)) {
      const detail = `${counter} ${String(got)} where ${String(expected)} was expected`
      this.#violated({rule: 'counter-not-ascending', detail})
    }
    if (this.#isStopped) this.#violated({rule: 'message-after-stop', detail: message.event})
    else this.#handle(message, data, count)
  }

  #handle(message: ExotelMessage, data: string | Uint8Array, count: number): void {
    if (!this.#identity && BEGINNING.has(message.event)) this.#beganWithout(message, data)
    switch (message.event) {
      case 'connected':
        this.#log.connected(count)
        return
      case 'start':
        this.#started(message, data, count)
        return
      case 'media':
        this.#media(message, count)
        return
      case 'dtmf':
        this.#digit(message, count)
        return
      case 'mark':
        this.#mark(message)
        return
      case 'clear':
        this.#log.clear(count)
        this.#violated({rule: 'caller-sent-clear'})
        this.#events.push({type: 'clear'})
        return
      case 'stop':
        this.#stopped(message.reason)
        return
      case 'unknown':
      case 'invalid':
        this.#log.kept(message)
    }
  }

  #digit({digit, durationMs}: DtmfMessage, count: number): void {
    this.#log.digit(digit, count)
    this.#events.push({type: 'dtmf', digit, ...(durationMs === undefined ? {} : {durationMs})})
  }

  #mark({name}: MarkMessage): void {
    const isOwn = this.#voice?.takeBack(name) ?? false
    this.#log.mark(name, isOwn)
    if (!isOwn) this.#violated({rule: 'caller-sent-mark'})
    this.#events.push({type: 'mark', name})
  }

  #started(start: StartMessage, data: string | Uint8Array, count: number): void {
    if (count > 1) {
      this.#violated({rule: 'start-repeated'})
      return
    }
    if (!this.#record.has('connected')) this.#violated({rule: 'connected-missing'})
    const {urlSampleRateHz} = this.#options
    const identity = identityOf(start, {urlSampleRateHz, data})
    if (!this.#identity) {
      this.#begin(identity)
      return
    }
    this.#identity = identifiedBy(identity, this.#identity)
    this.#audio.announce(identity.encoding)
    this.#log.identified(this.#identity)
    if (this.#record.isWatched) this.#record.tell({type: 'identified', identity: this.#identity})
  }

  #beganWithout(message: ExotelMessage, data: string | Uint8Array): void {
    this.#violated({rule: 'start-missing', detail: `${message.event} came first`})
    const {urlSampleRateHz} = this.#options
    this.#begin(impliedIdentity(message, {urlSampleRateHz, data}))
  }

  #begin(identity: StreamIdentity): void {
    this.#identity = identity
    this.#audio = new CallerAudio(identity.sampleRateHz)
    this.#audio.announce(identity.encoding)
    this.#log.began(identity)
    if (this.#record.isWatched) this.#record.tell({type: 'started', identity})
    this.#bot = this.#run(identity)
  }

  async #run(identity: StreamIdentity): Promise<void> {
    const {bot, clock, customerOf, path = '/media', pathParameters = {}} = this.#options
    const {signal} = this.#ended
    const known = () => this.#identity ?? identity
    const codec = () => this.#audio.codec
    const world = {
      sampleRateHz: identity.sampleRateHz,
      clock,
      signal,
      codec,
      identity: known,
      sent: this.#sent,
    }
    const voice = new Voice(this.#socket, world)
    this.#voice = voice
    const call = createCall({
      ...{clock, customerOf, path, pathParameters, voice, signal, events: this.#events},
      identity: known,
      log: () => this.#log.logger,
      startedAt: clock.now(),
      metric: (name, value) => {
        this.#record.metric(name, value)
      },
      close: (code, reason) => {
        this.#socket.close(code, reason)
        this.#closedBy ??= 'bot'
      },
    })
    try {
      await bot(call)
      if (!this.#isStopped && !signal.aborted && !this.#closedBy) this.#log.returned()
    } catch (error) {
      if (signal.aborted) return
      this.#log.threw(error)
      this.#closedBy ??= 'bot'
      this.#socket.close(1011, 'the bot failed')
    } finally {
      this.#hasReturned = true
      // A bot that returned reads no more; its stream stays open until the caller hangs up.
      this.#events.end()
    }
  }

  readonly #sent: Sent = (raw, message, audioMs) => {
    const count = this.#record.sent(message, audioMs)
    if (count === 1 && message.event === 'media') this.#log.spoke(audioMs)
    if (this.#record.isWatched)
      this.#record.tell({type: 'sent', raw, message, codec: this.#audio.codec})
  }

  #media(message: MediaMessage, count: number): void {
    const audio = this.#audio
    const {bytes, pcm, violations} = audio.decode(message)
    for (const violation of violations) this.#violated(violation)
    this.#record.heard(audio.msOf(pcm.length))
    if (count === 1) this.#log.firstMedia(pcm.length, audio.codec)
    this.#log.media(pcm, count, this.#record.heardMs)
    if (this.#record.isWatched)
      this.#record.tell({type: 'audio', message, bytes, pcm, codec: audio.codec})
    this.#events.push({type: 'audio', payload: message.payload, pcm})
  }

  #stopped(reason: string | undefined): void {
    this.#isStopped = true
    this.#closedBy ??= 'caller'
    this.#record.stopReason = reason
    this.#log.stopped(reason)
    this.#events.push({type: 'stop', ...(reason === undefined ? {} : {reason})})
    this.#events.end()
    const {clock} = this.#options
    const isBehind = () => !this.#hasReturned && !this.#events.isEmpty
    untilAnswered({clock, signal: this.#ended.signal, isBehind}).then(
      () => {
        this.#socket.close(1000)
      },
      // Aborted: the caller closed, as it should.
      () => undefined,
    )
  }

  #closed(code: number, reason: string, isRefusal = false): void {
    this.#events.end()
    this.#ended.abort(new DOMException('the call has ended', 'AbortError'))
    const ended = this.#record.close({
      ...{code, reason, closedBy: this.#closedBy ?? whoClosed(code, isRefusal)},
      audioDropped: this.#events.dropped,
      unsent: this.#socket.dropped(),
    })
    this.#log.closed(ended)
  }

  async #leave(): Promise<void> {
    if (!(await untilReturned(this.#bot, this.#options.clock))) this.#log.leftBehind()
    this.#resolveDone()
  }

  #violated(violation: Violation): void {
    if (this.#record.violated(violation)) this.#log.violated(violation)
  }
}
