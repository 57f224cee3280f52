import type {Clock} from '../../clock.js'
import type {Logger} from '../../log.js'
import {decodeExotel} from '../../protocol/decode.js'
import type {Violation} from '../../protocol/events.js'
import {DEFAULT_SAMPLE_RATE_HZ, PACKET_MS} from '../../protocol/limits.js'
import type {
  ExotelMessage,
  MediaMessage,
  SampleRateHz,
  StartMessage,
} from '../../protocol/messages.js'
import {decodePayload} from '../../protocol/payload.js'
import {rules} from '../../protocol/rules.js'
import type {Bot, BotCall, BotEvent} from './bot.js'
import {bytesToPcm, type Codec} from '../codec.js'
import {EventQueue} from './event-queue.js'
import {FindingCounter} from '../findings.js'
import {SequenceCheck} from '../sequence.js'
import type {StreamSocket} from '../socket.js'
import type {StreamWatch} from './stream-watch.js'
import {Voice} from './voice.js'

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
}

/** Of base64, which stand for no byte of audio. */
const MOST_PADDING_BYTES = 2

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
    weigh: (event) => Math.max(PACKET_MS, event.type === 'audio' ? this.#msOf(event) : 0),
    mayDrop: (event) => event.type === 'audio',
  })
  readonly #sequence = new SequenceCheck()
  readonly #findings = new FindingCounter()
  /** How often each event came. */
  readonly #received = new Map<ExotelMessage['event'], number>([['media', 0]])
  readonly #ended = new AbortController()
  readonly #connectedAt: number
  #log: Logger
  #startedAt = 0
  #sampleRateHz: SampleRateHz = DEFAULT_SAMPLE_RATE_HZ
  #codec: Codec = 'pcm16'
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
    const count = this.#count(message)
    // A flood must not fill the log; the line of the end has the counts.
    const level = count === 1 ? 'info' : 'debug'
    switch (message.event) {
      case 'connected':
        this.#log[level]({}, 'connected received')
        return
      case 'start':
        this.#started(message, count)
        return
      case 'media':
        this.#media(message, count)
        return
      case 'dtmf': {
        const {digit, durationMs} = message
        this.#log[level]({digit}, 'digit received')
        this.#events.push({type: 'dtmf', digit, ...(durationMs === undefined ? {} : {durationMs})})
        return
      }
      case 'mark':
        this.#log.debug({mark: message.name}, 'mark came back')
        this.#events.push({type: 'mark', name: message.name})
        return
      case 'clear':
        this.#log[level]({}, 'clear received')
        this.#events.push({type: 'clear'})
        return
      case 'stop':
        this.#stopped(message.reason, count)
        return
      case 'unknown':
      case 'invalid':
        this.#log.debug({message}, 'message kept without an effect')
    }
  }

  #count({event}: ExotelMessage): number {
    const count = (this.#received.get(event) ?? 0) + 1
    this.#received.set(event, count)
    return count
  }

  #started(start: StartMessage, count: number): void {
    if (count > 1) {
      this.#log[count === 2 ? 'warn' : 'debug']({}, 'another start is ignored')
      return
    }
    if (!this.#received.has('connected')) this.#violated({rule: 'connected-missing'})
    const {mediaFormat} = start
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

  #media({payload}: MediaMessage, count: number): void {
    if (count === 1) {
      this.#log.info({payloadCharacters: payload.length}, 'first media received')
    }
    const {bytes, violations} = decodePayload(payload, this.#codec)
    for (const violation of violations) this.#violated(violation)
    this.#events.push({type: 'audio', payload, pcm: bytesToPcm(bytes, this.#codec)})
  }

  #stopped(reason: string | undefined, count: number): void {
    if (count > 1) return
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
    this.#ended.abort(new DOMException('the call has ended', 'AbortError'))
    const seconds = Number(((this.#options.clock.now() - this.#connectedAt) / 1000).toFixed(1))
    const values = {
      code,
      seconds,
      ...this.#receivedCounts(),
      audioDropped: this.#events.dropped,
      unsent: this.#socket.dropped(),
      ...this.#counts(),
    }
    this.#log.info(reason === '' ? values : {...values, reason}, 'stream closed')
    this.#bot.finally(this.#resolveDone).catch(() => undefined)
  }

  /** As `mediaReceived` and so on. */
  #receivedCounts(): object {
    return Object.fromEntries(
      [...this.#received].map(([event, count]) => [`${event}Received`, count]),
    )
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
      path: this.#options.path ?? '/media',
      pathParameters: this.#options.pathParameters ?? {},
      customer: this.#options.customerOf?.(callSid) ?? {},
      events: this.#events,
      signal,
      log: this.#log,
      play: voice.play.bind(voice),
      playPayload: voice.playPayload.bind(voice),
      speak: voice.speak.bind(voice),
      mark: voice.mark.bind(voice),
      clear: voice.clear.bind(voice),
      send: (message) => {
        this.#socket.send(JSON.stringify(message))
      },
      metric: () => undefined,
      close: (code = 1000, reason) => {
        this.#socket.close(code, reason)
      },
      now: () => clock.now() - this.#startedAt,
      sleep: (ms, given) =>
        clock.sleepUntil(clock.now() + ms, given ? AbortSignal.any([signal, given]) : signal),
    }
  }

  /** Of its text if that were all audio, because what cannot be decoded takes memory too. */
  #msOf({pcm, payload}: {pcm: Int16Array; payload: string}): number {
    const bytes = (payload.length * 3) / 4 - MOST_PADDING_BYTES
    const samples = Math.max(pcm.length, bytes / (this.#codec === 'ulaw' ? 1 : 2))
    return (samples * 1000) / this.#sampleRateHz
  }
}
