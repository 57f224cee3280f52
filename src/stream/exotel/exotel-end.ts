import {isAudible} from '../../audio/level.js'
import {concatPcm} from '../../audio/pcm16.js'
import type {Clock} from '../../clock.js'
import {decodeBot} from '../../protocol/decode.js'
import {encodeExotel} from '../../protocol/encode.js'
import type {Closing, StreamEvent, Violation} from '../../protocol/events.js'
import {PACKET_MS} from '../../protocol/limits.js'
import type {ExotelMessage, MediaMessage, SampleRateHz} from '../../protocol/messages.js'
import {checkChunk, decodePayload} from '../../protocol/payload.js'
import type {Profile} from '../../protocol/profiles.js'
import {bytesToPcm, pcmToPayload} from '../codec.js'
import {Conformance} from './conformance.js'
import {closingOf, receivedEvent, type SocketEnd} from './exotel-events.js'
import {GapFinder} from './gaps.js'
import type {CallIdentity} from './identity.js'
import {MarkLoop} from './mark-loop.js'
import {Playout, wholePacket} from './playout.js'
import type {StreamSocket} from '../socket.js'

export type ExotelEndOptions = {
  readonly identity: CallIdentity
  readonly profile: Profile
  readonly sampleRateHz: SampleRateHz
  readonly customParameters: Readonly<Record<string, string>>
  readonly clear: 'packet' | 'message'
  readonly marksOnClear: 'drop' | 'echo'
  readonly handshakeMs: number
  readonly clock: Clock
  /** Everything that happens, in order. */
  readonly record: (event: StreamEvent) => void
}

export type HangUp = 'stop' | 'close' | 'abort'

