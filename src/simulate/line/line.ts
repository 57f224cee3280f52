import {EnergyVad, type VadEdge} from '../../audio/vad.js'
import type {Clock} from '../../clock.js'
import type {StreamEvent} from '../../protocol/events.js'
import {MAX_SESSION_MS, PACKET_MS} from '../../protocol/limits.js'
import type {Random} from '../../random.js'
import type {ExotelEnd} from '../../stream/exotel/exotel-end.js'
import type {HangUp} from '../../stream/exotel/exotel-end-options.js'
import {CallerVoice} from './caller-voice.js'
import type {Background, Clip, StepOf} from '../scenario/scenario.js'
import type {Advance, Beat, Due} from '../pace/ticking.js'
import {Waiters} from './waiters.js'

export type LineOptions = {
  readonly clock: Clock
  readonly random: Random
  readonly frameMs: number
  /** Of `sharedNoise`, where many calls have it together; else it is made for this one. */
  readonly noise?: readonly Int16Array[]
  /** Of a pacer, which ticks for many calls; else the line sleeps from tick to tick by itself. */
  readonly every?: (startAt: number, advance: Advance) => Beat
  readonly maxSessionMs?: number
  /** Loops under everything the caller sends. */
  readonly background?: Background
  readonly record: (event: StreamEvent) => void
  /** 20 ms of both sides, as sent and as heard; to be copied by who keeps them. */
  readonly tap: (caller: Int16Array, heard: Int16Array) => void
}

/** The stream is over: nothing more can be said or heard on it. */
export class LineClosed extends Error {
  override readonly name = 'LineClosed'
}

/** How the bot's speech is found in the track as heard; printed in the report. */
export const BOT_VAD = {thresholdDbfs: -50, startMs: 30, stopMs: 200} as const

/**
 * The caller's side of one call, 20 ms at a time on absolute deadlines from the call's start: plays
 * out the bot, sends the caller, and wakes who waits for something to be heard.
 */
export class Line {
  readonly #exotel: ExotelEnd
  readonly #options: LineOptions
  readonly #vad: EnergyVad
  readonly #voice: CallerVoice
  readonly #waiters = new Waiters()
  readonly #sends: (() => void)[] = []
  readonly #ticksPerFrame: number
  #ticks = 0
  #startedAt = 0
  #beat: Beat | undefined
  /** The tick that is made at its time, where those before it are put off. */
  #nextAt = 0
  #botStarts: number[] = []
  #botEndMs: number | undefined

  constructor(exotel: ExotelEnd, options: LineOptions) {
    this.#exotel = exotel
    this.#options = options
    const {samplesPerPacket} = exotel
    const sampleRateHz = (samplesPerPacket * 1000) / PACKET_MS
    this.#vad = new EnergyVad({sampleRateHz, ...BOT_VAD})
    this.#voice = new CallerVoice({...options, samplesPerPacket})
    this.#ticksPerFrame = options.frameMs / PACKET_MS
  }

  /** The time of the next tick. */
  get nowMs(): number {
    return this.#ticks * PACKET_MS
  }

  /** When the bot last began to speak. */
  get lastBotStartMs(): number | undefined {
    return this.#botStarts.at(-1)
  }

  /** When the bot was first heard after that time. */
  firstBotStartAfter(ms: number): number | undefined {
    return this.#botStarts.find((startMs) => startMs > ms)
  }

  get isBotSpeaking(): boolean {
    return this.#botStarts.length > 0 && this.#botEndMs === undefined
  }

  /** For how long the bot has not been heard. */
  get quietMs(): number {
    if (this.isBotSpeaking) return 0
    return this.nowMs - (this.#botEndMs ?? 0)
  }

  /** Whether the bot began to speak after that time. */
  hasBotStartedSince(ms: number): boolean {
    return (this.#botStarts.at(-1) ?? Number.NEGATIVE_INFINITY) > ms
  }

  /** Runs until the stream has closed. */
  async run(startedAt: number): Promise<void> {
    const {every} = this.#options
    this.#startedAt = startedAt
    this.#nextAt = startedAt
    try {
      if (every) await this.#follow(every)
      else {
        while (await this.#nextTick()) {
          this.#tick()
          this.#endWhenTooLong()
        }
      }
      for (const edge of this.#vad.finish()) this.#edge(edge)
    } finally {
      this.#waiters.fail(() => new LineClosed())
    }
  }

  /** Lets others keep the time. */
  #follow(every: NonNullable<LineOptions['every']>): Promise<void> {
    const beat = every(this.#startedAt, (due) => this.#advance(due))
    this.#beat = beat
    const after = () => {
      this.#hasten(this.#dueAt())
    }
    if (this.#ticksPerFrame > 1) this.#exotel.followedBy({before: beat.catchUp, after})
    return beat.over
  }

  #hasten(at: number): void {
    if (at >= this.#nextAt) return
    this.#nextAt = at
    this.#beat?.hasten(at)
  }

  /** Returns when the next tick has to be made, nothing at the end. */
  #advance({until, madeAt}: Due): number | undefined {
    let at = this.#startedAt + this.nowMs
    // Nothing has changed.
    if (at > until && this.#exotel.isOpen()) return this.#nextAt
    let hasWoken = false
    for (; at <= until && !hasWoken && this.#exotel.isOpen(); at = this.#startedAt + this.nowMs) {
      const isPutOff = at < this.#nextAt
      hasWoken = this.#tick(isPutOff ? madeAt(at) - this.#startedAt : undefined)
      this.#endWhenTooLong()
    }
    if (!this.#exotel.isOpen()) return undefined
    this.#nextAt = this.#dueAt()
    return this.#nextAt
  }

  #endWhenTooLong(): void {
    if (this.nowMs >= this.#maxSessionMs) this.#exotel.hangUp('stop', 'stopped')
  }

  get #maxSessionMs(): number {
    return this.#options.maxSessionMs ?? MAX_SESSION_MS
  }

  /** Resolves at the deadline: false when the stream has closed by then. */
  async #nextTick(): Promise<boolean> {
    const {clock} = this.#options
    if (!this.#exotel.isOpen()) return false
    const deadline = this.#startedAt + this.nowMs
    await clock.sleepUntil(deadline)
    // After a stall of ours the bot's messages lie unread: they came in time, and go first.
    if (clock.now() - deadline > PACKET_MS) await clock.sleepUntil(deadline)
    return this.#exotel.isOpen()
  }

  /** Starts to say the clip with the next tick; returns when its speech begins and ends on the wire. */
  say(clip: Clip): {readonly startMs: number; readonly endMs: number} {
    const first = this.#ticks
    this.#voice.say(clip.pcm)
    return {
      startMs: this.#sentAtMs(first + Math.floor(clip.speechStartMs / PACKET_MS)),
      endMs: this.#sentAtMs(first + Math.max(0, Math.ceil(clip.speechEndMs / PACKET_MS) - 1)),
    }
  }

  get isCallerSpeaking(): boolean {
    return this.#voice.isSpeaking
  }

  /** Presses a key with the next tick. */
  digit(digit: string): void {
    this.#sends.push(() => {
      this.#exotel.sendDigit(digit)
    })
  }

  /** Sends a message with the next tick, and calls back when it has left. */
  sendOnce(what: StepOf<'send'>['send'], onSent: () => void): void {
    this.#sends.push(() => {
      if ('clear' in what) this.#exotel.sendClear()
      else if ('mark' in what) this.#exotel.sendMark(what.mark)
      else this.#exotel.sendRaw(what.raw)
      onSent()
    })
  }

