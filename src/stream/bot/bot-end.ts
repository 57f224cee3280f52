import type {Clock} from '../../clock.js'
import type {Logger} from '../../log.js'
import type {SampleRateHz} from '../../protocol/messages.js'
import type {StreamSocket} from '../socket.js'
import {untilAnswered, untilReturned} from './after-stop.js'
import type {Bot, BotEvent} from './bot.js'
import {createCall} from './bot-call.js'
import {CallerSide} from './caller-side.js'
import {type EventQueue, queueOfBot} from './event-queue.js'
import {SentMarks} from './sent-marks.js'
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

/** Who sends a digit or a mark first may send `start` behind it, and with it the rate. */
const START_WAIT_MS = 200

/**
 * The bot's end of a stream: runs the bot once the stream has begun, with `start` or with what
 * came instead, and hands it what the caller says. A bot that throws ends its own stream with 1011,
 * never the server.
 */
export class BotEnd {
  /** Resolves when the socket has closed and the bot has returned. */
  readonly done: Promise<void>

  readonly #socket: StreamSocket
  readonly #options: BotEndOptions
  readonly #events: EventQueue<BotEvent>
  readonly #marks = new SentMarks()
  readonly #caller: CallerSide
  readonly #record: StreamRecord
  readonly #log: StreamLog
  readonly #ended = new AbortController()
  #awaitsStart = false
  #hasReturned = false
  #closedBy: StreamEnded['closedBy'] | undefined
  #bot: Promise<void> = Promise.resolve()
  #resolveDone: () => void = () => undefined

  constructor(socket: StreamSocket, options: BotEndOptions) {
    this.#socket = socket
    this.#options = options
    this.#events = queueOfBot((event) => this.#caller.audio.weightMs(event), options.maxQueueMs)
    this.#log = new StreamLog(options.log)
    const {clock, watch, urlSampleRateHz} = options
    const acceptedAt = clock.now()
    const now = () => clock.now() - acceptedAt
    this.#record = new StreamRecord({now, log: this.#log, watch})
    this.#caller = new CallerSide({
      record: this.#record,
      log: this.#log,
      urlSampleRateHz,
      takeBack: (name) => this.#marks.takeBack(name),
      began: (identity) => {
        this.#bot = this.#run(identity)
      },
    })
    this.done = new Promise((resolve) => (this.#resolveDone = resolve))
    socket.listen({
      message: (data) => {
        this.#receive(data)
      },
      text: (bytes) => {
        this.#receiveText(bytes)
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
      this.#failed(error)
    }
  }

  #failed(error: unknown): void {
    this.#log.failed(error)
    this.close(1011, 'exostream failed')
  }

  #receive(data: string | Uint8Array): void {
    this.#guarded(() => {
      this.#take(this.#caller.hear(data))
    })
  }

  /** Guarded by itself: this is most of what comes, and needs no closure. */
  #receiveText(bytes: Buffer): void {
    try {
      this.#take(this.#caller.hearText(bytes))
    } catch (error) {
      this.#failed(error)
    }
  }

  #take(event: BotEvent | undefined): void {
    if (this.#caller.awaitsStart) this.#waitForStart()
    if (!event) return
    this.#events.push(event)
    if (event.type === 'stop') this.#stopped()
  }

  #waitForStart(): void {
    if (this.#awaitsStart) return
    this.#awaitsStart = true
    const {clock} = this.#options
    clock.sleepUntil(clock.now() + START_WAIT_MS, this.#ended.signal).then(
      () => {
        this.#guarded(() => {
          this.#caller.settle()
        })
      },
      // Aborted: the end has settled it.
      () => undefined,
    )
  }

  async #run(identity: StreamIdentity): Promise<void> {
    const {bot, clock, customerOf, path = '/media', pathParameters = {}} = this.#options
    const {signal} = this.#ended
    const known = () => this.#caller.identity ?? identity
    const codec = () => this.#caller.audio.codec
    const world = {
      sampleRateHz: identity.sampleRateHz,
      clock,
      signal,
      codec,
      identity: known,
      marks: this.#marks,
      sent: this.#sent(),
    }
    const voice = new Voice(this.#socket, world)
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
      if (!this.#caller.hasStopped && !signal.aborted && !this.#closedBy) this.#log.returned()
    } catch (error) {
      this.#threw(error)
    } finally {
      this.#hasReturned = true
      // A bot that returned reads no more; its stream stays open until the caller hangs up.
      this.#events.end()
    }
  }

  #sent(): Sent {
    const record = this.#record
    return {
      wantsText: () => record.tellsMessages,
      message: (raw, message, audioMs) => {
        const count = record.sent(message)
        record.said(audioMs)
        if (count === 1 && message.event === 'media') this.#log.spoke(audioMs)
        if (record.tellsMessages)
          record.tell({type: 'sent', raw, message, codec: this.#caller.audio.codec})
      },
      audio: (audioMs) => {
        const count = record.sentEvent('media')
        record.said(audioMs)
        if (count === 1) this.#log.spoke(audioMs)
      },
    }
  }

  #threw(error: unknown): void {
    const {signal} = this.#ended
    if (signal.aborted) {
      const isTheEnd = error === signal.reason || isAbort(error)
      if (!isTheEnd) this.#log.threwLate(error)
      return
    }
    this.#log.threw(error)
    this.#closedBy ??= 'bot'
    this.#socket.close(1011, 'the bot failed')
  }

  #stopped(): void {
    this.#closedBy ??= 'caller'
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
    this.#caller.settle()
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
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
