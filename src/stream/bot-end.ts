import type {Clock} from '../clock.js'
import type {Logger} from '../log.js'
import {decodeExotel} from '../protocol/decode.js'
import type {Violation} from '../protocol/events.js'
import {DEFAULT_SAMPLE_RATE_HZ, PACKET_MS} from '../protocol/limits.js'
import type {ExotelMessage, MediaMessage, SampleRateHz, StartMessage} from '../protocol/messages.js'
import {decodePayload} from '../protocol/payload.js'
import {rules} from '../protocol/rules.js'
import type {Bot, BotCall, BotEvent} from './bot.js'
import {bytesToPcm, type Codec} from './codec.js'
import {EventQueue} from './event-queue.js'
import {FindingCounter} from './findings.js'
import {SequenceCheck} from './sequence.js'
import type {StreamSocket} from './socket.js'
import {Voice} from './voice.js'

export type BotEndOptions = {
  readonly bot: Bot
  readonly clock: Clock
  readonly log: Logger
  /** From the URL's query; `start` has the last word. */
  readonly urlSampleRateHz?: SampleRateHz
}

/** A bot that is further behind does not hear the caller any more. Other events count as 20 ms. */
const MOST_QUEUED_MS = 30_000
/** Exotel closes after `stop`; a peer that does not is closed by us. */
const CLOSE_AFTER_STOP_MS = 2000

/**
 * The bot's end of a stream: hears connected, start, media, dtmf, mark and stop, and runs the bot
 * once `start` has come. A bot that throws ends its own stream with 1011, never the server.
 */
export class BotEnd {
  /** Resolves when the socket has closed and the bot has returned. */
  readonly done: Promise<void>