  /** From the next tick on the line carries digital silence, for so long. */
  mute(ms: number): void {
    this.#voice.muteUntil(this.#ticks + Math.ceil(ms / PACKET_MS))
  }

  hangUp(how: HangUp): void {
    this.#exotel.hangUp(how)
  }

  /** Waits for something, looked at after each tick; false when it took longer than `timeoutMs`. */
  until(isMet: () => boolean, timeoutMs: number): Promise<boolean> {
    if (!this.#exotel.isOpen()) return Promise.reject(new LineClosed())
    if (isMet()) return Promise.resolve(true)
    const met = this.#waiters.until(isMet, this.nowMs + timeoutMs)
    this.#hasten(this.#dueAt())
    return met
  }

  /**
   * Returns whether somebody waits no longer.
   * @param byMs by when it was made; now unless said
   */
  #tick(byMs?: number): boolean {
    const atMs = this.nowMs
    const voice = this.#voice
    const heard = this.#exotel.tick(atMs, byMs)
    const edges = this.#vad.push(heard)
    if (this.#sends.length > 0) for (const send of this.#sends.splice(0)) send()
    const caller = voice.packet(this.#ticks)
    this.#exotel.sendAudio(caller, atMs, voice.isLasting(caller))
    this.#options.tap(caller, heard)
    this.#ticks += 1
    for (const edge of edges) this.#edge(edge)
    return this.#waiters.wake(this.nowMs)
  }

  #edge({type, atMs}: VadEdge): void {
    const now = this.nowMs
    if (type === 'start') {
      this.#botStarts.push(atMs)
      this.#botEndMs = undefined
      this.#options.record({type: 'bot-speech-start', atMs: now, startMs: atMs})
    } else {
      this.#botEndMs = atMs
      this.#options.record({type: 'bot-speech-end', atMs: now, endMs: atMs})
    }
  }

  /** When the frame that carries the tick's audio leaves: with 100 ms frames, at the last of five ticks. */
  #sentAtMs(tick: number): number {
    const inFrame = tick % this.#ticksPerFrame
    return (tick - inFrame + this.#ticksPerFrame - 1) * PACKET_MS
  }

  /** The next tick that may not be put off. */
  #dueAt(): number {
    return this.#startedAt + this.nowMs + this.#ticksToPutOff() * PACKET_MS
  }

  /**
   * So many of the next ticks can be made later, all at once: no frame leaves in them, no mark is due, the
   * bot is not heard to begin or to end, and nobody waits for what they bring; a message that comes
   * meanwhile is taken after those that were before it.
   */
  #ticksToPutOff(): number {
    const inFrame = this.#ticks % this.#ticksPerFrame
    let most = this.#ticksPerFrame - 1 - inFrame
    if (most === 0 || this.#mustBeQuick()) return 0
    if (this.isCallerSpeaking) most = Math.min(most, this.#voice.packetsLeft - 1)
    most = this.#exotel.ticksToMark(most)
    most = Math.min(most, this.#ticksToEdge(most))
    for (let ticks = 0; ticks < most; ticks += 1) if (this.#stirsAfter(ticks + 1)) return ticks
    return most
  }

  /** Somebody acts with the next tick, or there is none to come. */
  #mustBeQuick(): boolean {
    return this.#sends.length > 0 || this.#waiters.isEmpty || !this.#exotel.isOpen()
  }

  #ticksToEdge(most: number): number {
    const calm = Math.floor(this.#vad.calmMs / PACKET_MS)
    return this.isBotSpeaking ? calm : calm + this.#exotel.ticksToSpeech(most)
  }

  /** Whether somebody would wait no longer after so many ticks in which nothing new is heard. */
  #stirsAfter(ticks: number): boolean {
    const now = this.#ticks
    this.#ticks += ticks
    try {
      return this.nowMs >= this.#maxSessionMs || this.#waiters.wouldWake(this.nowMs)
    } finally {
      this.#ticks = now
    }
  }
}
