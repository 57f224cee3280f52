import {noise} from '../audio/tone.js'
import {EnergyVad, type VadEdge} from '../audio/vad.js'
import type {Clock} from '../clock.js'
import type {StreamEvent} from '../protocol/events.js'
import {MAX_SESSION_MS, PACKET_MS} from '../protocol/limits.js'
import type {Random} from '../random.js'
import type {ExotelEnd, HangUp} from '../stream/exotel/exotel-end.js'
import type {Background, Clip, StepOf} from './scenario/scenario.js'

export type LineOptions = {
  readonly clock: Clock
  readonly random: Random
  readonly frameMs: number
  /** Of `lineNoise`, where many calls have it together; else it is made for this one. */
  readonly noise?: readonly Int16Array[]
  /** Of a pacer, which ticks for many calls; else the line sleeps from tick to tick by itself. */
  readonly every?: (startAt: number, tick: () => boolean) => Promise<void>
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

/** Line noise, never digital silence: mean |sample| near 9 (udhay2004/exotel-ai-caller). */
export const LINE_NOISE_DBFS = -69

/** The noise of a line for a second, after which it comes again, in packets. */
function lineNoise(samplesPerPacket: number, random: Random): readonly Int16Array[] {
  const samples = (samplesPerPacket * 1000) / PACKET_MS
  const whole = noise({samples, dbfs: LINE_NOISE_DBFS, random: () => random.next()})
  return Array.from({length: samples / samplesPerPacket}, (_, packet) =>
    whole.subarray(packet * samplesPerPacket, (packet + 1) * samplesPerPacket),
  )
}

/** The same noise for all calls of a thread: a second of it costs 1 ms to make and 16 kB to keep. */
export function sharedNoise(random: Random): (samplesPerPacket: number) => readonly Int16Array[] {
  const made = new Map<number, readonly Int16Array[]>()
  return (samplesPerPacket) => {
    const noise = made.get(samplesPerPacket) ?? lineNoise(samplesPerPacket, random)
    made.set(samplesPerPacket, noise)
    return noise
  }
}

type Waiter = {
  readonly isMet: () => boolean
  readonly deadlineMs: number
  settle(met: boolean): void
  fail(error: Error): void
}

/**
 * The caller's side of one call, 20 ms at a time on absolute deadlines from the call's start: plays
 * out the bot, sends the caller, and wakes who waits for something to be heard.
 */
export class Line {
  readonly #exotel: ExotelEnd
  readonly #options: LineOptions
  readonly #vad: EnergyVad
  /** A second of noise, a packet each. */
  readonly #noise: readonly Int16Array[]
  /** Where noise and voice are put together, again and again: whoever is given it has to copy. */
  readonly #mixed: Int16Array
  readonly #waiters: Waiter[] = []
  readonly #sends: (() => void)[] = []
  #ticks = 0
  #mutedUntilMs = 0
  #clip: {readonly pcm: Int16Array; sent: number} | undefined
  #botStarts: number[] = []
  #botEndMs: number | undefined

  constructor(exotel: ExotelEnd, options: LineOptions) {
    this.#exotel = exotel
    this.#options = options
    const samples = exotel.samplesPerPacket
    this.#vad = new EnergyVad({sampleRateHz: (samples * 1000) / PACKET_MS, ...BOT_VAD})
    this.#noise = options.noise ?? lineNoise(samples, options.random)
    this.#mixed = new Int16Array(samples)
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
    try {
      if (every) await every(startedAt, () => this.#exotel.isOpen() && this.#tickOnce())
      else while (await this.#nextTick(startedAt + this.nowMs)) this.#tickOnce()
      for (const edge of this.#vad.finish()) this.#edge(edge)
    } finally {
      for (const waiter of this.#waiters.splice(0)) waiter.fail(new LineClosed())
    }
  }

  /** Returns whether the stream is still open. */
  #tickOnce(): boolean {
    this.#tick()
    const {maxSessionMs = MAX_SESSION_MS} = this.#options
    if (this.nowMs >= maxSessionMs) this.#exotel.hangUp('stop', 'stopped')
    return this.#exotel.isOpen()
  }

  /** Resolves at the deadline: false when the stream has closed by then. */
  async #nextTick(deadline: number): Promise<boolean> {
    const {clock} = this.#options
    if (!this.#exotel.isOpen()) return false
    await clock.sleepUntil(deadline)
    // After a stall of ours the bot's messages lie unread: they came in time, and go first.
    if (clock.now() - deadline > PACKET_MS) await clock.sleepUntil(deadline)
    return this.#exotel.isOpen()
  }

  /** Starts to say the clip with the next tick; returns when its speech begins and ends on the wire. */
  say(clip: Clip): {readonly startMs: number; readonly endMs: number} {
    const first = this.#ticks
    this.#clip = {pcm: clip.pcm, sent: 0}
    return {
      startMs: this.#sentAtMs(first + Math.floor(clip.speechStartMs / PACKET_MS)),
      endMs: this.#sentAtMs(first + Math.max(0, Math.ceil(clip.speechEndMs / PACKET_MS) - 1)),
    }
  }

  get isCallerSpeaking(): boolean {
    return this.#clip !== undefined
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
    this.#mutedUntilMs = this.nowMs + ms
  }

  hangUp(how: HangUp): void {
    this.#exotel.hangUp(how)
  }

  /** Waits for something, looked at after each tick; false when it took longer than `timeoutMs`. */
  until(isMet: () => boolean, timeoutMs: number): Promise<boolean> {
    if (!this.#exotel.isOpen()) return Promise.reject(new LineClosed())
    if (isMet()) return Promise.resolve(true)
    return new Promise((settle, fail) => {
      this.#waiters.push({isMet, deadlineMs: this.nowMs + timeoutMs, settle, fail})
    })
  }

  #tick(): void {
    const atMs = this.nowMs
    const heard = this.#exotel.tick(atMs)
    const edges = this.#vad.push(heard)
    if (this.#sends.length > 0) for (const send of this.#sends.splice(0)) send()
    const caller = this.#callerFrame()
    this.#exotel.sendAudio(caller, atMs, caller !== this.#mixed)
    this.#options.tap(caller, heard)
    this.#ticks += 1
    for (const edge of edges) this.#edge(edge)
    this.#wake()
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

  #wake(): void {
    let left = 0
    for (const waiter of this.#waiters) {
      if (waiter.isMet()) waiter.settle(true)
      else if (this.nowMs >= waiter.deadlineMs) waiter.settle(false)
      else this.#waiters[left++] = waiter
    }
    this.#waiters.length = left
  }

  /** When the frame that carries the tick's audio leaves: with 100 ms frames, at the last of five ticks. */
  #sentAtMs(tick: number): number {
    const ticksPerFrame = this.#options.frameMs / PACKET_MS
    return (tick - (tick % ticksPerFrame) + ticksPerFrame - 1) * PACKET_MS
  }

  /** The clip over the background and the line's noise, clipped to 16 bits. */
  #callerFrame(): Int16Array {
    const quiet = this.#noise[this.#ticks % this.#noise.length]
    const frame = this.#mixed
    if (!quiet) return frame
    const isMuted = this.nowMs < this.#mutedUntilMs
    if (!isMuted && !this.#clip && !this.#options.background) return quiet
    frame.set(quiet)
    this.#addBackground(frame)
    this.#addClip(frame)
    return isMuted ? frame.fill(0) : frame
  }

  #addBackground(frame: Int16Array): void {
    const pcm = this.#options.background?.pcm
    if (!pcm || pcm.length === 0) return
    const from = this.#ticks * frame.length
    for (let index = 0; index < frame.length; index += 1) {
      add(frame, index, pcm[(from + index) % pcm.length] ?? 0)
    }
  }

  #addClip(frame: Int16Array): void {
    const clip = this.#clip
    if (!clip) return
    for (let index = 0; index < frame.length; index += 1) {
      add(frame, index, clip.pcm[clip.sent + index] ?? 0)
    }
    clip.sent += frame.length
    if (clip.sent >= clip.pcm.length) this.#clip = undefined
  }
}

function add(frame: Int16Array, index: number, sample: number): void {
  frame[index] = Math.max(-32_768, Math.min(32_767, sample + (frame[index] ?? 0)))
}
