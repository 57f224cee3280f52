import {decodeBot} from '../../protocol/decode.js'
import type {Closing, Violation} from '../../protocol/events.js'
import {PACKET_MS} from '../../protocol/limits.js'
import {MediaReader} from '../../protocol/media-reader.js'
import {CallerFrame} from './caller-frame.js'
import {Conformance} from './conformance.js'
import {Ear} from './ear.js'
import {closingOf, receivedEvent, type SocketEnd} from './exotel-events.js'
import type {ExotelEndOptions, Follower, HangUp} from './exotel-end-options.js'
import {returnMark} from './mark-return.js'
import {Outbox} from './outbox.js'
import {type RoughNetwork, roughNetwork} from './rough-network.js'
import type {StreamSocket} from '../socket.js'

/** A tick of ours that is later than this is told; it blurs what is measured around it. */
const LATE_TICK_MS = 5
/** A bot that does not answer our close frame is dropped after this. */
const CLOSE_TIMEOUT_MS = 2000
/** A connection that nobody speaks on any more is dropped after this. */
const HALF_OPEN_MS = 5000

/**
 * Exotel's end of a stream: says connected and start, sends the caller's audio, plays what the bot
 * sends and returns its marks. Owns no timer: `tick` and `sendAudio` are called every 20 ms.
 */
export class ExotelEnd {
  /** Resolves once, when the socket has closed. */
  readonly closed: Promise<Closing>
  readonly samplesPerPacket: number

  readonly #socket: StreamSocket
  readonly #options: ExotelEndOptions
  readonly #conformance: Conformance
  readonly #network: RoughNetwork | undefined
  readonly #outbox: Outbox
  readonly #ear: Ear
  readonly #reader = new MediaReader()
  readonly #closeWait = new AbortController()
  #startedAt = 0
  /** The moment of what is being handled: all that it gives rise to bears its stamp. */
  #momentMs: number | undefined
  #ticks = 0
  readonly #frame: CallerFrame
  #follower: Follower | undefined
  #hungUp: Closing | undefined
  #isOpen = true
  #resolveClosed: (closing: Closing) => void = () => undefined

