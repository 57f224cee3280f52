import {EnergyVad, type VadEdge} from '../../audio/vad.js'
import type {Clock} from '../../clock.js'
import type {Closing, StreamEvent} from '../../protocol/events.js'
import {PACKET_MS} from '../../protocol/limits.js'
import type {SampleRateHz} from '../../protocol/messages.js'
import {combineProfiles, type Profile, type ProfileId, profiles} from '../../protocol/profiles.js'
import {ExotelEnd} from '../../stream/exotel/exotel-end.js'
import type {ExotelEndOptions, HangUp} from '../../stream/exotel/exotel-end-options.js'
import type {SocketListener, StreamSocket} from '../../stream/socket.js'
import type {JournalHeader} from '../journal.js'
import {DERIVED} from './differences.js'

type Event<T extends StreamEvent['type']> = Extract<StreamEvent, {type: T}>
type CallEvent = Event<'call'>

/** Late by less, a tick is not in the journal, and what it did bears a time just after its own. */
const ON_TIME_MS = 20

export type ReplayOptions = {
  readonly header: JournalHeader
  readonly call: CallEvent
  /** Hears of every event of the call: the caller's own as they are kept, the rest made anew. */
  readonly out: (event: StreamEvent) => void
  /** Hears of what was made anew, before that. */
  readonly made: (event: StreamEvent) => void
}

/**
 * Plays a kept call again: what the bot sent goes through the same end of the stream, tick by tick,
 * on a clock that shows the journal's time, so that what the caller heard is found once more.
 */
export class Replay {
  readonly #options: ReplayOptions
  readonly #vad: EnergyVad
  readonly #socket: ReplaySocket
  #exotel: ExotelEnd | undefined
  #nowMs = 0
  #ticks = 0
  /** When the marks that come next were returned, and when the ticks that were too late came. */
  readonly #markTimes: number[] = []
  readonly #tickTimes = new Map<number, number>()
  #edges: StreamEvent[] = []
  /** What was sent first, until the next line tells whether `start` followed. */
  #first: Event<'sent'> | undefined

  /** @throws RangeError when the journal names a profile that does not exist */
  constructor(options: ReplayOptions) {
    this.#options = options
    const {sampleRateHz, vad} = options.call
    this.#vad = new EnergyVad({sampleRateHz, ...vad})
    this.#socket = new ReplaySocket()
    profileOf(options.call)
    options.out(options.call)
  }

  feed(event: StreamEvent): void {
    if (this.#first) this.#start(this.#first, event)
    const exotel = this.#exotel
    if (!exotel) {
      this.#beforeStart(event)
      return
    }
    switch (event.type) {
      case 'received':
        this.#receive(event)
        return
      case 'hung-up':
        this.#hangUp(exotel, event)
        return
      case 'closed':
        this.#close(event)
        return
      default:
        this.#goTo(event)
        if (!this.isDerived(event)) this.#pass(event)
    }
  }

  /** What an event that is passed on says of the time. */
  #goTo(event: StreamEvent): void {
    switch (event.type) {
      case 'sent':
        if (isEvent('mark', event.text)) this.#markTimes.push(event.atMs)
        return
      case 'frame':
        this.#runTo(Math.floor(event.intendedMs / PACKET_MS) + 1)
        return
      case 'late-tick':
        this.#runTo(event.tick)
        this.#tickTimes.set(event.tick, event.atMs)
        return
      case 'violation':
        this.#socket.unsent += unsentIn(event)
        return
      default:
    }
  }