  readonly #socket: StreamSocket
  readonly #options: BotEndOptions
  readonly #events = new EventQueue<BotEvent>({
    limit: MOST_QUEUED_MS,
    weigh: (event) => Math.max(PACKET_MS, event.type === 'audio' ? this.#msOf(event.pcm) : 0),
    mayDrop: (event) => event.type === 'audio',
  })
  readonly #sequence = new SequenceCheck()
  readonly #findings = new FindingCounter()
  readonly #ended = new AbortController()
  readonly #connectedAt: number
  #log: Logger
  #start: StartMessage | undefined
  #startedAt = 0
  #sampleRateHz: SampleRateHz = DEFAULT_SAMPLE_RATE_HZ
  #codec: Codec = 'pcm16'
  #isConnected = false
  #isStopped = false
  #mediaCount = 0
  #bot: Promise<void> = Promise.resolve()
  #resolveDone: () => void = () => undefined

  constructor(socket: StreamSocket, options: BotEndOptions) {
    this.#socket = socket
    this.#options = options
    this.#log = options.log
    this.#connectedAt = options.clock.now()
    this.done = new Promise((resolve) => {
      this.#resolveDone = resolve
    })
    socket.listen({
      message: (data) => {
        this.#guarded(() => {
          this.#receive(data)
        })
      },
      closed: (code, reason) => {
        this.#closed(code, reason)
      },
    })
  }

  get streamSid(): string | undefined {
    return this.#start?.streamSid
  }

  close(code: number, reason?: string): void {
    this.#socket.close(code, reason)
  }

  terminate(): void {
    this.#socket.terminate()
  }

  /** A broken stream ends itself; the server and its other streams go on. */
  #guarded(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#log.error({err: error}, 'exostream failed; the stream is closed with 1011')
      this.#socket.close(1011, 'exostream failed')
    }
  }

  #receive(data: string | Uint8Array): void {
    const {message, violations} = decodeExotel(data)
    for (const violation of violations) this.#violated(violation)
    for (const found of this.#sequence.message(message)) {
      this.#log.debug(found, 'a counter of the stream did not count up by one')
    }
    this.#handle(message)
  }

  #handle(message: ExotelMessage): void {
    switch (message.event) {
      case 'connected':
        this.#isConnected = true
        this.#log.info({}, 'connected received')
        return
      case 'start':
        this.#started(message)
        return
      case 'media':
        this.#media(message)
        return
      case 'dtmf': {
        const {digit, durationMs} = message
        this.#log.info({digit}, 'digit received')
        this.#events.push({type: 'dtmf', digit, ...(durationMs === undefined ? {} : {durationMs})})
        return
      }
      case 'mark':
        this.#log.debug({mark: message.name}, 'mark came back')
        this.#events.push({type: 'mark', name: message.name})
        return
      case 'clear':
        this.#log.info({}, 'clear received')
        this.#events.push({type: 'clear'})
        return
      case 'stop':
        this.#stopped(message.reason)
        return
      case 'unknown':
      case 'invalid':
        this.#log.debug({message}, 'message kept without an effect')
    }
  }

  #started(start: StartMessage): void {
    if (this.#start) {
      this.#log.warn({}, 'a second start on the same stream is ignored')
      return
    }
    if (!this.#isConnected) this.#violated({rule: 'connected-missing'})
    const {mediaFormat} = start
    this.#start = start
    this.#startedAt = this.#options.clock.now()
    this.#sampleRateHz =
      mediaFormat.sampleRateHz ?? this.#options.urlSampleRateHz ?? DEFAULT_SAMPLE_RATE_HZ
    if (/mu-?law|ulaw|pcmu/i.test(mediaFormat.encoding ?? '')) this.#codec = 'ulaw'
    this.#log = this.#log.child({streamSid: start.streamSid, callSid: start.callSid})
    const {from, to} = start
    this.#log.info(
      {from, to, sampleRateHz: this.#sampleRateHz, encoding: mediaFormat.encoding},
      'stream started',
    )
    this.#bot = this.#run(start)
  }

  async #run(start: StartMessage): Promise<void> {
    try {
      await this.#options.bot(this.#callOf(start))
    } catch (error) {
      if (this.#ended.signal.aborted) return
      this.#log.error({err: error}, 'the bot threw; its stream is closed with 1011')
      this.#socket.close(1011, 'the bot failed')
    } finally {
      // A bot that returned reads no more; its stream stays open until the caller hangs up.
      this.#events.end()
    }
  }

  #media(message: MediaMessage): void {
    this.#mediaCount += 1
    if (this.#mediaCount === 1) {
      this.#log.info({payloadCharacters: message.payload.length}, 'first media received')
    }
    const {payload} = message
    const {bytes, violations} = decodePayload(payload, this.#codec)
    for (const violation of violations) this.#violated(violation)
    this.#events.push({type: 'audio', payload, pcm: bytesToPcm(bytes, this.#codec)})
  }

  #stopped(reason: string | undefined): void {
    if (this.#isStopped) return
    this.#isStopped = true
    this.#log.info({reason}, 'stop received')
    this.#events.push({type: 'stop', ...(reason === undefined ? {} : {reason})})
    this.#events.end()
    const {clock} = this.#options
    clock.sleepUntil(clock.now() + CLOSE_AFTER_STOP_MS, this.#ended.signal).then(
      () => {
        this.#socket.close(1000)
      },
      // Aborted: the caller closed, as it should.
      () => undefined,
    )
  }

  #closed(code: number, reason: string): void {
    this.#events.end()
    this.#ended.abort(new Error('the call has ended'))
    const seconds = Number(((this.#options.clock.now() - this.#connectedAt) / 1000).toFixed(1))
    const values = {
      code,
      seconds,
      mediaReceived: this.#mediaCount,
      audioDropped: this.#events.dropped,
      unsent: this.#socket.dropped(),
      ...this.#counts(),
    }
    this.#log.info(reason === '' ? values : {...values, reason}, 'stream closed')
    this.#bot.finally(this.#resolveDone).catch(() => undefined)
  }

  /** How often each rule was broken; nothing where none was. */
  #counts(): object {
    const findings = this.#findings.findings()
    if (findings.length === 0) return {}
    return {findings: Object.fromEntries(findings.map(({rule, count}) => [rule, count]))}
  }

  #violated(violation: Violation): void {
    const atMs = this.#options.clock.now() - this.#connectedAt
    if (!this.#findings.add(violation, atMs)) return
    const {severity, what} = rules[violation.rule]
    const values = {rule: violation.rule, summary: what, detail: violation.detail}
    const message = 'the caller sent something unusual'
    if (severity === 'info') this.#log.info(values, message)
    else this.#log.warn(values, message)
  }

  #callOf(start: StartMessage): BotCall {
    const {clock} = this.#options
    const {signal} = this.#ended
    const {streamSid, callSid, accountSid, from, to, customParameters} = start
    const sampleRateHz = this.#sampleRateHz
    const voice = new Voice(this.#socket, {
      streamSid,
      sampleRateHz,
      codec: this.#codec,
      clock,
      signal,
    })
    return {
      callSid,
      streamSid,
      accountSid,
      from,
      to,
      customParameters,
      sampleRateHz,
      events: this.#events,
      signal,
      log: this.#log,
      play: voice.play.bind(voice),
      playPayload: voice.playPayload.bind(voice),
      speak: voice.speak.bind(voice),
      mark: voice.mark.bind(voice),
      clear: voice.clear.bind(voice),
      close: (code = 1000, reason) => {
        this.#socket.close(code, reason)
      },
      now: () => clock.now() - this.#startedAt,
      sleep: (ms, given) =>
        clock.sleepUntil(clock.now() + ms, given ? AbortSignal.any([signal, given]) : signal),
    }
  }

  #msOf(pcm: Int16Array): number {
    return (pcm.length * 1000) / this.#sampleRateHz
  }
}