/** A bot that does not answer our close frame is dropped after this. */
const CLOSE_TIMEOUT_MS = 2000

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
  readonly #playout: Playout
  readonly #gaps = new GapFinder()
  readonly #loop = new MarkLoop()
  readonly #conformance: Conformance
  readonly #closeWait = new AbortController()
  #startedAt = 0
  #sequenceNumber = 0
  #chunk = 0
  #ticks = 0
  #pending: Int16Array[] = []
  #hungUp: Closing | undefined
  #isOpen = true
  #resolveClosed: (closing: Closing) => void = () => undefined

  constructor(socket: StreamSocket, options: ExotelEndOptions) {
    this.#socket = socket
    this.#options = options
    this.samplesPerPacket = (options.sampleRateHz / 1000) * PACKET_MS
    const {clear, marksOnClear} = options
    this.#playout = new Playout({samplesPerPacket: this.samplesPerPacket, clear, marksOnClear})
    this.#conformance = new Conformance(
      {streamSid: options.identity.streamSid, applet: options.profile.applet},
      (violation) => {
        this.#violated(violation)
      },
    )
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
  }

  isOpen(): boolean {
    return this.#isOpen
  }

  /** Bot audio that waits to be played. */
  get queuedMs(): number {
    return this.#playout.queuedMs
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
    const {identity, profile, sampleRateHz, customParameters, handshakeMs} = this.#options
    this.#startedAt = this.#options.clock.now()
    this.#conformance.handshake(handshakeMs)
    this.#socket.listen({
      message: (data) => {
        this.#receive(data)
      },
      closed: (code, reason, isRefusal = false) => {
        this.#socketClosed({code, reason, isRefusal})
      },
    })
    this.#send({event: 'connected'})
    this.#send({
      event: 'start',
      sequenceNumber: this.#nextSequence(),
      ...identity,
      customParameters,
      mediaFormat: {encoding: profile.encoding, sampleRateHz, bitRate: profile.bitRate},
    })
    this.#conformance.startSent()
    return this.#startedAt
  }

  /** One playout tick, meant for `atMs`: returns the 20 ms the caller hears. */
  tick(atMs: number): Int16Array {
    const tick = this.#playout.tick()
    this.#ticks += 1
    for (const mark of tick.marks) this.#returnMark(mark.name, mark.receivedAtMs)
    const gap = this.#gaps.tick(tick, atMs, this.now() - atMs)
    if (gap) {
      this.#options.record({type: 'gap', atMs: gap.startMs, gapMs: gap.gapMs, cause: gap.cause})
      this.#conformance.gap(gap)
    }
    return wholePacket(tick, this.samplesPerPacket)
  }

  /** 20 ms of the caller, meant for `intendedMs`; leaves when a frame of the profile's length is full. */
  sendAudio(pcm: Int16Array, intendedMs: number): void {
    if (this.#isOver()) return
    this.#pending.push(pcm)
    const {profile} = this.#options
    if (this.#pending.length * PACKET_MS < profile.frameMs) return
    const frame = concatPcm(this.#pending)
    this.#pending = []
    this.#chunk += 1
    this.#socket.send(
      encodeExotel(
        {
          event: 'media',
          sequenceNumber: this.#nextSequence(),
          streamSid: this.#options.identity.streamSid,
          chunk: this.#chunk,
          timestampMs: (this.#chunk - 1) * profile.frameMs,
          payload: pcmToPayload(frame, profile.codec),
        },
        profile,
      ),
    )
    this.#options.record({type: 'frame', atMs: this.now(), intendedMs, chunk: this.#chunk})
  }

  /** A Stream applet passes no digits on. */
  sendDigit(digit: string, durationMs = 100): void {
    if (this.#options.profile.applet === 'stream') return
    this.#sendCounted({event: 'dtmf', digit, durationMs})
  }

  /** The caller hangs up: `stop` and close 1000, close 1000 alone, or no close frame at all. */
  hangUp(how: HangUp, reason: 'callended' | 'stopped' = 'callended'): void {
    if (this.#isOver()) return
    if (how === 'stop') {
      const {callSid, accountSid} = this.#options.identity
      this.#sendCounted({event: 'stop', callSid, accountSid, reason})
      this.#conformance.stopSent(this.now())
    }
    this.#hungUp = {by: 'caller', ...(how === 'stop' ? {reason} : {})}
    if (how === 'abort') this.#socket.terminate()
    else this.#closeOrDrop()
  }

  #closeOrDrop(): void {
    const {clock} = this.#options
    this.#socket.close(1000)
    clock.sleepUntil(clock.now() + CLOSE_TIMEOUT_MS, this.#closeWait.signal).then(
      () => {
        this.#socket.terminate()
      },
      // Aborted: it closed in time.
      () => undefined,
    )
  }

  #receive(data: string | Uint8Array): void {
    const atMs = this.now()
    this.#options.record(receivedEvent(data, {atMs, tick: this.#ticks}))
    const {message, violations} = decodeBot(data)
    for (const violation of violations) this.#violated(violation)
    this.#conformance.message(message, atMs)
    // A Stream applet only listens: what the bot says to it reaches nobody.
    if (this.#options.profile.applet === 'stream') return
    switch (message.event) {
      case 'media':
        this.#receiveMedia(message, atMs)
        return
      case 'mark':
        this.#receiveMark(message.name, atMs)
        return
      case 'clear': {
        const {droppedMs} = this.#playout.clear()
        this.#gaps.cleared()
        this.#options.record({type: 'cleared', atMs, droppedMs})
        this.#conformance.clear(droppedMs)
        return
      }
      case 'unknown':
      case 'invalid':
        return
    }
  }

  #receiveMedia(message: MediaMessage, atMs: number): void {
    const {profile, sampleRateHz} = this.#options
    const {bytes, violations} = decodePayload(message.payload, profile.codec)
    for (const violation of violations) this.#violated(violation)
    if (bytes.length === 0) return
    const isPcm16 = profile.codec === 'pcm16'
    if (isPcm16)
      for (const violation of checkChunk(bytes.length, sampleRateHz)) this.#violated(violation)
    const pcm = bytesToPcm(bytes, profile.codec)
    const isQueued = this.#playout.push(pcm, isPcm16 && bytes.length % 2 === 1)
    this.#loop.audio()
    const queuedMs = this.#playout.queuedMs
    const audioMs = (pcm.length / sampleRateHz) * 1000
    if (isQueued) {
      const audible = isAudible(pcm)
      this.#options.record({type: 'bot-audio', atMs, audioMs, audible, queuedMs})
    }
    this.#conformance.media(pcm.length * 2, queuedMs)
  }

  #receiveMark(name: string, atMs: number): void {
    const verdict = this.#loop.arrived(name)
    this.#conformance.mark(name, verdict)
    if (verdict !== 'loop') this.#playout.mark(name, atMs)
  }

  #returnMark(name: string, receivedAtMs: number): void {
    if (this.#isOver()) return
    const atMs = this.now()
    this.#loop.returned(name)
    this.#sendCounted({event: 'mark', name})
    this.#options.record({type: 'mark-echoed', atMs, name, roundTripMs: atMs - receivedAtMs})
  }

  #socketClosed({code, reason, isRefusal}: SocketEnd): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#closeWait.abort()
    const closing = this.#hungUp ? {code, ...this.#hungUp} : closingOf({code, reason, isRefusal})
    if (isRefusal) this.#conformance.refused(code)
    this.#conformance.closed(closing, {
      queuedMs: this.#playout.queuedMs,
      dropped: this.#socket.dropped(),
    })
    const unheardMs = this.#playout.queuedMs
    this.#options.record({type: 'closed', atMs: this.now(), closing, unheardMs})
    this.#resolveClosed(closing)
  }

  /** Members that every counted message shares are added here. */
  #sendCounted(message: Extract<ExotelMessage, {event: 'dtmf' | 'mark' | 'stop'}>): void {
    if (this.#isOver()) return
    const {streamSid} = this.#options.identity
    this.#send({...message, streamSid, sequenceNumber: this.#nextSequence()})
  }

  #send(message: ExotelMessage): void {
    const text = encodeExotel(message, this.#options.profile)
    this.#socket.send(text)
    this.#options.record({type: 'sent', atMs: this.now(), text})
  }

  #violated(violation: Violation): void {
    this.#options.record({type: 'violation', atMs: this.now(), violation})
  }

  /** Hung up or closed: the caller says nothing more. */
  #isOver(): boolean {
    return !this.#isOpen || this.#hungUp !== undefined
  }

  #nextSequence(): number {
    this.#sequenceNumber += 1
    return this.#sequenceNumber
  }
}