  constructor(socket: StreamSocket, options: ExotelEndOptions) {
    const {identity, profile, clock, record, random} = options
    this.#network = profile.network === 'rough' && random ? roughNetwork(random) : undefined
    this.#socket = this.#network?.over(socket, clock) ?? socket
    this.#options = options
    this.#outbox = new Outbox(this.#socket, {
      identity,
      profile,
      record,
      now: () => this.#stamp(),
      isLost: this.#network?.isLost ?? (() => false),
    })
    this.samplesPerPacket = (options.sampleRateHz / 1000) * PACKET_MS
    const samplesPerFrame = (this.samplesPerPacket * profile.frameMs) / PACKET_MS
    this.#frame = new CallerFrame(samplesPerFrame, profile.codec)
    const violated = (violation: Violation) => {
      record({type: 'violation', atMs: this.#stamp(), violation})
    }
    const {streamSid} = identity
    this.#conformance = new Conformance({streamSid, applet: profile.applet}, violated)
    const {samplesPerPacket} = this
    this.#ear = new Ear({...options, samplesPerPacket, conformance: this.#conformance, violated})
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
  }

  isOpen(): boolean {
    return this.#isOpen
  }

  /** Bot audio that waits to be played. */
  get queuedMs(): number {
    return this.#ear.queuedMs
  }

  /** Milliseconds since `start` was sent, to the microsecond. */
  now(): number {
    return Math.round((this.#options.clock.now() - this.#startedAt) * 1000) / 1000
  }

  /**
   * Says connected and start, at once after the socket opened. Returns the moment on the clock at
   * which the call began, from which every deadline of it counts.
   */
  start(): number {
    const {sampleRateHz, customParameters, handshakeMs} = this.#options
    this.#startedAt = this.#options.clock.now()
    this.#conformance.handshake(handshakeMs)
    this.#socket.listen({
      message: (data) => {
        this.#arrived((atMs) => {
          this.#receive(data, atMs)
        })
      },
      ...(this.#options.passesOver ? {text: (bytes) => this.#receiveText(bytes)} : {}),
      closed: (code, reason, isRefusal = false) => {
        this.#arrived(() => {
          this.#socketClosed({code, reason, isRefusal})
        })
      },
    })
    this.#outbox.connected()
    if (this.#hasStart()) {
      this.#outbox.start(customParameters, sampleRateHz)
      this.#conformance.startSent()
    }
    return this.#startedAt
  }

  /** From now on ticks may be late, where nothing is due in them. */
  followedBy(follower: Follower): void {
    this.#follower = follower
  }

  /** So many of the next ticks, of `most`, may be put off: in none of them a mark is due. */
  ticksToMark(most: number): number {
    return this.#ear.ticksToMark(most)
  }

  /** In none of so many the bot may be heard to speak, by what it has said until now. */
  ticksToSpeech(most: number): number {
    return this.#ear.ticksToSpeech(most)
  }

  /** One playout tick, meant for `atMs` and made by `nowMs`: returns the 20 ms the caller hears. */
  tick(atMs: number, nowMs = this.now()): Int16Array {
    const byMs = Math.round(nowMs * 1000) / 1000
    this.#tellLate(byMs, atMs)
    const tick = this.#ear.tick()
    this.#ticks += 1
    this.#momentMs = byMs
    for (const mark of tick.marks) this.#dueMark(mark)
    this.#momentMs = atMs
    this.#ear.judge(tick, atMs, byMs - atMs)
    this.#momentMs = undefined
    return this.#ear.heardOf(tick)
  }

  #tellLate(atMs: number, intendedMs: number): void {
    if (atMs - intendedMs <= LATE_TICK_MS) return
    this.#options.record({type: 'late-tick', atMs, tick: this.#ticks, intendedMs})
  }

  #stamp(): number {
    return this.#momentMs ?? this.now()
  }

  /**
   * 20 ms of the caller, meant for `intendedMs`; leaves when a frame of the profile's length is full.
   * The samples are the giver's again afterwards, unless they are lasting and never change.
   */
  sendAudio(pcm: Int16Array, intendedMs: number, isLasting = false): void {
    if (this.#isOver() || !this.#hasStart()) return
    if (this.#frame.add(pcm, isLasting)) this.#outbox.frame(this.#frame, intendedMs)
  }

  /** A Stream applet passes no digits on. */
  sendDigit(digit: string, durationMs = 100): void {
    if (this.#options.profile.applet === 'stream' || this.#isOver()) return
    this.#outbox.counted({event: 'dtmf', digit, durationMs})
  }

  /** Exotel documents no `clear` of its own; some callers send one. */
  sendClear(): void {
    if (!this.#isOver()) this.#outbox.counted({event: 'clear'})
  }

  /** Exotel documents no `mark` but the bot's own; some callers send one. */
  sendMark(name: string): void {
    if (!this.#isOver()) this.#outbox.counted({event: 'mark', name})
  }

  /** Any text as one message. */
  sendRaw(text: string): void {
    if (!this.#isOver()) this.#outbox.raw(text)
  }

  /**
   * The caller hangs up: `stop` and close 1000, close 1000 alone, no close frame at all, or nothing.
   * On a rough network the connection may break instead; before `start` there is no `stop`.
   */
  hangUp(given: HangUp, reason: 'callended' | 'stopped' = 'callended'): void {
    if (this.#isOver()) return
    this.#follower?.before()
    const how = this.#endOf(given)
    this.#options.record({type: 'hung-up', atMs: this.now(), tick: this.#ticks, how, reason})
    if (how === 'stop') {
      const {callSid, accountSid} = this.#options.identity
      this.#outbox.counted({event: 'stop', callSid, accountSid, reason})
      this.#conformance.stopSent(this.now())
    }
    this.#hungUp = {by: 'caller', ...(how === 'stop' ? {reason} : {})}
    if (how === 'abort') this.#socket.terminate()
    else if (how === 'half-open') {
      this.#socket.pause()
      this.#dropAfter(HALF_OPEN_MS)
    } else {
      this.#socket.close(1000)
      this.#dropAfter(CLOSE_TIMEOUT_MS)
    }
  }

  #endOf(how: HangUp): HangUp {
    if (how === 'half-open') return how
    if (this.#network?.endsAbruptly) return 'abort'
    return how === 'stop' && !this.#hasStart() ? 'close' : how
  }

  #dropAfter(waitMs: number): void {
    const {clock} = this.#options
    clock.sleepUntil(clock.now() + waitMs, this.#closeWait.signal).then(
      () => {
        this.#socket.terminate()
      },
      // Aborted: it closed in time.
      () => undefined,
    )
  }

  #receive(data: string | Uint8Array, atMs: number): void {
    const decoded = decodeBot(data)
    const event = receivedEvent(data, {atMs, tick: this.#ticks})
    if (typeof data === 'string') this.#options.record(event, decoded.message)
    else this.#options.record(event)
    this.#ear.take(decoded, atMs)
  }

  #arrived(take: (atMs: number) => void): void {
    this.#follower?.before()
    const atMs = this.now()
    this.#momentMs = atMs
    take(atMs)
    this.#momentMs = undefined
    this.#follower?.after()
  }

  /** As `#arrived`, without a closure a message: this is most of what comes. */
  #receiveText(bytes: Buffer): void {
    this.#follower?.before()
    const atMs = this.now()
    this.#momentMs = atMs
    const message = this.#reader.read(bytes)
    if (message && this.#options.passesOver?.(message, atMs)) this.#ear.takeSound(message, atMs)
    else this.#receive(bytes.toString('utf8'), atMs)
    this.#momentMs = undefined
    this.#follower?.after()
  }

  #dueMark(mark: {name: string; receivedAtMs: number}): void {
    const {marks: mode = 'return', clock} = this.#options
    const give = ({name, receivedAtMs}: typeof mark) => {
      this.#returnMark(name, receivedAtMs)
    }
    returnMark(mark, give, {mode, clock, signal: this.#closeWait.signal})
  }

  #returnMark(name: string, receivedAtMs: number): void {
    if (this.#isOver()) return
    const atMs = this.#stamp()
    this.#ear.markReturned(name)
    this.#outbox.counted({event: 'mark', name})
    this.#options.record({type: 'mark-echoed', atMs, name, roundTripMs: atMs - receivedAtMs})
  }

  #socketClosed({code, reason, isRefusal}: SocketEnd): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#closeWait.abort()
    const closing = this.#hungUp ? {code, ...this.#hungUp} : closingOf({code, reason, isRefusal})
    if (isRefusal) this.#conformance.refused(code)
    this.#conformance.closed(closing, {
      queuedMs: this.#ear.queuedMs,
      dropped: this.#socket.dropped(),
    })
    const unheardMs = this.#ear.queuedMs
    const tick = this.#ticks
    this.#options.record({type: 'closed', atMs: this.#stamp(), tick, closing, unheardMs})
    this.#resolveClosed(closing)
  }

  /** Hung up or closed: the caller says nothing more. */
  #isOver(): boolean {
    return !this.#isOpen || this.#hungUp !== undefined
  }

  #hasStart(): boolean {
    return this.#options.setUp !== 'connected-only'
  }
}