  #receive(event: Event<'received'>): void {
    this.#runTo(event.tick)
    this.#nowMs = event.atMs
    this.#pass(event)
    this.#socket.hand(event.base64 === undefined ? event.text : bytesOf(event.base64))
  }

  #hangUp(exotel: ExotelEnd, event: Event<'hung-up'>): void {
    this.#runTo(event.tick)
    this.#nowMs = event.atMs
    this.#pass(event)
    exotel.hangUp(hangUpOf(event.how), event.reason === 'stopped' ? 'stopped' : 'callended')
  }

  /** Whether what the journal holds is to be found by the replay as well. */
  isDerived(event: StreamEvent): boolean {
    if (!DERIVED.includes(event.type)) return false
    if (event.type === 'mark-echoed') return !this.#hasOddMarks
    if (event.type !== 'violation') return true
    // What is broken before the stream begins, or asked after it, is not the stream's.
    if (!this.#exotel) return event.violation.rule === 'handshake-slow'
    return this.#exotel.isOpen()
  }

  /** Marks that were withheld, late or doubled came when the journal says. */
  get #hasOddMarks(): boolean {
    return (this.#options.header.call.marks ?? 'return') !== 'return'
  }

  #beforeStart(event: StreamEvent): void {
    if (event.type === 'sent') this.#first = event
    else if (!this.isDerived(event)) this.#options.out(event)
  }

  /** In one form of a call `start` comes first; else it follows `connected`, unless the caller is gone. */
  #start(first: Event<'sent'>, next: StreamEvent): void {
    this.#first = undefined
    const isWhole = next.type === 'sent' || isEvent('start', first.text)
    this.#nowMs = 0
    this.#exotel = new ExotelEnd(this.#socket, this.#optionsOf(isWhole))
    this.#exotel.start()
    this.#options.out(first)
  }

  #optionsOf(isWhole: boolean): ExotelEndOptions {
    const {call} = this.#options
    const {callSid, streamSid, clear, marksOnClear, handshakeMs, sampleRateHz} = call
    return {
      identity: {callSid, streamSid, accountSid: 'kept', from: '', to: ''},
      profile: profileOf(call),
      // The cast: the line was checked to be one of the three rates.
      sampleRateHz: sampleRateHz as SampleRateHz,
      customParameters: {},
      clear,
      marksOnClear,
      handshakeMs,
      clock: this.#clock(),
      record: (event) => {
        this.#made(event)
      },
      ...(this.#hasOddMarks ? {marks: 'withhold' as const} : {}),
      ...(isWhole ? {} : {setUp: 'connected-only' as const}),
    }
  }

  /** Nothing in a replay waits: what time brought is in the journal. */
  #clock(): Clock {
    return {
      now: () => this.#nowMs,
      wallNow: () => new Date(this.#options.call.startedAt),
      sleepUntil: () => new Promise(() => undefined),
    }
  }

  #made(event: StreamEvent): void {
    if (!DERIVED.includes(event.type)) return
    if (event.type === 'mark-echoed') this.#markTimes.shift()
    this.#options.made(event)
    this.#options.out(event)
  }

  #pass(event: StreamEvent): void {
    if (event.type !== 'sent') this.#tellEdges()
    this.#options.out(event)
  }

  #runTo(ticks: number): void {
    while (this.#ticks < ticks && this.#exotel?.isOpen() === true) this.#tick(this.#exotel)
  }

  #tick(exotel: ExotelEnd): void {
    this.#tellEdges()
    const intendedMs = this.#ticks * PACKET_MS
    this.#nowMs = this.#tickTimes.get(this.#ticks) ?? this.#markTimeOf(intendedMs) ?? intendedMs
    this.#tickTimes.delete(this.#ticks)
    const heard = exotel.tick(intendedMs)
    this.#ticks += 1
    this.#hear(this.#vad.push(heard))
  }

  #markTimeOf(intendedMs: number): number | undefined {
    // One that is past was a mark of the caller's own.
    while ((this.#markTimes[0] ?? intendedMs) < intendedMs) this.#markTimes.shift()
    const [nextMs = -1] = this.#markTimes
    return nextMs >= intendedMs && nextMs < intendedMs + ON_TIME_MS ? nextMs : undefined
  }

  #hear(edges: readonly VadEdge[]): void {
    const atMs = this.#ticks * PACKET_MS
    for (const edge of edges) {
      this.#edges.push(
        edge.type === 'start'
          ? {type: 'bot-speech-start', atMs, startMs: edge.atMs}
          : {type: 'bot-speech-end', atMs, endMs: edge.atMs},
      )
    }
  }

  /** After the frame of the tick that found them, as they came in the call. */
  #tellEdges(): void {
    for (const edge of this.#edges.splice(0)) this.#made(edge)
  }

  #close({atMs, tick, closing}: Event<'closed'>): void {
    this.#runTo(tick ?? this.#ticks)
    this.#tellEdges()
    this.#nowMs = atMs
    this.#socket.close()
    this.#socket.end(closing)
    this.#hear(this.#vad.finish())
    this.#tellEdges()
  }
}

/** The end of a socket that the journal drives; what is sent on it is in the journal already. */
class ReplaySocket implements StreamSocket {
  unsent = 0
  #listener: SocketListener | undefined

  send(): void {
    return
  }

  close(): void {
    return
  }

  terminate(): void {
    return
  }

  pause(): void {
    return
  }

  dropped(): number {
    return this.unsent
  }

  listen(listener: SocketListener): void {
    this.#listener = listener
  }

  hand(data: string | Uint8Array): void {
    this.#listener?.message(data)
  }

  end({by, code = NO_STATUS, reason = ''}: Closing): void {
    this.#listener?.closed(code, reason, by === 'caller' && reason.includes(REFUSED))
  }
}

/** As a close frame without a code is told (RFC 6455, 7.1.5). */
const NO_STATUS = 1005
/** As `closingOf` tells a message that this end would not take. */
const REFUSED = 'refused'

/** Without its network: what that did to a message lies before the journal. */
function profileOf({profile = 'docs-strings'}: CallEvent): Profile {
  const ids = profile.split('+').filter((id): id is ProfileId => Object.hasOwn(profiles, id))
  return {...combineProfiles(ids), network: 'clean'}
}

const WAYS: readonly HangUp[] = ['stop', 'close', 'abort', 'half-open']

/** A way to hang up that this version does not know leaves no more than its close. */
function hangUpOf(how: string): HangUp {
  return WAYS.find((way) => way === how) ?? 'close'
}

/** How many messages a blocked bot did not read, which only the socket knew. */
function unsentIn({violation: {rule, detail = ''}}: Event<'violation'>): number {
  return rule === 'receive-loop-blocked' ? Number(/\d+/.exec(detail)?.[0] ?? 0) : 0
}

function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'))
}

function isEvent(name: 'start' | 'mark', text: string): boolean {
  return new RegExp(`"event":\\s*"${name}"`).test(text.slice(0, 40))
}
